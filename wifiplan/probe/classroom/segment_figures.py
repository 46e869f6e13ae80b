"""What the stream server knows of one device's step, once its connections have ended."""

import bisect
import math
from collections.abc import Sequence

from wifiplan.probe.classroom.stream_socket import CHUNK_S, Connection
from wifiplan.probe.quantiles import quantile

CURVE_S = 0.5
"""How often it is noted what the far end's kernel has acknowledged [s]."""

NOTE_CHUNKS = round(CURVE_S / CHUNK_S)


def figures_of(parts: list[Connection], start_s: float) -> dict[str, object]:
    """Return what the sender knows of one device's step, over all its connections: see `feeder.StreamFigures`."""
    schedules = [c.schedule for c in parts if c.schedule is not None]
    late_s = sorted(late for schedule in schedules for late in schedule.late_s)
    whole = [c.marks for c in parts if len(c.marks) == 2]
    return {
        "late_p50_ms": _ms(quantile(late_s, 0.5) if late_s else None),
        "late_p99_ms": _ms(quantile(late_s, 0.99) if late_s else None),
        "late_max_ms": _ms(late_s[-1] if late_s else None),
        "sent_bytes": sum(schedule.sent for schedule in schedules),
        "blocked_s": round(sum(schedule.blocked_s for schedule in schedules), 3),
        # only a connection that lived through the whole window tells what the network carried in it
        "acked_bytes": whole[0][1].acked - whole[0][0].acked if whole and whole[0][1].acked else None,
        "shut_s": round(whole[0][1].rwnd_limited_s - whole[0][0].rwnd_limited_s, 3) if whole else 0.0,
        "curve": curve_of([c.notes for c in parts], start_s),
    }


def curve_of(notes: Sequence[Sequence[tuple[float, int]]], start_s: float) -> list[int]:
    """Return how much of a stream had been acknowledged every `CURVE_S` of its step; empty where that is not known.

    >>> curve_of([[(10.1, 5), (11.0, 9)], [(11.2, 4)]], 10.0)
    [0, 5, 9, 13]
    """
    if not any(n for rows in notes for _, n in rows):
        return []
    last_s = max(t_s for rows in notes for t_s, _ in rows)
    times = [start_s + k * CURVE_S for k in range(math.ceil((last_s - start_s) / CURVE_S) + 1)]
    return [sum(_by(rows, at_s) for rows in notes) for at_s in times]


def _by(rows: Sequence[tuple[float, int]], at_s: float) -> int:
    place = bisect.bisect_right(rows, at_s, key=lambda row: row[0])
    return rows[place - 1][1] if place else 0


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1e3, 3)
