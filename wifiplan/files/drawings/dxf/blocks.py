"""What a model space shows, blocks taken apart: every block once, then moved to wherever it stands, with limits."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
from ezdxf.document import Drawing
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.entities.insert import Insert
from ezdxf.layouts.base import BaseLayout

from wifiplan.errors import DrawingError, WifiplanError
from wifiplan.files.drawings.dxf.loading import too_much
from wifiplan.files.drawings.dxf.paths import Drawn, Key, Paths, Symbol, Text, joined, of_arrays
from wifiplan.files.drawings.dxf.texts import in_letters, text_of
from wifiplan.files.drawings.dxf.tracing import BROKEN, traced
from wifiplan.units import Array

MAX_SIZE = 2_500_000
"""Points, texts and symbols of a drawing with its blocks taken apart: 0.3 GB while they are put together."""
MAX_DEPTH = 24
"""Blocks within blocks; drawings of people have five."""
MAX_ARRAY = 20_000
"""Copies of one block in rows and columns."""

MAX_LAYERS = 5_000
"""Layers that something is on; drawings with many references bound in have a thousand."""

SYMBOLS = ("door", "window")
"""Meanings of blocks and their layers that make them symbols, kept whole."""
WALLS = ("wall", "glass", "column", "parapet")
"""Meanings of layers that no symbol holds: a block with such lines is a whole plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """How layers and blocks are looked at.

    `layer` and `block` tell what a name means (None: nothing). `hidden` are layers that are frozen or off; what is on
    them is counted, not read. Blocks whose meaning is not among `built` are left out, unless their layer's is.
    """

    layer: Callable[[str], str | None]
    block: Callable[[str], str | None]
    hidden: frozenset[str]
    built: frozenset[str]


