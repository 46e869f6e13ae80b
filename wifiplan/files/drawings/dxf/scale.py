"""Metres a drawing unit: the header is heard, but doors, walls and the extent decide."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ezdxf.document import Drawing

from wifiplan.errors import ScaleError
from wifiplan.files.drawings.dxf.texts import in_letters
from wifiplan.files.drawings.records import ImportOptions, Note
from wifiplan.site.recognition.units import POSSIBLE_EXTENT_M, UNITS_M, Candidate, Measured, plausible_units
from wifiplan.units import Array

INSUNITS: Mapping[int, tuple[str, float]] = {
    1: ("in", 0.0254),
    2: ("ft", 0.3048),
    3: ("mi", 1609.344),
    4: ("mm", 0.001),
    5: ("cm", 0.01),
    6: ("m", 1.0),
    7: ("km", 1000.0),
    8: ("µin", 2.54e-8),
    9: ("mil", 2.54e-5),
    10: ("yd", 0.9144),
    11: ("Å", 1e-10),
    12: ("nm", 1e-9),
    13: ("µm", 1e-6),
    14: ("dm", 0.1),
    15: ("dam", 10.0),
    16: ("hm", 100.0),
    21: ("US ft", 1200 / 3937),
}
"""Values of the header variable $INSUNITS, Autodesk's DXF reference, by name and metres."""

