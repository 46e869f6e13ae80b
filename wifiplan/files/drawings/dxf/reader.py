"""DXF in: a drawing of an architect as a floor of a site."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wifiplan.errors import DrawingError
from wifiplan.files.drawings.dxf import accounting, storeys
from wifiplan.files.drawings.dxf.clusters import Parts, parts_of
from wifiplan.files.drawings.dxf.desks import desks
from wifiplan.files.drawings.dxf.doors import symbol_spans
from wifiplan.files.drawings.dxf.loading import load, without_pauses
from wifiplan.files.drawings.dxf.own import read_own
from wifiplan.files.drawings.dxf.scale import Scale, find_scale
from wifiplan.files.drawings.dxf.sheet import Lines, Sheet, read_sheet
from wifiplan.files.drawings.dxf.solids import bodies
from wifiplan.files.drawings.dxf.uses import WALL_MEANINGS
from wifiplan.files.drawings.records import Account, Imported, ImportOptions
from wifiplan.site.building import Floor, Point, Site, Slab, WallKind
from wifiplan.site.recognition.pieces import Heights
from wifiplan.site.recognition.plan import Drawn, Recognised, recognised
from wifiplan.site.recognition.polygons import Area
from wifiplan.site.recognition.records import Label, Opening, OpeningKind, Stroke, Swing
from wifiplan.units import Array, BoolArray

FAR_M = 1e7
"""Coordinates beyond this are garbage, or the unit is wrong."""
WIDE_M = (0.05, 0.6)
"""Broad lines of such a width stand for a whole wall; others are broad for their looks."""
EXTENT_M = (2.0, 2000.0)
"""Longer side of a plan: less is a detail, more is a map."""
AROUND_M = 1.5
"""Texts and doors this far outside of a plan still belong to it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plan:
    """A plan among the lines of a sheet: which are its own, its rectangle [m] in the drawing's frame, its levels."""

    unit_m: float
    own: BoolArray
    box_m: Array
    parts: Parts
    levels: tuple[int, ...]

    @property
    def origin_m(self) -> Array:
        return np.round(self.box_m[:2], 3)

    def placed(self, points: Array) -> Array:
        """Return points of the drawing as the site's [m]."""
        return np.asarray(points * self.unit_m - self.origin_m)

    def holds(self, points: Array) -> BoolArray:
        """Return which points (n, 2) of the drawing lie in or near the plan."""
        at = points * self.unit_m
        with np.errstate(invalid="ignore"):
            return np.asarray(((at >= self.box_m[:2] - AROUND_M) & (at <= self.box_m[2:] + AROUND_M)).all(axis=-1))


def read_dxf(path: Path, options: ImportOptions | None = None) -> Imported:
    """Return the plan that a DXF shows.

    Parameters
    ----------
    path : Path
        A DXF of any version, ASCII or binary.
    options : ImportOptions or None
        What the user knows better: the unit, what layers mean, the storey's level, height and material of walls.

    Returns
    -------
    Imported
        A site with a floor, or several where captions name the storeys of plans that are drawn side by side, and an
        account of every kind of entity.

    Raises
    ------
    DrawingError
        The file cannot be read safely, or shows no plan.
    ScaleError
        Nothing tells in which unit the drawing is.
    """
    with without_pauses():
        return _read(path, options or ImportOptions())


def _read(path: Path, wanted: ImportOptions) -> Imported:
    loaded = load(path)
    own = read_own(loaded.doc, path, wanted)
    if own is not None:
        return own
    sheet = read_sheet(loaded, path, wanted)
    scale = find_scale(sheet.doc, sheet.measured(), wanted, path)
    plans = _plans_of(sheet, scale, wanted.level)
    heights = Heights(top_m=_top_m(wanted), material=wanted.material)
    read = [_floor(sheet, plan, heights) for plan in plans]
    floors, step = storeys.stacked(
        [
            storeys.floor_of(one, level, wanted, several=len(plans) > 1)
            for one, plan in zip(read, plans, strict=True)
            for level in plan.levels
        ]
    )
    origin = plans[0].origin_m - np.array(step)
    return Imported(
        site=_site(path, floors, wanted),
        account=_account(sheet, scale, plans, read, floors),
        origin_m=(round(float(origin[0]), 3), round(float(origin[1]), 3)),
    )


