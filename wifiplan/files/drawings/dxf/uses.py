"""What becomes of every layer: by a user's table, by its name, or because walls that are known end on its lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import shapely

from wifiplan.catalog.layer_words import BUILT, meaning
from wifiplan.files.drawings.dxf.paths import Drawn, Key
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.units import Array

Ground: TypeAlias = Literal["table", "name", "geometry", "none"]

WALL_MEANINGS = ("wall", "glass", "column", "parapet")
LEAST_WALLS = 4
"""Fewer lines on layers of walls enclose nothing: the walls must be on other layers."""
SPANNED_SHARE = 0.6
"""Walls that are known cover less of the plan than this: the shell is missing."""
TOUCH_SHARE = 0.004
"""Ends this near to a line, as a share of the plan's length, are joined to it."""
LEAST_TOUCHES = 3
MOST_PLAIN = 500
"""More lines on a layer of hatching are hatching."""
PLAIN_SHARE = 0.8
PARALLEL = 0.02
LEAST_BUBBLES = 3
RIM_SHARE = 0.15
"""An axis ends this near to the rim of the bubble with its number, as a share of the bubble's radius."""
AXES_SHARE = 0.6
"""So many of a layer's lines end at bubbles if it holds the axes."""

BOUNDS = frozenset({"LINE", "LWPOLYLINE", "POLYLINE", "MLINE", "ARC", "SOLID", "TRACE", "3DFACE", "ACAD_PROXY_ENTITY"})
"""Kinds of entities that may bound something where no layer tells."""
CURVES = frozenset({"SPLINE", "ELLIPSE", "CIRCLE"})
FILLS = frozenset({"HATCH", "MPOLYGON"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a layer means ("wall", "furniture", …; None: nobody knows), on which ground, and of what its walls are."""

    means: str | None
    ground: Ground
    material: str | None = None
    thickness_m: float | None = None

    @property
    def built(self) -> bool:
        """Whether its lines are parts of the building."""
        return self.means in BUILT


def by_name(layer: str, options: ImportOptions) -> Use:
    """Return what a layer means by the user's table, else by its name.

    >>> by_name("A-WALL", ImportOptions())
    Use(means='wall', ground='name', material=None, thickness_m=None)
    """
    told = options.layers.get(layer)
    if told is not None:
        return Use(means=told.means, ground="table", material=told.material, thickness_m=told.thickness_m)
    means = meaning(layer)
    if means is None:
        return Use(means=None, ground="none")
    material = meaning(layer, "material") if means in BUILT else None
    if material == "steel_door" and means != "door":
        material = "metal"
    if material is None and means in {"column", "glass"}:
        material = "concrete" if means == "column" else "glass"
    return Use(means=means, ground="name", material=material)


def layer_uses(drawn: Drawn, options: ImportOptions) -> Mapping[str, Use]:
    """Return what becomes of every layer that a drawing has something on.

    Where no layer of walls is known, all that nobody knows counts as walls; where the known walls leave most of the
    plan open, so do layers on whose lines they end.
    """
    layers = {key.layer for key in drawn.paths} | {text.layer for text in drawn.texts}
    layers |= {layer for layer, _, _ in drawn.counts}
    uses = {layer: by_name(layer, options) for layer in sorted(layers)}
    known = [layer for layer, use in uses.items() if use.means in WALL_MEANINGS]
    unknown = [layer for layer, use in uses.items() if use.means is None]
    axes = _axes(drawn, unknown)
    unknown = [layer for layer in unknown if layer not in axes]
    walls = segments_of(drawn, known, BOUNDS | CURVES | FILLS)
    if len(walls) < LEAST_WALLS:
        guessed = unknown
    else:
        hatched = [layer for layer, use in uses.items() if use.means == "hatch" and use.ground == "name"]
        guessed = [*_shells(drawn, walls, unknown), *_plain(drawn, walls, hatched)]
    for layer in guessed:
        uses[layer] = Use(means="wall", ground="geometry", material=meaning(layer, "material"))
    return uses | {layer: Use(means="axis", ground="geometry") for layer in axes}


def _axes(drawn: Drawn, unknown: list[str]) -> list[str]:
    """Return layers whose lines end at the rim of circles of one size: axes with their numbers in bubbles."""
    found: list[str] = []
    for layer in unknown:
        rings = [ring for key, some in drawn.paths.items() if key[:2] == (layer, "CIRCLE") for ring in some.each()]
        lines = segments_of(drawn, [layer], frozenset({"LINE", "LWPOLYLINE"}))
        if not LEAST_BUBBLES <= len(rings) <= MOST_PLAIN or not LEAST_BUBBLES <= len(lines) <= MOST_PLAIN:
            continue
        middles = np.array([(ring.min(axis=0) + ring.max(axis=0)) / 2 for ring in rings])
        radii = np.array([float(np.ptp(ring[:, 0])) / 2 for ring in rings])
        away = np.hypot(*(lines[:, :, None] - middles[None, None]).transpose(3, 0, 1, 2))
        rim = (np.abs(away - radii) <= RIM_SHARE * radii).any(axis=(1, 2))
        if rim.mean() >= AXES_SHARE:
            found.append(layer)
    return found


def segments_of(drawn: Drawn, layers: Iterable[str], kinds: frozenset[str]) -> Array:
    """Return the straight pieces (n, 2, 2) on some layers that are finite."""
    wanted = set(layers)
    parts = [some.segments() for key, some in drawn.paths.items() if key.layer in wanted and key.kind in kinds]
    found = np.concatenate(parts) if parts else np.empty((0, 2, 2))
    return np.asarray(found[np.isfinite(found).all(axis=(1, 2))])


def _shells(drawn: Drawn, walls: Array, unknown: list[str]) -> list[str]:
    """Return the layers that hold the shell of a plan whose known walls leave most of it open."""
    if not unknown:
        return []
    both = np.concatenate([walls, segments_of(drawn, unknown, BOUNDS)])
    if _area(walls) >= SPANNED_SHARE * _area(both):
        return []
    near = TOUCH_SHARE * float(np.ptp(both.reshape(-1, 2), axis=0).max())
    ends = shapely.points(walls.reshape(-1, 2))
    found: list[str] = []
    for layer in unknown:
        lines = segments_of(drawn, [layer], BOUNDS)
        if len(lines) < LEAST_WALLS or _area(lines) < SPANNED_SHARE * _area(both):
            continue
        tree = shapely.STRtree(np.asarray(shapely.linestrings(lines)))
        touching = tree.query(ends, predicate="dwithin", distance=near)[0]
        if len(np.unique(touching)) >= LEAST_TOUCHES:
            found.append(layer)
    return found


def _plain(drawn: Drawn, walls: Array, hatched: list[str]) -> list[str]:
    """Return layers of hatching whose few lines make no pattern, but go from wall to wall."""
    near = TOUCH_SHARE * float(np.ptp(walls.reshape(-1, 2), axis=0).max())
    tree = shapely.STRtree(np.asarray(shapely.linestrings(walls))) if hatched else None
    found: list[str] = []
    for layer in hatched:
        lines = segments_of(drawn, [layer], frozenset({"LINE"}))
        if tree is None or not LEAST_WALLS <= len(lines) <= MOST_PLAIN:
            continue
        ends = np.asarray(shapely.points(lines.reshape(-1, 2)))
        touching = np.unique(tree.query(ends, predicate="dwithin", distance=near)[0])
        if len(touching) >= PLAIN_SHARE * len(ends) and _neighbours(lines) <= 1:
            found.append(layer)
    return found


def _neighbours(lines: Array) -> int:
    """Return how many other lines run beside a line, within half its length, at most of a usual one: 2 in a pattern."""
    middle, way = lines.mean(axis=1), lines[:, 1] - lines[:, 0]
    length = np.maximum(np.hypot(*way.T), 1e-12)
    unit = way / length[:, None]
    apart = middle[:, None] - middle[None]
    across = np.abs(apart[..., 0] * unit[None, :, 1] - apart[..., 1] * unit[None, :, 0])
    along = np.abs((apart * unit[None]).sum(axis=2))
    parallel = np.abs(unit[:, None, 0] * unit[None, :, 1] - unit[:, None, 1] * unit[None, :, 0]) < PARALLEL
    beside = parallel & (across < length / 2) & (along < length)
    return int(np.median(beside.sum(axis=1) - 1))


def _area(lines: Array) -> float:
    return float(np.prod(np.ptp(lines.reshape(-1, 2), axis=0))) if len(lines) else 0.0


def bounds(key: Key, use: Use) -> bool:
    """Return whether lines of a kind bound something on a layer of this use."""
    if not use.built:
        return False
    return key.kind in BOUNDS or (use.ground != "geometry" and key.kind in CURVES)
