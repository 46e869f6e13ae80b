"""Doors and windows in their walls: walls are cut where they stand, gaps between walls are filled."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import shapely

from wifiplan.site.building import Point
from wifiplan.site.recognition.faces import POINT_M
from wifiplan.site.recognition.records import Opening, OpeningKind, Placed, Swing, WallLine

BESIDE_M = 0.25
"""A door's or a window's line is drawn up to this far from a face of its wall: sills and leaves stand out."""
JAMB_M = 0.35
"""A wall ends up to this far from the end of its opening: frames, reveals, inexact blocks."""
PARALLEL_COS = math.cos(math.radians(10.0))
DOOR_M: tuple[float, float] = (0.45, 4.5)
"""Widths of doors: of a cabinet in the wall to a double gate of a workshop."""
WINDOW_M: tuple[float, float] = (0.2, 100.0)


class _Host(NamedTuple):
    """A wall beside a span: its number, and where on its line the span begins and ends [m]."""

    wall: int
    low_m: float
    high_m: float
    off_m: float


def place_openings(walls: Sequence[WallLine], openings: Sequence[Opening] = (), swings: Sequence[Swing] = ()) -> Placed:
    """Return the walls cut where doors and windows are.

    Parameters
    ----------
    walls : sequence of WallLine
        Centre lines [m]; lines of kind "window" or "door" among them count as openings too.
    openings : sequence of Opening
        Doors and windows by their spans, up to `BESIDE_M` off the wall's face.
    swings : sequence of Swing
        Arcs of doors: the end that lies along a wall or a gap says where the door is.

    Returns
    -------
    Placed
        Pieces of kind "wall", "door" and "window" that do not overlap, an opening on its wall's centre line with the
        wall's thickness, and counts.

    Examples
    --------
    >>> wall = WallLine(a=(0, 0), b=(9, 0), thickness_m=0.2)
    >>> placed = place_openings([wall], [Opening(kind="door", a=(2, 0.1), b=(3, 0.1))])
    >>> [(piece.kind, piece.a[0], piece.b[0]) for piece in placed.walls]
    [('wall', 0.0, 2.0), ('wall', 3.0, 9), ('door', 2.0, 3.0)]
    """
    counts: Counter[str] = Counter()
    solid = [wall for wall in walls if wall.kind not in {"door", "window"} and math.dist(wall.a, wall.b) > POINT_M]
    drawn = [_as_opening(wall) for wall in walls if wall.kind in {"door", "window"}]
    ground = _Ground(solid)
    spans = [*openings, *drawn]
    for swing in swings:
        span = ground.of_swing(swing)
        if span is None:
            counts["unclear"] += 1
        else:
            spans.append(span)
    found: list[WallLine] = []
    for span in sorted(set(spans), key=lambda one: (one.kind, one.a, one.b)):
        piece = ground.placed(span, counts)
        if piece is not None:
            found.append(piece)
    return Placed(walls=(*ground.rest(), *_apart(found, counts)), counts=dict(+counts))


def _as_opening(wall: WallLine) -> Opening:
    kind: OpeningKind = "door" if wall.kind == "door" else "window"
    return Opening(kind=kind, a=wall.a, b=wall.b, material=wall.material, source=wall.source)


class _Ground:
    """The walls that openings are placed in, and what has been cut from each."""

    def __init__(self, walls: Sequence[WallLine]) -> None:
        self.walls = tuple(walls)
        self.cuts: dict[int, list[tuple[float, float]]] = {}
        self.lines = [shapely.LineString([wall.a, wall.b]) for wall in walls]
        self.tree = shapely.STRtree(self.lines)
        self.widest_m = max((wall.thickness_m or 0.0 for wall in walls), default=0.0)

    def hosts(self, a: Point, b: Point) -> list[_Host]:
        """Return the walls along a span, the one that it is on the best first."""
        line = shapely.LineString([a, b])
        reach = self.widest_m / 2 + BESIDE_M + JAMB_M
        found: list[_Host] = []
        for n in sorted(self.tree.query(line, predicate="dwithin", distance=reach).tolist()):
            wall = self.walls[n]
            length = math.dist(wall.a, wall.b)
            ux, uy = (wall.b[0] - wall.a[0]) / length, (wall.b[1] - wall.a[1]) / length
            ends = [((x - wall.a[0]) * ux + (y - wall.a[1]) * uy) for x, y in (a, b)]
            offs = [((y - wall.a[1]) * ux - (x - wall.a[0]) * uy) for x, y in (a, b)]
            if abs(ends[1] - ends[0]) < PARALLEL_COS * math.dist(a, b):
                continue
            if max(abs(off) for off in offs) > (wall.thickness_m or 0.0) / 2 + BESIDE_M:
                continue
            low, high = min(ends), max(ends)
            if high < -JAMB_M or low > length + JAMB_M:
                continue
            found.append(_Host(n, low, high, abs(offs[0] + offs[1]) / 2))
        return sorted(found, key=lambda host: (-round(self.overlap_m(host), 3), round(host.off_m, 3), host.wall))

    def overlap_m(self, host: _Host) -> float:
        """Return how much of a span its wall covers [m]; below 0 how far they are apart."""
        wall = self.walls[host.wall]
        return min(host.high_m, math.dist(wall.a, wall.b)) - max(host.low_m, 0.0)

    def of_swing(self, swing: Swing) -> Opening | None:
        """Return the span of a door by its arc: the way that leads from jamb to jamb, else along a wall."""
        best: tuple[tuple[int, float], Point] | None = None
        for tip in swing.tips:
            width = math.dist(swing.hinge, tip)
            hosts = self.hosts(swing.hinge, tip) if DOOR_M[0] <= width <= DOOR_M[1] else []
            if not hosts:
                continue
            covered = sum(max(0.0, self.overlap_m(host)) for host in hosts) / width
            jambs = sum(self._jamb(host, end) for host in hosts for end in (0, 1))
            rank = (0 if covered < 0.35 and jambs > 1 else 1 if covered > 0.65 else 2, hosts[0].off_m)
            if best is None or rank < best[0]:
                best = (rank, tip)
        return None if best is None else Opening(kind="door", a=swing.hinge, b=best[1], source=swing.source)

    def _jamb(self, host: _Host, end: int) -> bool:
        length = math.dist(self.walls[host.wall].a, self.walls[host.wall].b)
        return abs(host.low_m - length) <= JAMB_M if end == 0 else abs(host.high_m) <= JAMB_M

    def placed(self, span: Opening, counts: Counter[str]) -> WallLine | None:
        """Return an opening on its wall's line, and note what it cuts from the walls."""
        width = math.dist(span.a, span.b)
        least, most = DOOR_M if span.kind == "door" else WINDOW_M
        if not least <= width <= most:
            counts["odd"] += 1
            return None
        hosts = self.hosts(span.a, span.b)
        counts[f"{span.kind}s"] += 1
        if not hosts:
            counts["free"] += 1
            return WallLine(a=_mm(span.a), b=_mm(span.b), kind=span.kind, material=span.material, source=span.source)
        main = hosts[0]
        wall = self.walls[main.wall]
        counts["gap"] += int(self.overlap_m(main) < 0.5 * width)
        low, high = self._ends(main, hosts)
        a, b = _on(wall, low), _on(wall, high)
        for host in hosts:
            ends = [_along(self.walls[host.wall], point) for point in (a, b)]
            self.cuts.setdefault(host.wall, []).append((min(ends), max(ends)))
        return WallLine(
            a=a, b=b, kind=span.kind, material=span.material, thickness_m=wall.thickness_m, source=span.source,
            around=wall.material,
        )  # fmt: skip

    def _ends(self, main: _Host, hosts: Sequence[_Host]) -> tuple[float, float]:
        """Return a span led to the ends of the walls at its jambs."""
        low, high, wall = main.low_m, main.high_m, self.walls[main.wall]
        ends = [_along(wall, point) for host in hosts for point in (self.walls[host.wall].a, self.walls[host.wall].b)]
        lows = [end for end in ends if abs(end - low) <= JAMB_M]
        highs = [end for end in ends if abs(end - high) <= JAMB_M]
        new = (
            min(lows, key=lambda end: abs(end - low), default=low),
            min(highs, key=lambda end: abs(end - high), default=high),
        )
        return new if new[1] - new[0] > 0.5 * (high - low) else (low, high)

    def rest(self) -> list[WallLine]:
        """Return what is left of the walls."""
        found: list[WallLine] = []
        for n, wall in enumerate(self.walls):
            length, at = math.dist(wall.a, wall.b), 0.0
            if n not in self.cuts:
                found.append(wall)
                continue
            for low, high in sorted(self.cuts[n]):
                if low - at > 0.02:
                    found.append(replace(wall, a=_on(wall, at), b=_on(wall, low)))
                at = max(at, high)
            if length - at > 0.02:
                found.append(replace(wall, a=_on(wall, at), b=wall.b))
        return found


