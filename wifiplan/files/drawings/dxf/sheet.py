"""A drawing as it was read, in its own units: what it shows, what its layers mean, which lines bound something."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from ezdxf.document import Drawing

from wifiplan.catalog.layer_words import BUILT, meaning
from wifiplan.errors import DrawingError
from wifiplan.files.drawings.dxf.blocks import Views, model_space
from wifiplan.files.drawings.dxf.doors import FAR, Bow, beside_swings, leaves, swings
from wifiplan.files.drawings.dxf.loading import Loaded, too_much
from wifiplan.files.drawings.dxf.paths import Drawn
from wifiplan.files.drawings.dxf.scale import extent_of, face_distances
from wifiplan.files.drawings.dxf.texts import in_letters
from wifiplan.files.drawings.dxf.uses import FILLS, WALL_MEANINGS, Use, bounds, by_name, layer_uses
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.site.recognition.units import Measured
from wifiplan.units import Array, BoolArray, IntArray

MAX_CROSSINGS = 300_000
"""Crossings of lines that bound something: more are hatching or scribble; a campus of 7,000 rooms has 50,000."""
_SAMPLED = 30
_MOST_TEXTS = 500


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """Straight pieces (n, 2, 2) that bound something.

    By piece the number of its layer, the width of its line, and the number of the closed polyline that it is of (-1: of
    none).
    """

    ends: Array
    layer_n: IntArray
    width: Array
    ring_n: IntArray
    layers: tuple[str, ...] = ()

    def take(self, which: BoolArray) -> "Lines":
        """Return some of the pieces."""
        return Lines(
            ends=self.ends[which],
            layer_n=self.layer_n[which],
            width=self.width[which],
            ring_n=self.ring_n[which],
            layers=self.layers,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """A drawing that was read. `fills` says that fillings show its walls, as no lines do."""

    path: Path
    doc: Drawing
    n_repaired: int | None
    drawn: Drawn
    uses: Mapping[str, Use]
    lines: Lines
    arcs: tuple[tuple[Bow, str], ...]
    fills: bool

    def measured(self) -> Measured:
        """Return what tells in which unit the drawing is."""
        walls = np.array([self.uses[layer].means in WALL_MEANINGS for layer in self.lines.layers], dtype=np.bool_)
        ends = self.lines.ends[walls[self.lines.layer_n]] if walls.any() else self.lines.ends
        widths = self.lines.width[self.lines.width > 0]
        texts = [text.height for text in self.drawn.texts if self.uses[text.layer].means in {None, "text", "room"}]
        return Measured(
            extent=extent_of(ends),
            doors=[arc.radius for arc, _ in self.arcs] or _hidden_doors(self.doc, self.uses),
            walls=[*face_distances(ends), *np.unique(widths).tolist()],
            texts=texts[:_MOST_TEXTS],
        )


def read_sheet(loaded: Loaded, path: Path, options: ImportOptions) -> Sheet:
    """Return an open drawing as it was read.

    Raises
    ------
    DrawingError
        The file cannot be read safely, or shows nothing that bounds a room.
    """
    views = _views(loaded.doc, options)
    drawn = model_space(loaded.doc, path, views)
    uses = layer_uses(drawn, options)
    lines, fills = _bounding(drawn, uses)
    if len(lines.ends) == 0:
        raise _no_plan(loaded.doc, drawn, path)
    _check(lines, path)
    arcs = tuple(swings(drawn, uses))
    return Sheet(
        path=path,
        doc=loaded.doc,
        n_repaired=loaded.n_repaired,
        drawn=drawn,
        uses=uses,
        lines=_without_leaves(lines, uses, [arc for arc, _ in arcs]),
        arcs=arcs,
        fills=fills,
    )


def _views(doc: Drawing, options: ImportOptions) -> Views:
    hidden = frozenset(
        in_letters(layer.dxf.name).lower() for layer in doc.layers if layer.is_off() or layer.is_frozen()
    )
    told = {name.lower() for name in options.layers}
    return Views(
        layer=lambda name: by_name(name, options).means,
        block=lambda name: meaning(name, "block"),
        hidden=hidden - told,
        built=frozenset(BUILT),
    )


def _bounding(drawn: Drawn, uses: Mapping[str, Use]) -> tuple[Lines, bool]:
    """Return the lines that bound something; fillings of walls where nothing else shows walls."""
    lines = _lines(drawn, uses, fills=False)
    walls = np.array([uses[layer].means in WALL_MEANINGS for layer in lines.layers], dtype=np.bool_)
    if len(lines.ends) and walls[lines.layer_n].any():
        return lines, False
    filled = _lines(drawn, uses, fills=True)
    more = len(filled.ends) > len(lines.ends)
    return (filled if more else lines), more


def _lines(drawn: Drawn, uses: Mapping[str, Use], *, fills: bool) -> Lines:
    layers = tuple(uses)
    number = {layer: n for n, layer in enumerate(layers)}
    parts: list[Lines] = []
    n_rings = 0
    for key, some in drawn.paths.items():
        use = uses[key.layer]
        if not (bounds(key, use) or (fills and key.kind in FILLS and use.means in WALL_MEANINGS)):
            continue
        if key.kind == "ARC" and use.means in {"door", "opening"}:
            continue
        segments, ring_n = some.segments(), some.rings()
        parts.append(
            Lines(
                ends=segments,
                layer_n=np.full(len(segments), number[key.layer]),
                width=np.full(len(segments), key.width),
                ring_n=np.where(ring_n >= 0, ring_n + n_rings, -1),
            )
        )
        n_rings += len(some.starts_n)
    if not parts:
        none = np.empty(0, dtype=np.int64)
        return Lines(ends=np.empty((0, 2, 2)), layer_n=none, width=np.empty(0), ring_n=none)
    return Lines(
        ends=np.concatenate([part.ends for part in parts]),
        layer_n=np.concatenate([part.layer_n for part in parts]),
        width=np.concatenate([part.width for part in parts]),
        ring_n=np.concatenate([part.ring_n for part in parts]),
        layers=layers,
    )


def _check(lines: Lines, path: Path) -> None:
    """Refuse lines at no place at all, and a tangle whose crossings could not be counted in an hour."""
    with np.errstate(invalid="ignore"):
        bad = ~(np.abs(lines.ends) < FAR).all(axis=(1, 2))
    if bad.any():
        names = sorted({lines.layers[n] for n in lines.layer_n[bad].tolist()})
        where = ", ".join(name[:40] for name in names[:5])
        raise DrawingError(
            f"{int(bad.sum()):,} lines have coordinates that are no numbers or beyond all measure (layers {where})",
            remedy="run AUDIT in the CAD program, erase these lines and save again",
            where=path.name,
            zh=(
                f"{int(bad.sum()):,} 條線的座標不是數字或大得不合理（圖層 {where}）",
                "請在 CAD 執行 AUDIT、刪除這些線後重新存檔",
            ),
        )
    long = np.abs(lines.ends[:, 1] - lines.ends[:, 0]).max(axis=1) > 0
    if not long.any():
        return
    shapes = np.asarray(shapely.linestrings(lines.ends[long]))
    sample = shapes[:: max(1, len(shapes) // _SAMPLED)]
    crossings = len(shapely.STRtree(shapes).query(sample, predicate="crosses")[0]) * len(shapes) / len(sample) / 2
    if crossings > MAX_CROSSINGS:
        what = f"its lines cross about {crossings:,.0f} times, walls of a plan a few thousand times"
        raise too_much(path, what, f"線條交叉約 {crossings:,.0f} 次")


def _without_leaves(lines: Lines, uses: Mapping[str, Use], arcs: list[Bow]) -> Lines:
    """Return the lines without those of doors whose swing is drawn.

    On layers of doors all near the swing is the door's: leaf, frame, threshold; elsewhere the leaf and the arc only.
    """
    doors = [n for n, layer in enumerate(lines.layers) if uses[layer].means in {"door", "opening"}]
    guessed = [n for n, layer in enumerate(lines.layers) if uses[layer].ground == "geometry"]
    drop = np.isin(lines.layer_n, doors) & beside_swings(lines.ends, arcs)
    drop |= np.isin(lines.layer_n, guessed) & leaves(lines.ends, arcs)
    return lines.take(~drop)


def _hidden_doors(doc: Drawing, uses: Mapping[str, Use]) -> list[float]:
    """Return radii of arcs on layers of doors that are hidden: of use for the scale all the same."""
    doors = {layer for layer, use in uses.items() if use.means in {"door", "opening"}}
    return [float(arc.dxf.radius) for arc in doc.modelspace().query("ARC") if arc.dxf.layer in doors]


def _no_plan(doc: Drawing, drawn: Drawn, path: Path) -> DrawingError:
    """Return why there is no plan: nothing at all, other layouts only, or kinds that cannot be read."""
    kinds = sorted({kind for _, kind, _ in drawn.counts})
    papers = [layout.name for layout in doc.layouts if layout.name != "Model" and len(layout)]
    hidden = sum(n for (_, _, fate), n in drawn.counts.items() if fate == "hidden")
    add_ons = [kind for kind in kinds if kind.startswith(("TCH_", "ACAD_PROXY", "AEC"))]
    if add_ons:
        why, zh = f"it is drawn by an add-on ({', '.join(add_ons[:4])})", f"由外掛程式繪製（{'、'.join(add_ons[:4])}）"
        remedy = "export it to plain AutoCAD first (天正: 圖形導出 T3; AutoCAD Architecture: EXPORTTOAUTOCAD)"
        zh_remedy = "請先轉成一般 AutoCAD 圖元（天正：圖形導出 T3；Architecture：EXPORTTOAUTOCAD）"
    elif not drawn.counts and papers:
        why, zh = (
            f"the model space is empty; there is only paper ({', '.join(papers[:4])})",
            "模型空間是空的，只有圖紙配置",
        )
        remedy, zh_remedy = (
            "export the layout to model space (EXPORTLAYOUT) and save that",
            "請用 EXPORTLAYOUT 轉到模型空間再存檔",
        )
    elif hidden:
        why, zh = (
            f"{hidden:,} entities are on layers that are frozen or off, and no others bound a room",
            f"{hidden:,} 個圖元在凍結或關閉的圖層上",
        )
        remedy, zh_remedy = (
            "thaw the layers of the walls and save again, or name them in a layer table",
            "請解凍牆的圖層後存檔，或用圖層表指定",
        )
    else:
        seen = ", ".join(kinds[:8]) or "nothing"
        why, zh = f"the model space holds no line that bounds a room ({seen})", f"模型空間裡沒有構成空間的線（{seen}）"
        remedy = "give a plan with walls, or say with a layer table which layers are walls"
        zh_remedy = "請給有牆的平面圖，或用圖層表指定哪些圖層是牆"
    return DrawingError(
        f"no plan was found: {why}", remedy=remedy, where=path.name, zh=(f"找不到平面圖：{zh}", zh_remedy)
    )