AGREES = 0.45
"""The header's unit is believed if it scores so well, and the best unit not much better."""
BEHIND = 0.25
_EAST = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_QUERIES = 300
_OTHERS = 20_000
_PARALLEL = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Metres a unit, and what is to be told of how it was found."""

    unit_m: float
    took: tuple[Note, ...] = ()
    guessed: tuple[Note, ...] = ()


def find_scale(doc: Drawing, measured: Measured, options: ImportOptions, path: Path) -> Scale:
    """Return metres a unit of a drawing.

    Parameters
    ----------
    doc : Drawing
        The drawing, for its header.
    measured : Measured
        Sizes of its parts, in its units.
    options : ImportOptions
        `unit_m` overrules all.
    path : Path
        The file, for messages.

    Raises
    ------
    ScaleError
        Neither header nor evidence tells, or they contradict each other without a winner.
    """
    if options.unit_m is not None:
        said = f"{options.unit_m:g} m a unit, as you said"
        return Scale(
            unit_m=options.unit_m,
            took=(Note(what="unit", count=1, detail=said, zh=f"每單位 {options.unit_m:g} 公尺（依指定）"),),
        )
    code = int(doc.header.get("$INSUNITS", 0) or 0)
    header = INSUNITS.get(code)
    verdict = plausible_units(measured, _candidates(header, east=_eastern(doc)))
    best = verdict.ranked[0]
    if header is not None:
        own = next(one for one in verdict.ranked if one.name == header[0])
        if own.score >= AGREES and own.score >= best.score - BEHIND and not _at_odds(doc, own, verdict.ranked):
            return Scale(unit_m=own.unit_m, took=(_note(f"$INSUNITS {code} ({own.name})", own, "plausible", "合理"),))
    winner = verdict.unit or _by_system(doc, verdict.ranked)
    if winner is None and header is not None and _possible(own, measured) and own.score >= best.score - BEHIND:
        # nothing speaks against the header but that nothing else tells
        said, said_zh = (
            f"the header says {own.name}, and nothing in the drawing tells",
            f"檔頭說 {own.name}，圖上別無依據",
        )
        return Scale(unit_m=own.unit_m, guessed=(_note(f"$INSUNITS {code} ({own.name})", own, said, said_zh),))
    if winner is None:
        raise _unclear(header, verdict.ranked, path)
    if header is None:
        said, said_zh = "the header names no unit", "檔頭沒有單位"
    else:
        said, said_zh = f"the header says {header[0]}, which does not fit", f"檔頭說 {header[0]}，但不合理"
    return Scale(unit_m=winner.unit_m, guessed=(_note(f"unit {winner.name}", winner, said, said_zh),))


def _possible(own: Candidate, measured: Measured) -> bool:
    return POSSIBLE_EXTENT_M[0] <= measured.extent * own.unit_m <= POSSIBLE_EXTENT_M[1]


def _candidates(header: tuple[str, float] | None, *, east: bool) -> Mapping[str, float]:
    """Return the units that may be, that of the header among them; nobody who writes Chinese draws in inches."""
    usual = {name: unit_m for name, unit_m in UNITS_M.items() if not (east and _imperial(name))}
    return usual if header is None else {**usual, header[0]: header[1]}


def _eastern(doc: Drawing) -> bool:
    """Return whether layers are named in Chinese, Japanese or Korean."""
    return any(_EAST.search(in_letters(layer.dxf.name)) for layer in doc.layers)


def _imperial(name: str) -> bool:
    return name in {"in", "ft", "yd", "US ft", "mi", "mil", "µin"}


def _at_odds(doc: Drawing, own: Candidate, ranked: Sequence[Candidate]) -> bool:
    """Return whether $MEASUREMENT contradicts $INSUNITS, and a unit of its system fits as well or better."""
    if "$MEASUREMENT" not in doc.header:
        return False
    metric = doc.header["$MEASUREMENT"] == 1
    if metric != _imperial(own.name):
        return False
    return metric and any(one.score >= own.score and not _imperial(one.name) for one in ranked)


def _by_system(doc: Drawing, ranked: Sequence[Candidate]) -> Candidate | None:
    """Return the one plausible unit of the system of measures that the header names."""
    metric = doc.header.get("$MEASUREMENT", None) == 1
    fit = [one for one in ranked if one.score >= ranked[0].score - 0.15 and one.score >= AGREES]
    of_system = [one for one in fit if not _imperial(one.name)]
    return of_system[0] if metric and len(of_system) == 1 else None


def _note(what: str, one: Candidate, why: str, why_zh: str) -> Note:
    return Note(
        what=what,
        count=1,
        detail=f"{one.unit_m:g} m a unit; {why}: {', '.join(one.grounds)}",
        zh=f"每單位 {one.unit_m:g} 公尺；{why_zh}：{'、'.join(one.zh)}",
    )


def _unclear(header: tuple[str, float] | None, ranked: Sequence[Candidate], path: Path) -> ScaleError:
    said = "names no unit" if header is None else f"says {header[0]}, which does not fit"
    said_zh = "沒有寫單位" if header is None else f"寫的是 {header[0]}，但不合理"
    likely = "; ".join(f"{one.name}: {', '.join(one.grounds)}" for one in ranked[:3])
    likely_zh = "；".join(f"{one.name}：{'、'.join(one.zh)}" for one in ranked[:3])
    return ScaleError(
        f"the drawing's unit is unclear: its header {said}; candidates: {likely}",
        remedy="measure something in the drawing and give the unit: --unit mm, cm, m, in or ft",
        where=path.name,
        zh=(
            f"無法判斷圖面單位：檔頭{said_zh}；可能是 {likely_zh}",
            "請量圖上已知的長度，並指定單位：--unit mm、cm、m、in 或 ft",
        ),
    )


def extent_of(lines: Array) -> float:
    """Return the longer side of a plan, without the outermost 1 % of its lines by length."""
    length = np.hypot(*np.moveaxis(lines[:, 1] - lines[:, 0], -1, 0))
    if not len(lines) or length.sum() <= 0:
        return 0.0
    middle = lines.mean(axis=1)
    sides: list[float] = []
    for axis in (0, 1):
        order = np.argsort(middle[:, axis])
        share = np.cumsum(length[order]) / length.sum()
        low, high = np.searchsorted(share, [0.01, 0.99])
        part = lines[order[low : high + 1], :, axis]
        sides.append(float(part.max() - part.min()))
    return max(sides)


def face_distances(lines: Array) -> list[float]:
    """Return for some long lines how far the nearest parallel line is, in drawing units."""
    length = np.hypot(*np.moveaxis(lines[:, 1] - lines[:, 0], -1, 0))
    order = np.argsort(-length)[:_OTHERS]
    order = order[length[order] > 0]
    if len(order) < 2:
        return []
    others, size = lines[order], length[order]
    way = (others[:, 1] - others[:, 0]) / size[:, None]
    least = 1e-5 * float(size[0])
    found: list[float] = []
    step = max(1, len(order) // 2 // _QUERIES)
    for n in range(0, max(2, len(order) // 2), step):
        middle = others[n].mean(axis=0)
        along = ((middle - others[:, 0]) * way).sum(axis=1)
        off = np.abs((middle[0] - others[:, 0, 0]) * way[:, 1] - (middle[1] - others[:, 0, 1]) * way[:, 0])
        beside = (np.abs(way[n, 0] * way[:, 1] - way[n, 1] * way[:, 0]) < _PARALLEL) & (along > 0) & (along < size)
        beside &= off > least
        if beside.any():
            found.append(float(off[beside].min()))
    return found