@dataclass(slots=True, kw_only=True)
class _Bag:
    """What is gathered of one block or layout."""

    lines: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    curves: dict[Key, list[Array]] = field(default_factory=lambda: defaultdict(list))
    texts: list[Text] = field(default_factory=list)
    inserts: dict[tuple[str, str], list[Array]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    parts: list[Drawn] = field(default_factory=list)


class _Reader:
    """Takes the blocks of one drawing apart, each once, within one budget."""

    def __init__(self, doc: Drawing, path: Path, views: Views) -> None:
        self.doc = doc
        self.path = path
        self.views = views
        self.known: dict[str, Drawn] = {}
        self.open: list[str] = []
        self.layers: set[str] = set()
        self.left = MAX_SIZE

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            what = f"its blocks hold more than {MAX_SIZE:,} points when they are taken apart"
            raise too_much(self.path, what, f"圖塊展開後超過 {MAX_SIZE:,} 個點")

    def drawn(self, layout: BaseLayout) -> Drawn:
        bag = _Bag()
        for entity in layout:
            self.take(entity, bag)
        for (name, layer), matrices in bag.inserts.items():
            block = self.block(name)
            self.spend(block.size * len(matrices))
            bag.parts.append(_placed(block, name, layer, np.array(matrices), self.views))
        found = _gathered(bag)
        self.spend(found.size)
        return found

    def block(self, name: str) -> Drawn:
        """Return what a block shows, in its own frame."""
        if name in self.known:
            return self.known[name]
        if name in self.open or len(self.open) >= MAX_DEPTH:
            raise _nested(self.path, name, itself=name in self.open)
        self.open.append(name)
        found = self.drawn(self.doc.blocks.get(name))
        self.open.pop()
        self.known[name] = found
        return found

    def take(self, entity: DXFEntity, bag: _Bag) -> None:
        kind = entity.dxftype()
        layer = in_letters(entity.dxf.get("layer", "0"))
        self.layers.add(layer)
        if len(self.layers) > MAX_LAYERS:
            raise too_much(self.path, f"more than {MAX_LAYERS:,} layers", f"圖層超過 {MAX_LAYERS:,} 個")
        if layer.lower() in self.views.hidden or entity.dxf.get("invisible", 0):
            bag.counts[layer, kind, "hidden"] += 1
            return
        if kind == "INSERT":
            self.insert(cast("Insert", entity), layer, bag)
            return
        try:
            fate = _taken(entity, kind, layer, bag)
        except BROKEN:
            fate = "broken"
        bag.counts[layer, kind, fate] += 1

    def insert(self, entity: Insert, layer: str, bag: _Bag) -> None:
        name = entity.dxf.get("name", "")
        for attrib in entity.attribs:
            self.take(attrib, bag)
        n = max(1, int(entity.dxf.get("row_count", 1))) * max(1, int(entity.dxf.get("column_count", 1)))
        if n > MAX_ARRAY:
            what = f"block '{name[:60]}' stands there {n:,} times in rows and columns"
            raise too_much(self.path, what, f"圖塊「{name[:60]}」陣列 {n:,} 個")
        fate = self.fate(name, layer)
        if fate:
            bag.counts[layer, "INSERT", fate] += n
            return
        try:
            copies = [entity] if n == 1 else list(entity.multi_insert())
            matrices = [np.array(list(copy.matrix44()), dtype=np.float64).reshape(4, 4) for copy in copies]
        except BROKEN:
            bag.counts[layer, "INSERT", "broken"] += n
            return
        bag.counts[layer, "INSERT", "opened"] += n
        bag.inserts[name, layer].extend(matrices)

    def fate(self, name: str, layer: str) -> str:
        """Return why a block is not taken apart, "" if it is."""
        if name not in self.doc.blocks:
            return "missing"
        layout = self.doc.blocks.get(name)
        if layout.block is not None and layout.block.dxf.get("flags", 0) & 12:
            return "xref"
        means = self.views.block(name)
        if means == "ignore":
            return "block:detail"
        if self.views.layer(layer) in self.views.built:
            return ""
        if means is not None and means not in self.views.built:
            return f"block:{means}"
        return ""


def model_space(doc: Drawing, path: Path, views: Views) -> Drawn:
    """Return what the model space of a drawing shows.

    Raises
    ------
    DrawingError
        A block holds itself, blocks are nested too deep, or there would be too much to hold in memory.
    """
    reader = _Reader(doc, path, views)
    return reader.drawn(doc.modelspace())


def _nested(path: Path, name: str, *, itself: bool) -> WifiplanError:
    what = "holds itself" if itself else f"holds blocks within blocks, more than {MAX_DEPTH} deep"
    zh = "包含自己" if itself else f"圖塊巢狀超過 {MAX_DEPTH} 層"
    return DrawingError(
        f"block '{name[:60]}' {what}",
        remedy="explode it in the CAD program, run AUDIT and save again",
        where=path.name,
        zh=(f"圖塊「{name[:60]}」{zh}", "請在 CAD 程式中炸開該圖塊、執行 AUDIT 後重新存檔"),
    )


def _taken(entity: DXFEntity, kind: str, layer: str, bag: _Bag) -> str:
    """Put an entity into the bag; return its fate, "" if it is drawn."""
    if kind == "LINE":
        start, end = entity.dxf.start, entity.dxf.end
        bag.lines[layer].extend((start.x, start.y, start.z, end.x, end.y, end.z))
        return ""
    text = text_of(entity, kind, layer)
    if text is not None:
        bag.texts.append(text)
        return ""
    found = traced(entity)
    if found is None:
        return "kind"
    found = [piece for piece in found if len(piece.points) > 1]
    width = float(entity.dxf.get("const_width", 0.0)) if kind == "LWPOLYLINE" else 0.0
    for piece in found:
        bag.curves[Key(layer, "ARC" if piece.is_bow else kind, width)].append(piece.points)
    return "" if found else "empty"


def _gathered(bag: _Bag) -> Drawn:
    paths: dict[Key, list[Paths]] = defaultdict(list)
    for layer, numbers in bag.lines.items():
        points = np.array(numbers, dtype=np.float64).reshape(-1, 3)
        paths[Key(layer, "LINE")].append(Paths(points=points, starts_n=np.arange(0, len(points), 2)))
    for key, arrays in bag.curves.items():
        paths[key].append(of_arrays(arrays))
    for part in bag.parts:
        for key, some in part.paths.items():
            paths[key].append(some)
        bag.counts.update(part.counts)
    return Drawn(
        paths={key: joined(some) for key, some in paths.items()},
        texts=(*bag.texts, *(text for part in bag.parts for text in part.texts)),
        symbols=tuple(symbol for part in bag.parts for symbol in part.symbols),
        counts=bag.counts,
    )


def _placed(block: Drawn, name: str, layer: str, matrices: Array, views: Views) -> Drawn:
    """Return a block where it stands; one that means a door or a window as symbols."""
    means = views.block(name)
    if means not in SYMBOLS:
        means = views.layer(layer)
    if means == "opening":
        means = _door_or_window(block)
    walls = any(views.layer(key.layer) in WALLS for key in block.paths)
    if means not in SYMBOLS or block.symbols or walls or not block.paths:
        return block.moved(matrices, layer)
    lines = joined([some for key, some in block.paths.items() if key.kind != "ARC"] or [of_arrays([])])
    arcs = joined([some for key, some in block.paths.items() if key.kind == "ARC"] or [of_arrays([])])
    box = _box(np.concatenate([lines.points, arcs.points]))
    whole = Symbol(block=name, layer="0", means=means, box=box, arcs=arcs, lines=lines)
    counts = Counter({(own, kind, fate or "symbol"): n for (own, kind, fate), n in block.counts.items()})
    return Drawn(symbols=(whole,), texts=block.texts, counts=counts).moved(matrices, layer)


def _door_or_window(block: Drawn) -> str:
    return "door" if any(key.kind == "ARC" for key in block.paths) else "window"


def _box(points: Array) -> Array:
    low, high = points.min(axis=0), points.max(axis=0)
    z = low[2]
    return np.array([[low[0], low[1], z], [high[0], low[1], z], [high[0], high[1], z], [low[0], high[1], z]])
