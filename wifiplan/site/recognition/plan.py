"""From the lines of a drawing to a floor: walls merged, openings placed, rooms found, in one call."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wifiplan.site.building import Point, Room, Wall
from wifiplan.site.recognition.merging import merge_strokes
from wifiplan.site.recognition.openings import place_openings
from wifiplan.site.recognition.outlined import with_outlines
from wifiplan.site.recognition.pieces import Heights, site_walls
from wifiplan.site.recognition.polygons import Area, merge_areas
from wifiplan.site.recognition.records import Label, Opening, Stroke, Swing, WallLine
from wifiplan.site.recognition.rooms import RoomOptions, find_rooms
from wifiplan.units import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What was taken from a floor of a drawing, in metres: `outlines` are rooms that it draws as closed rings."""

    strokes: Sequence[Stroke] = ()
    areas: Sequence[Area] = ()
    openings: Sequence[Opening] = ()
    swings: Sequence[Swing] = ()
    labels: Sequence[Label] = ()
    outlines: Sequence[Array] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A floor's walls, rooms and outline; `lines` are the walls by their centre lines, `counts` what met which fate.

    The counts are those of `Merged`, `Placed` and `Found`, by "merged", "placed" and "found".
    """

    walls: tuple[Wall, ...]
    rooms: tuple[Room, ...]
    outline: tuple[Point, ...] | None
    lines: tuple[WallLine, ...] = field(default=(), repr=False)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def recognised(drawn: Drawn, heights: Heights | None = None, options: RoomOptions | None = None) -> Recognised:
    """Return the floor that a drawing shows.

    Parameters
    ----------
    drawn : Drawn
        Lines, wall areas, openings and texts [m].
    heights : Heights or None
        What a plan does not say.
    options : RoomOptions or None
        What counts as a room.

    Examples
    --------
    >>> corners = [(0, 0), (9, 0), (9, 7), (0, 7)]
    >>> strokes = [Stroke(a=a, b=b) for a, b in zip(corners, corners[1:] + corners[:1])]
    >>> door = Opening(kind="door", a=(2, 0), b=(3, 0))
    >>> floor = recognised(Drawn(strokes=strokes, openings=[door]))
    >>> sum(wall.kind == "door" for wall in floor.walls), len(floor.rooms)
    (1, 1)
    """
    merged, areas = merge_strokes(drawn.strokes), merge_areas(drawn.areas)
    placed = place_openings((*merged.walls, *areas.walls), drawn.openings, drawn.swings)
    found = find_rooms(placed.walls, drawn.labels, options)
    rooms = with_outlines(found.rooms, drawn.outlines, drawn.labels)
    return Recognised(
        walls=site_walls(placed.walls, heights),
        rooms=rooms.rooms,
        outline=found.outline,
        lines=placed.walls,
        counts={
            "merged": Counter(merged.counts) + Counter(areas.counts),
            "placed": placed.counts,
            "found": {**found.counts, "outlined": rooms.n_outlined},
        },
    )
