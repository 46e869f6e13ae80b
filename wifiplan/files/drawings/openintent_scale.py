"""How large a floor of an OpenIntent document is, and which unit a coordinate is in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wifiplan.errors import Fault, ScaleError
from wifiplan.files.drawings.geojson_text import number
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.files.json_input import Json, printable
from wifiplan.site.building import Point

M_PER_FT = 0.3048
MIN_EXTENT_M = 2.0
MAX_EXTENT_M = 2000.0
"""A floor smaller than a store room or larger than any school is in another unit than it says."""
FILLED_SHARE = 0.1
"""Walls that span less than a tenth of the plan in pixels, but lie on it in metres, are in metres."""
SLACK_SHARE = 0.02
"""Walls may lie so far beyond the plan's edge, as a share of its size."""
UNEQUAL_SHARE = 0.02
"""Scales across and along that differ by more are worth a word."""

_UNITS = ("pixels", "meters", "feet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Metres a unit, the plan's size in each unit that is given (width, length), and the storey's height if given [m].

    `unequal` says that the scales across and along differ.
    """

    m_per: Mapping[str, float]
    sizes: Mapping[str, tuple[float, float]]
    height_m: float | None
    unequal: bool = False

    @property
    def size_m(self) -> tuple[float, float]:
        """Width and length of the plan [m]."""
        unit = next(iter(self.sizes))
        width, length = self.sizes[unit]
        return width * self.m_per[unit], length * self.m_per[unit]


def scale_of(plan: Mapping[str, Json], options: ImportOptions, *, where: str, faults: list[Fault]) -> Scale | None:
    """Return the scale of a floor plan; None where its dimensions are faulty, which is added to `faults`.

    Raises
    ------
    ScaleError
        Only pixels are given, or the size is no building's.
    """
    sizes, heights = _dimensions(plan, where, faults)
    if not sizes:
        return None
    m_per = {"meters": 1.0, "feet": M_PER_FT}
    unequal = False
    real = next(((u, sizes[u]) for u in ("meters", "feet") if u in sizes), None)
    if "pixels" in sizes and options.unit_m is not None:
        m_per["pixels"] = options.unit_m
    elif "pixels" in sizes and real is not None:
        across, along = (m_per[real[0]] * a / b for a, b in zip(real[1], sizes["pixels"], strict=True))
        m_per["pixels"] = across
        unequal = abs(along - across) > UNEQUAL_SHARE * across
    units = {unit: size for unit, size in sizes.items() if unit in m_per}
    if not units:
        raise _no_scale("the plan is in pixels only, and nothing says how large a pixel is", where)
    # the user's word on a pixel goes before what the file says in metres
    first = "pixels" if options.unit_m is not None and "pixels" in units else next(iter(units))
    units = {first: units[first]} | units
    height_m = next((heights[u] * m_per[u] for u in ("meters", "feet", "pixels") if u in heights and u in m_per), None)
    found = Scale(m_per=m_per, sizes=units, height_m=height_m, unequal=unequal)
    if not MIN_EXTENT_M <= max(found.size_m) <= MAX_EXTENT_M:
        raise _no_scale(f"the plan would be {max(found.size_m):,.4g} m large, which no school is", where)
    return found


def unit_of_walls(points: Sequence[Point], scale: Scale) -> tuple[str, bool]:
    """Return the unit that points without one are in, and whether that is a guess.

    Plans of several units have their walls in pixels with every writer we know; those whose walls would then be a speck
    in a corner, and lie on the plan in metres or feet, are in that unit.

    >>> scale = Scale(m_per={"pixels": 0.02, "meters": 1.0}, sizes={"pixels": (2000, 1000), "meters": (40, 20)},
    ...               height_m=None)
    >>> unit_of_walls([(0, 0), (1900, 900)], scale), unit_of_walls([(0, 0), (38, 18)], scale)
    (('pixels', True), ('meters', True))
    """
    units = [unit for unit in _UNITS if unit in scale.sizes]
    if len(units) == 1 or not points:
        return units[0], False
    fitting = {unit: share for unit in units if (share := _share(points, scale.sizes[unit])) is not None}
    if not fitting:
        return units[0], True
    if fitting.get("pixels", 0.0) >= FILLED_SHARE:
        return "pixels", True
    return max(fitting, key=lambda unit: fitting[unit]), True


def _share(points: Sequence[Point], size: tuple[float, float]) -> float | None:
    """Return how much of a plan points span along the axis that they span most; None where they lie beyond it."""
    spans = []
    for axis, full in enumerate(size):
        values = [point[axis] for point in points]
        if min(values) < -SLACK_SHARE * full or max(values) > (1.0 + SLACK_SHARE) * full:
            return None
        spans.append((max(values) - min(values)) / full)
    return max(spans)


def _dimensions(
    plan: Mapping[str, Json], where: str, faults: list[Fault]
) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    sizes: dict[str, tuple[float, float]] = {}
    heights: dict[str, float] = {}
    given = plan.get("dimensions")
    for n, one in enumerate(given if isinstance(given, list) else [given]):
        place = f"{where}.dimensions[{n}]"
        if not isinstance(one, Mapping) or one.get("unit") not in _UNITS:
            faults.append(
                Fault(where=place, problem="a dimension needs length, width, and a unit: pixels, meters, feet")
            )
            continue
        width, length, height = (number(one.get(key)) for key in ("width", "length", "height"))
        if width is None or length is None or not (0.0 < width < 1e9 and 0.0 < length < 1e9):
            faults.append(Fault(where=place, problem="width and length are not both positive numbers"))
            continue
        sizes.setdefault(str(one["unit"]), (width, length))
        if height is not None and height > 0.0:
            heights.setdefault(str(one["unit"]), height)
    return sizes, heights


def _no_scale(problem: str, where: str) -> ScaleError:
    return ScaleError(
        problem,
        remedy="give metres a pixel: the length of something known [m], divided by its length in pixels",
        where=printable(where),
        zh=("圖面沒有可信的比例", "請提供每個像素的公尺數：已知長度（公尺）除以圖上的像素數"),
    )