def _top_m(options: ImportOptions) -> float:
    return max(2.2, round(options.height_m - Slab().thickness_m, 3))


def _plans_of(sheet: Sheet, scale: Scale, level: int) -> list[_Plan]:
    """Return the plan, and further ones of the model space whose captions name other storeys."""
    ends = sheet.lines.ends * scale.unit_m
    near = (np.abs(ends) < FAR_M).all(axis=(1, 2))
    parts = parts_of(ends[near])
    levels = storeys.captioned(parts, sheet.drawn.texts, scale.unit_m) or {0: (level,)}
    if len(levels) == 1:
        # what a caption says of a single plan, its user knows too
        levels = dict.fromkeys(levels, (level,))
    wings = storeys.wings(sheet, parts, next(iter(levels)), scale.unit_m) if len(levels) == 1 else ()
    left = storeys.without(parts, [*levels, *wings])
    found: list[_Plan] = []
    for part in sorted(levels):
        own = np.zeros(len(ends), dtype=np.bool_)
        own[near] = np.isin(parts.of_n, [part, *wings])
        if not own.any():
            raise _no_size(sheet.path, scale)
        corners = ends[own].reshape(-1, 2)
        box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
        size = float((box[2:] - box[:2]).max())
        if EXTENT_M[0] <= size <= EXTENT_M[1]:
            found.append(_Plan(unit_m=scale.unit_m, own=own, box_m=box, parts=left, levels=levels[part]))
        elif part == 0:
            raise _no_size(sheet.path, scale, size)
    return found


def _no_size(path: Path, scale: Scale, size_m: float | None = None) -> DrawingError:
    said = "its lines lie beyond every place on Earth" if size_m is None else f"it would be {size_m:.4g} m long"
    zh = "座標超出合理範圍" if size_m is None else f"長度會是 {size_m:.4g} 公尺"
    return DrawingError(
        f"no floor of a building: at {scale.unit_m:g} m a unit {said}",
        remedy="check the drawing's unit and give it: --unit mm, cm, m, in or ft",
        where=path.name,
        zh=(f"不是建築平面：每單位 {scale.unit_m:g} 公尺時{zh}", "請確認圖面單位並指定：--unit mm、cm、m、in 或 ft"),
    )


def _floor(sheet: Sheet, plan: _Plan, heights: Heights) -> Recognised:
    """Return walls, openings and rooms: of lines, and of bodies where walls are drawn as such."""
    own = sheet.lines.take(plan.own)
    loose = desks(own, sheet, plan.unit_m)
    lines = own.take(~loose)
    walls = np.array([sheet.uses[layer].means in WALL_MEANINGS for layer in lines.layers], dtype=np.bool_)
    solid, rings = bodies(lines, plan.unit_m, walls)
    drawn = Drawn(
        strokes=_strokes(lines.take(~solid), sheet, plan),
        areas=[_area(ring, sheet, plan, lines.layers[n]) for ring, n in rings],
        openings=_openings(sheet, plan),
        swings=_swings(sheet, plan),
        labels=_labels(sheet, plan),
        outlines=_outlines(sheet, plan),
    )
    floor = recognised(drawn, heights)
    found = {**floor.counts["found"], "desks": int(loose.sum())}
    return replace(floor, counts={**floor.counts, "found": found})


def _outlines(sheet: Sheet, plan: _Plan) -> list[Array]:
    """Return the closed outlines on layers of rooms that lie in the plan [m]."""
    found: list[Array] = []
    for key, some in sheet.drawn.paths.items():
        if sheet.uses[key.layer].means != "room" or key.kind not in accounting.OUTLINES:
            continue
        rings = [one for one in some.each() if len(one) > 3 and np.allclose(one[0], one[-1], rtol=1e-9)]
        found.extend(plan.placed(one) for one in rings if plan.holds(one).all())
    return found


