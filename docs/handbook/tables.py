"""Markdown tables."""

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    r"""Return text as it may stand in a cell: nothing in it is taken for markup.

    Examples
    --------
    >>> cell("a|b <DIR> x_m `x_m`")
    'a\\|b &lt;DIR> x\\_m `x_m`'
    """
    pieces = text.replace("\n", " ").split("`")
    plain = [
        piece if i % 2 else piece.replace("&", "&amp;").replace("<", "&lt;").replace("*", r"\*").replace("_", r"\_")
        for i, piece in enumerate(pieces)
    ]
    return "`".join(plain).replace("|", r"\|").replace("[", r"\[")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown already."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
