"""The account of a drawing: every kind of entity with its count, and what became of it."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from ezdxf.document import Drawing

from wifiplan.files.drawings.dxf.clusters import Parts
from wifiplan.files.drawings.dxf.paths import Drawn, Key
from wifiplan.files.drawings.dxf.uses import FILLS, Use, bounds
from wifiplan.files.drawings.records import Note
from wifiplan.site.recognition.plan import Recognised
from wifiplan.units import Array

TEXTS = frozenset({"TEXT", "MTEXT", "ATTRIB"})
OUTLINES = frozenset({"LWPOLYLINE", "POLYLINE"})
"""Kinds of entities that outline rooms on layers of areas."""
LABELS = frozenset({None, "text", "room", "wall", "door", "window", "opening", "glass", "parapet", "column"})
"""Meanings of layers whose texts may be names of rooms."""

_MOST_NAMES = 8
_MEANINGS: Mapping[str, tuple[str, str]] = {
    "wall": ("walls", "牆"),
    "glass": ("walls of glass", "玻璃隔間"),
    "column": ("columns", "柱"),
    "parapet": ("parapets", "矮牆"),
    "door": ("doors", "門"),
    "window": ("windows", "窗"),
    "opening": ("doors and windows", "門窗"),
    "room": ("outlines of rooms", "房間範圍"),
    "text": ("lettering", "文字"),
    "dimension": ("dimensions", "尺寸標註"),
    "axis": ("axes and grids", "軸線"),
    "title": ("frame, title block, legend", "圖框、圖例"),
    "leader": ("symbols and leaders", "符號、引線"),
    "hatch": ("hatching", "填充"),
    "furniture": ("furniture and equipment", "家具、設備"),
    "sanitary": ("sanitary fittings", "衛生設備"),
    "services": ("electrical and mechanical services", "水電空調消防"),
    "ceiling": ("ceilings", "天花板"),
    "beam": ("beams", "樑"),
    "insulation": ("insulation and plaster", "保溫、粉刷層"),
    "stair": ("stairs and ramps", "樓梯、坡道"),
    "lift": ("lifts", "電梯"),
    "site": ("grounds and roads", "基地、道路"),
    "demolish": ("what is pulled down", "拆除部分"),
    "overhead": ("what is overhead", "上方投影"),
    "flooring": ("flooring", "地坪"),
    "ignore": ("layer to be ignored", "略過的圖層"),
}
_FATES: Mapping[str, tuple[str, str]] = {
    "hidden": ("on layers that are frozen or off, or invisible", "在凍結、關閉的圖層上，或設為不可見"),
    "kind": ("a kind of entity that bounds no room", "這類圖元不構成空間"),
    "broken": ("values that make no sense", "數值不合理"),
    "empty": ("nothing to draw, or too involved", "沒有可畫的內容，或過於複雜"),
    "missing": ("the block is not in the file", "檔案裡沒有這個圖塊"),
    "xref": (
        "a drawing outside of the file (xref): bind it (BIND) and save again",
        "外部參考（xref）：請先併入（BIND）再存檔",
    ),
    "block:detail": ("details within other blocks", "其他圖塊裡的細節"),
}
_ADD_ONS = ("TCH_", "ACAD_PROXY", "AEC_", "AECC_")
_ADD_ON = (
    "drawn by an add-on (天正, AutoCAD Architecture): export to plain AutoCAD first (T3, EXPORTTOAUTOCAD)",
    "由外掛程式（天正、AutoCAD Architecture）繪製，無法直接讀取：請先轉成一般 AutoCAD 圖元（天正：圖形導出 T3）",
)
_Group = dict[tuple[str, str, str], tuple[int, set[str]]]


def took_of(drawn: Drawn, uses: Mapping[str, Use], *, fills: bool) -> tuple[list[Note], list[Note]]:
    """Return notes of what was taken by layers that are known, and of what was taken by geometry alone.

    `fills` says that fillings of walls were taken, as nothing else showed them.
    """
    sure: _Group = {}
    guessed: _Group = {}
    for (layer, kind, fate), n in drawn.counts.items():
        use = uses[layer]
        if fate == "" and _taken(layer, kind, use, fills=fills):
            named = "text" if kind in TEXTS else use.means or ""
            _add(guessed if use.ground == "geometry" and kind not in TEXTS else sure, (kind, *_words(named)), n, layer)
        elif fate == "opened":
            _add(
                sure,
                (kind, "blocks taken apart; what they hold is counted with the rest", "圖塊已展開，內容併入各類計算"),
                n,
                "",
            )
        elif fate == "symbol":
            _add(sure, (kind, "within blocks of doors and windows", "門窗圖塊的內容"), n, "")
    unsaid = [
        Note(
            what=note.what,
            count=note.count,
            detail=f"{note.detail}; taken as walls, as no layer says which lines are",
            zh=f"{note.zh}；圖層名稱看不出牆，依幾何當作牆",
        )
        for note in _notes(guessed)
    ]
    return _notes(sure), unsaid


def left_of(drawn: Drawn, uses: Mapping[str, Use], *, fills: bool) -> list[Note]:
    """Return notes of every kind of entity that was left out, with the count and why."""
    left: _Group = {}
    for (layer, kind, fate), n in drawn.counts.items():
        use = uses[layer]
        if fate in {"opened", "symbol"} or (fate == "" and _taken(layer, kind, use, fills=fills)):
            continue
        _add(left, (kind, *_why(kind, fate, use)), n, layer)
    return _notes(left)


def _taken(layer: str, kind: str, use: Use, *, fills: bool) -> bool:
    if kind in TEXTS:
        return use.means in LABELS
    if kind in FILLS:
        return fills and use.means in {"wall", "column", "glass"}
    return bounds(Key(layer, kind), use) or (use.means == "room" and kind in OUTLINES)


def _why(kind: str, fate: str, use: Use) -> tuple[str, str]:
    if kind.startswith(_ADD_ONS) and fate in {"kind", "empty", "broken"}:
        return _ADD_ON
    if fate:
        return _FATES.get(fate) or _words(fate.removeprefix("block:"))
    if use.built and kind in FILLS:
        return ("filling of walls that are drawn", "牆體填充（牆線已採用）")
    if use.means is None:
        return ("the layer's name tells nothing, and other layers hold the walls", "圖層名稱看不出用途，牆已在其他圖層")
    if use.built:
        return ("no line that bounds a room", "不是構成空間的線")
    return _words(use.means)


def _words(means: str) -> tuple[str, str]:
    return _MEANINGS.get(means, (means, means))


def _add(group: _Group, key: tuple[str, str, str], n: int, layer: str) -> None:
    count, layers = group.get(key, (0, set()))
    group[key] = (count + n, layers | ({layer} if layer else set()))


def _notes(group: _Group) -> list[Note]:
    notes = [
        Note(
            what=kind,
            count=n,
            detail=detail + (f" (layers {_names(layers, ', ')})" if layers else ""),
            zh=zh + (f"（圖層 {_names(layers, '、')}）" if layers else ""),
        )
        for (kind, detail, zh), (n, layers) in group.items()
    ]
    return sorted(notes, key=lambda note: (note.detail, -note.count, note.what))


def _names(layers: set[str], comma: str) -> str:
    shown = [name[:60] for name in sorted(layers)[:_MOST_NAMES]]
    return comma.join(shown) + (" …" if len(layers) > _MOST_NAMES else "")


def size_of(box_m: Array) -> Note:
    """Return a note of how large the plan is, by its lines."""
    wide, high = _size(box_m)
    return Note(what="plan", count=1, detail=f"{wide:.1f} x {high:.1f} m", zh=f"{wide:.1f} × {high:.1f} 公尺")


def together(floors: Sequence[Recognised]) -> Recognised:
    """Return what several plans hold as one, for counting."""
    counts: dict[str, Counter[str]] = {}
    for floor in floors:
        for part, some in floor.counts.items():
            counts.setdefault(part, Counter()).update(some)
    return Recognised(
        walls=tuple(wall for floor in floors for wall in floor.walls),
        rooms=tuple(room for floor in floors for room in floor.rooms),
        outline=None,
        lines=tuple(line for floor in floors for line in floor.lines),
        counts=counts,
    )


def found_of(floor: Recognised) -> list[Note]:
    """Return notes of what the lines turned out to be."""
    kinds = Counter(line.kind for line in floor.lines)
    outlined = floor.counts.get("found", {}).get("outlined", 0)
    double = sum(line.kind == "wall" and line.thickness_m is not None for line in floor.lines)
    notes = [
        Note(what="walls", count=kinds["wall"], detail=f"{double} with a thickness", zh=f"其中 {double} 道有厚度"),
        Note(what="doors", count=kinds["door"], detail="in the site", zh="寫入平面"),
        Note(what="windows", count=kinds["window"], detail="in the site", zh="寫入平面"),
        Note(what="rooms", count=len(floor.rooms) - outlined, detail="closed by walls", zh="由牆圍成"),
        Note(what="rooms", count=outlined, detail="outlined in the drawing", zh="圖上已框出範圍"),
    ]
    return [note for note in notes if note.count]


def guesses_of(uses: Mapping[str, Use], floor: Recognised, n_repaired: int | None) -> list[Note]:
    """Return notes of what was guessed: gaps that were closed, names that were missing, damage that was repaired."""
    counts = floor.counts
    merged, placed, found = (counts.get(part, {}) for part in ("merged", "placed", "found"))
    unnamed = sum(room.name == room.id for room in floor.rooms)
    unmade = merged.get("broken", 0) + merged.get("slight", 0)
    both = sorted(layer for layer, use in uses.items() if use.means == "opening")
    names = _names(set(both), ", ")
    said = [
        ("faces with a gap", merged.get("bridged", 0), "closed: the wall's other face goes on", "牆的一面斷開，已接上"),
        ("openings of rooms", found.get("gaps", 0), "closed to find the rooms", "為找出房間而視為封閉"),
        ("swings of doors", placed.get("unclear", 0), "left: no wall at the door", "門弧旁沒有牆，未採用"),
        ("rooms", unnamed, "have no name in the drawing; their use is 'other'", "圖上沒有名稱，用途設為「其他」"),
        (
            "layers",
            len(both),
            f"say door and window both; lines without a swing are windows ({names})",
            f"同時寫門與窗，沒有門弧的當作窗（{names}）",
        ),
        ("damage", n_repaired or 0, "faults of the file repaired by ezdxf", "檔案有損壞，已由 ezdxf 修復"),
        (
            "evenly spaced lines",
            merged.get("rows", 0),
            "left: stairs or hatching",
            "等距平行線，當作樓梯或填充，未採用",
        ),
        ("lines in walls", merged.get("absorbed", 0), "left: within the body of a wall", "牆體內的線，未採用"),
        ("closed outlines of walls", unmade, "left: they enclose nothing, or too little", "不成面或過小的牆體輪廓"),
        (
            "corners of wall outlines",
            merged.get("wedges", 0),
            "left: no straight wall covers them",
            "直線牆段未涵蓋的邊角",
        ),
        (
            "lines of furniture",
            found.get("desks", 0),
            "left: small outlines that touch nothing",
            "不相連的小框，當作家具",
        ),
        ("ends of walls", merged.get("caps", 0), "short lines that only close a wall", "只封住牆端的短線"),
        (
            "lines",
            sum(merged.get(fate, 0) for fate in ("invalid", "points", "repeated")),
            "left: drawn twice, or shorter than 5 mm",
            "重複或短於 5 mm 的線，未採用",
        ),
    ]
    return [Note(what=what, count=n, detail=en, zh=zh) for what, n, en, zh in said if n > 0]


def beyond_of(parts: Parts, n_far: int, doc: Drawing) -> list[Note]:
    """Return notes of what lies beside the plan, and of other layouts."""
    counts = np.bincount(parts.of_n) if len(parts.of_n) else np.zeros(1, dtype=np.int64)
    another = sum(int(counts[k]) for k in parts.another)
    frames = sum(int(counts[k]) for k in set(parts.frames) if k)
    rest = int(counts[1:].sum()) - another - frames
    papers = [layout.name for layout in doc.layouts if layout.name != "Model" and len(layout)]
    where = "; ".join(f"{w:.0f} x {h:.0f} m" for w, h in (_size(parts.boxes[k]) for k in parts.another[:6]))
    said = [
        (
            "further plans",
            len(parts.another),
            f"in the same model space ({where}; {another} lines): save each as a file of its own",
            f"同一模型空間裡還有其他平面（{where}，{another} 條線）：請各存成一個檔案",
        ),
        ("lines of frames", frames, "round the plan", "圖框"),
        ("lines beside the plan", rest, "far from it: details, legend", "離平面太遠：詳圖、圖例"),
        ("lines far out", n_far, "coordinates that make no sense", "座標不合理"),
        (
            "layouts",
            len(papers),
            f"paper: {_names(set(papers), ', ')}; only the model space is read",
            "圖紙配置未讀，只讀模型空間",
        ),
    ]
    return [Note(what=what, count=n, detail=en, zh=zh) for what, n, en, zh in said if n > 0]


def _size(box: Array) -> tuple[float, float]:
    return float(box[2] - box[0]), float(box[3] - box[1])