def _area(ring: Array, sheet: Sheet, plan: _Plan, layer: str) -> Area:
    corners = np.round(plan.placed(ring), 5).tolist()
    return Area(ring=[(x, y) for x, y in corners], material=sheet.uses[layer].material, source=layer)


def _strokes(lines: Lines, sheet: Sheet, plan: _Plan) -> list[Stroke]:
    ends = np.round(plan.placed(lines.ends), 5).tolist()
    width_m = (lines.width * plan.unit_m).tolist()
    uses = [sheet.uses[layer] for layer in lines.layers]
    kinds = [_kind(use.means) for use in uses]
    found: list[Stroke] = []
    for (a, b), n, wide in zip(ends, lines.layer_n.tolist(), width_m, strict=True):
        use = uses[n]
        thick = use.thickness_m or (wide if WIDE_M[0] <= wide <= WIDE_M[1] else None)
        found.append(
            Stroke(
                a=(a[0], a[1]),
                b=(b[0], b[1]),
                kind=kinds[n],
                material=use.material,
                thickness_m=thick,
                source=lines.layers[n],
            )
        )
    return found


def _kind(means: str | None) -> WallKind:
    if means == "door":
        return "door"
    if means in {"window", "opening"}:
        return "window"
    return "parapet" if means == "parapet" else "wall"


def _point(xy: Array) -> Point:
    return (round(float(xy[0]), 4), round(float(xy[1]), 4))


def _openings(sheet: Sheet, plan: _Plan) -> list[Opening]:
    found: list[Opening] = []
    for span in symbol_spans(sheet.drawn.symbols):
        if plan.holds(span.ends).all():
            kind: OpeningKind = "door" if span.means == "door" else "window"
            a, b = plan.placed(span.ends)
            found.append(Opening(kind=kind, a=_point(a), b=_point(b), source=span.source))
    return found


def _swings(sheet: Sheet, plan: _Plan) -> list[Swing]:
    found: list[Swing] = []
    for arc, source in sheet.arcs:
        if plan.holds(arc.centre[None])[0]:
            a, b = plan.placed(arc.ends)
            found.append(Swing(hinge=_point(plan.placed(arc.centre)), tips=(_point(a), _point(b)), source=source))
    return found


def _labels(sheet: Sheet, plan: _Plan) -> list[Label]:
    texts = [text for text in sheet.drawn.texts if text.text and sheet.uses[text.layer].means in accounting.LABELS]
    if not texts:
        return []
    at = np.array([text.at[:2] for text in texts])
    inside = plan.holds(at)
    placed = plan.placed(at)
    return [
        Label(text=text.text, at=_point(xy), height_m=round(text.height * plan.unit_m, 3))
        for text, xy, own in zip(texts, placed, inside, strict=True)
        if own
    ]


def _site(path: Path, floors: tuple[Floor, ...], options: ImportOptions) -> Site:
    return Site(
        name=options.name or path.stem,
        floors=floors,
        assumptions=(f"drawing_flat:{options.height_m:g}", f"drawing_material:{options.material}"),
        access_points_known=False,
    )


def _account(
    sheet: Sheet, scale: Scale, plans: Sequence[_Plan], read: Sequence[Recognised], floors: tuple[Floor, ...]
) -> Account:
    took, unsaid = accounting.took_of(sheet.drawn, sheet.uses, fills=sheet.fills)
    left = accounting.left_of(sheet.drawn, sheet.uses, fills=sheet.fills)
    sizes = [accounting.size_of(plan.box_m) for plan in plans]
    every = accounting.together(read)
    first = plans[0]
    return Account(
        took=(*scale.took, *sizes, *took, *accounting.found_of(every)),
        guessed=(
            *scale.guessed,
            *storeys.told(floors),
            *unsaid,
            *accounting.guesses_of(sheet.uses, every, sheet.n_repaired),
        ),
        left=(*left, *accounting.beyond_of(first.parts, len(first.own) - len(first.parts.of_n), sheet.doc)),
    )
