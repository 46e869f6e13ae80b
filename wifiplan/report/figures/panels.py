"""Several maps of one floor on one paper: which arrangement gives the largest scale, and where each map lies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wifiplan.report.figures.sheet import LANDSCAPE_MM, PORTRAIT_MM, SCALES, Sheet, sheet
from wifiplan.site.building import Site

TITLE_MM, GAP_MM = 6.0, 4.0
"""Height of a map's title, and distance between maps [mm]."""

UPRIGHT_MM, SIDEWAYS_MM = (PORTRAIT_MM[0], 258.0), (LANDSCAPE_MM[0], 170.0)
"""Room for maps and their key on an A4 page with nothing else on it (ISO 216)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Papers of the maps, one each, all with the same scale on one figure of `width_mm` x `height_mm`."""

    sheets: tuple[Sheet, ...]
    landscape: bool
    width_mm: float
    height_mm: float


def arrangement(site: Site, n_panels: int, *, key_mm: float) -> Arrangement:
    """Return where `n_panels` maps of a floor lie on an A4 page, above a key of `key_mm`: as large as they can be."""
    whole = sheet(site)
    size_mm = (
        whole.width_mm - 2 * whole.left_mm,
        whole.height_mm - whole.legend_mm - 5.0,
    )
    size_m = (size_mm[0] * whole.scale / 1000, size_mm[1] * whole.scale / 1000)
    ways = [
        (_scale(size_m, (room_mm[0], room_mm[1] - key_mm), across, n_panels), room_mm is UPRIGHT_MM, across)
        for room_mm in (UPRIGHT_MM, SIDEWAYS_MM)
        for across in range(1, n_panels + 1)
    ]
    scale, upright, across = min(ways, key=lambda way: (way[0], not way[1], way[2]))
    return _laid(
        replace(whole, scale=scale, legend_mm=key_mm), size_m, n_panels=n_panels, across=across, upright=upright
    )


def _scale(size_m: Sequence[float], room_mm: Sequence[float], across: int, n_panels: int) -> int:
    down = -(-n_panels // across)
    width = (room_mm[0] - (across - 1) * GAP_MM) / across - 2.0
    height = (room_mm[1] - (down - 1) * GAP_MM) / down - TITLE_MM
    if width <= 0 or height <= 0:
        return SCALES[-1] + 1
    needed = max(size_m[0] * 1000 / width, size_m[1] * 1000 / height)
    return next((s for s in SCALES if s >= needed), SCALES[-1])


def _laid(whole: Sheet, size_m: Sequence[float], *, n_panels: int, across: int, upright: bool) -> Arrangement:
    drawn = (size_m[0] * 1000 / whole.scale, size_m[1] * 1000 / whole.scale)
    down = -(-n_panels // across)
    width = (PORTRAIT_MM if upright else LANDSCAPE_MM)[0]
    step = (drawn[0] + GAP_MM, drawn[1] + TITLE_MM + GAP_MM)
    left = (width - across * step[0] + GAP_MM) / 2
    height = whole.legend_mm + down * step[1]
    sheets = tuple(
        replace(
            whole,
            landscape=not upright,
            width_mm=width,
            height_mm=height,
            left_mm=left + (k % across) * step[0],
            bottom_mm=whole.legend_mm + 2.5 + (down - 1 - k // across) * step[1],
        )
        for k in range(n_panels)
    )
    return Arrangement(sheets=sheets, landscape=not upright, width_mm=width, height_mm=height)
