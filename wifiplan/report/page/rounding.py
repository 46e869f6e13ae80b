"""Numbers as the pages carry them."""

DIGITS = 4
"""As many as plan.json keeps; more would only make the page larger."""


def rounded(value: float | None) -> float | None:
    """Return a number with `DIGITS` decimals.

    Examples
    --------
    >>> rounded(-58.12345678), rounded(None)
    (-58.1235, None)
    """
    return None if value is None else round(float(value), DIGITS)
