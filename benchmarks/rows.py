"""One line of the summary of all benchmarks: what was measured, beside which peer or bound, in one run."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

TITLES = ("what", "figure", "peer or bound", "ratio", "where from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure beside its peer or bound; `ratio` says in words which way it is to be read.

    A peer that could not run is named in `peer` with the reason, and `ratio` is a dash.
    """

    what: str
    figure: str
    peer: str
    ratio: str
    source: str


def left_out(what: str, reason: str, source: str) -> Row:
    """Return the row of a measurement that can't be made here."""
    return Row(what=what, figure="-", peer=f"left out: {reason}", ratio="-", source=source)


def faster(ours: float, peer: float) -> str:
    """Return how many times as long a peer takes, or we, both in the same unit of time."""
    if peer >= ours:
        return f"{_times(peer / ours)} x faster"
    return f"{_times(ours / peer)} x slower"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def markdown(rows: Iterable[Row]) -> str:
    """Return the table; a bar in a text does not break it."""
    lines = [f"| {' | '.join(TITLES)} |", "|---" * len(TITLES) + "|"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    return "\n".join(lines)


def to_json(rows: Iterable[Row]) -> str:
    """Return rows as one line of JSON, as a part's process hands them over."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False)


def from_json(text: str) -> tuple[Row, ...]:
    """Return the rows that a process handed over."""
    return tuple(Row(**found) for found in json.loads(text))


def _cells(row: Row) -> Sequence[str]:
    return [" ".join(str(cell).split()).replace("|", "\\|") for cell in asdict(row).values()]
