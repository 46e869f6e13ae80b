"""Numbers as the pages carry them."""

import math

DIGITS = 4
"""As many as plan.json keeps; more would only make the page larger."""


def rounded(value: float | None) -> float | None:
    """Return a number with `DIGITS` decimals; None for one that is not finite, as JSON has no word for it.

    Examples
    --------
    >>> rounded(-58.12345678), rounded(None), rounded(float("-inf"))
    (-58.1235, None, None)
    """
    return None if value is None or not math.isfinite(value) else round(float(value), DIGITS)
