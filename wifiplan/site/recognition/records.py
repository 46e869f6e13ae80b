"""What a reader takes from a drawing, and what the lines turn out to be: strokes and labels in, walls and rooms out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from wifiplan.site.building import Point, Room, WallKind

OpeningKind: TypeAlias = Literal["door", "window"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A straight piece of line that bounds something, in metres; a curve is several, its chords.

    `kind` is None where nothing but the geometry tells. `thickness_m` is known where one line stands for a whole wall.
    `source` is the drawing's own word for where it comes from (a layer), for messages.
    """

    a: Point
    b: Point
    kind: WallKind | None = None
    material: str | None = None
    thickness_m: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text of a drawing and where its middle is [m]; `height_m` is that of its letters."""

    text: str
    at: Point
    height_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A door or a window: its span on the wall, from `a` to `b` [m]."""

    kind: OpeningKind
    a: Point
    b: Point
    material: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """A door's arc: its hinge, and the two ends of the arc, one of them on the wall, the other the open leaf's [m]."""

    hinge: Point
    tips: tuple[Point, Point]
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WallLine:
    """A wall by its centre line [m]; `thickness_m` is None where a single line stood for it.

    `n_strokes` are the strokes that it was made of. `around` is the material of the wall that a door or a window is in,
    and its thickness is that wall's.
    """

    a: Point
    b: Point
    kind: WallKind = "wall"
    material: str | None = None
    thickness_m: float | None = None
    source: str = ""
    n_strokes: int = 1
    around: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Walls with doors and windows in them, and by name how many openings met which fate, for a reader's account.

    The names: "doors" and "windows" in a wall; those that filled a "gap" between walls; "free" ones, with no wall near;
    "odd" ones of a width that no door has, left out; arcs that stand at no wall, left out as "unclear".
    """

    walls: tuple[WallLine, ...]
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Walls, and by name how many strokes or ends met which fate, for a reader's account.

    Of areas `fates` are one word each, in their order, and `left_m2` is what of them no wall covers.

    The names: "strokes" that came in; "invalid", "points" and "repeated" that were left out; those that "continued"
    another on its line; "caps" that only close a wall's end; "rows" of evenly spaced lines (stairs, hatching);
    "absorbed" inside of walls; walls that are "double", "curved" or "single"; gaps that were "bridged" in one face;
    wall ends that were "joined" to another wall.
    """

    walls: tuple[WallLine, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    fates: tuple[str, ...] = field(default=(), repr=False)
    left_m2: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rooms and the floor's outline, and by name how many faces and labels met which fate.

    The names: "rooms"; faces that were too small or narrow ("slivers"); "gaps" that were closed, among them the "wide"
    ones, wider than a door; "holes" within rooms that were left out or cut open; rooms that got a name ("named");
    labels that lie in no room ("stray"); lines that are so "crowded" that no rooms were sought.
    """

    rooms: tuple[Room, ...]
    outline: tuple[Point, ...] | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