def _apart(pieces: Sequence[WallLine], counts: Counter[str]) -> list[WallLine]:
    """Return openings without those that stand in another one: a door drawn as arc and as block is one door."""
    found: list[WallLine] = []
    tree = shapely.STRtree([shapely.LineString([piece.a, piece.b]) for piece in pieces])
    gone: set[int] = set()
    for n, piece in enumerate(pieces):
        if n in gone:
            continue
        line = shapely.LineString([piece.a, piece.b])
        for m in tree.query(line, predicate="dwithin", distance=0.05).tolist():
            other = shapely.LineString([pieces[m].a, pieces[m].b])
            shared = line.buffer(0.1).intersection(other).length
            if m > n and shared > 0.5 * min(line.length, other.length):
                gone.add(m)
                counts["repeated"] += 1
        found.append(piece)
    return found


def _along(wall: WallLine, point: Point) -> float:
    length = math.dist(wall.a, wall.b)
    dx, dy = wall.b[0] - wall.a[0], wall.b[1] - wall.a[1]
    return ((point[0] - wall.a[0]) * dx + (point[1] - wall.a[1]) * dy) / length


def _on(wall: WallLine, along_m: float) -> Point:
    share = along_m / math.dist(wall.a, wall.b)
    at = np.asarray(wall.a) + share * (np.asarray(wall.b) - np.asarray(wall.a))
    return _mm((float(at[0]), float(at[1])))


def _mm(point: Point) -> Point:
    return round(point[0], 3), round(point[1], 3)
