"""The parts of a path-loss law, each named after its source: loss by distance, of walls and of floors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol, TypeAlias

import numpy as np

from wifiplan.catalog.laws import distance_row, floor_row, law_numbers
from wifiplan.radio import formulas
from wifiplan.units import Array, BoolArray

HIGH_HZ = 3.0e9
"""Between the 2.4 and the 5 GHz band: which of two rows of the older P.1238 holds [Hz]."""

DistanceName: TypeAlias = Literal[
    "free_space",
    "p1238_office",
    "p1238_office_13",
    "p1238_corridor",
    "p1238_legacy",
    "p1238_legacy_home",
    "tgax_residential",
    "tgax_enterprise",
    "inh",
]
WallsName: TypeAlias = Literal["none", "p2040", "cost231", "tgax_residential", "tgax_enterprise"]
FloorsName: TypeAlias = Literal["none", "p2040", "cost231", "p1238_legacy", "p1238_legacy_home"]


def _nothing() -> Array:
    return np.zeros(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What lies between antennas; every array has the same shape.

    `wall_db` and `slab_db` are the summed P.2040 losses of the walls and slabs crossed, in the band and at
    the ray's angle. Light walls are those that lose less than 5 dB at normal incidence in the band, heavy
    ones the rest. `reflection_db` is what mirrors on the way keep back, `spread_db` how far the losses of what is
    crossed may be off; both may be left out.
    """

    distance_m: Array
    wall_db: Array
    slab_db: Array
    n_light_walls: Array
    n_heavy_walls: Array
    n_floors: Array
    reflection_db: Array = field(default_factory=_nothing)
    spread_db: Array = field(default_factory=_nothing)


class DistanceTerm(Protocol):
    """Loss by distance; `walls_inside`: without line of sight it is higher, because it holds the walls."""

    def __call__(self, distance_m: Array, hidden: BoolArray, *, frequency_hz: float, extend: bool) -> Array:
        """Return the loss [dB]."""
        ...


class CrossedTerm(Protocol):
    """Loss of the walls or of the floors on the way."""

    def __call__(self, path: Path, *, frequency_hz: float, extend: bool) -> Array:
        """Return the loss [dB], of the shape of the path's arrays."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSpace:
    """ITU-R P.525: the same whether seen or hidden."""

    def __call__(self, distance_m: Array, hidden: BoolArray, *, frequency_hz: float, extend: bool) -> Array:  # noqa: ARG002
        """Return the loss [dB]."""
        return formulas.free_space_db(distance_m, frequency_hz=frequency_hz)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteGeneral:
    """A row for lines of sight and one for the rest, never below the first, so that a wall never helps."""

    seen: str
    hidden: str

    def __call__(self, distance_m: Array, hidden: BoolArray, *, frequency_hz: float, extend: bool) -> Array:
        """Return the loss [dB]."""
        if not extend:
            for name, where in ((self.seen, ~hidden), (self.hidden, hidden)):
                if np.any(where):
                    formulas.site_general_db(distance_m[where], frequency_hz=frequency_hz, row=distance_row(name))
        open_db, hidden_db = (
            formulas.site_general_db(distance_m, frequency_hz=frequency_hz, row=distance_row(name), extend=True)
            for name in (self.seen, self.hidden)
        )
        return np.where(hidden, np.maximum(open_db, hidden_db), open_db)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSlope:
    """A row for 2.4 GHz and one for 5 GHz, the same whether seen or hidden (older P.1238, walls in the slope)."""

    low: str
    high: str

    def __call__(self, distance_m: Array, hidden: BoolArray, *, frequency_hz: float, extend: bool) -> Array:  # noqa: ARG002
        """Return the loss [dB]."""
        row = distance_row(self.low if frequency_hz < HIGH_HZ else self.high)
        # the older formula counts from 1 m: nearer it would fall below free space
        far_m = np.maximum(distance_m, row.min_m) if extend else distance_m
        return formulas.site_general_db(far_m, frequency_hz=frequency_hz, row=row, extend=extend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakpoint:
    """IEEE TGax: steeper beyond a breakpoint, a row of `catalog/data/path_loss.csv`."""

    row: str

    def __call__(self, distance_m: Array, hidden: BoolArray, *, frequency_hz: float, extend: bool) -> Array:  # noqa: ARG002
        """Return the loss [dB]."""
        breakpoint_m = law_numbers()[self.row]
        return formulas.breakpoint_db(distance_m, frequency_hz=frequency_hz, breakpoint_m=breakpoint_m, extend=extend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """Walls or floors that cost nothing."""

    def __call__(self, path: Path, *, frequency_hz: float, extend: bool) -> Array:  # noqa: ARG002
        """Return zeros [dB]."""
        return np.zeros_like(path.distance_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class WallsP2040:
    """ITU-R P.2040: every wall by its material, thickness, band and angle."""

    def __call__(self, path: Path, *, frequency_hz: float, extend: bool) -> Array:  # noqa: ARG002
        """Return the loss [dB]."""
        return formulas.not_negative(path.wall_db, "the losses of walls")


@dataclass(frozen=True, slots=True, kw_only=True)
class WallsByNumber:
    """So much a light wall and so much a heavy one: rows of `catalog/data/path_loss.csv`."""

    light: str
    heavy: str

    def __call__(self, path: Path, *, frequency_hz: float, extend: bool) -> Array:  # noqa: ARG002
        """Return the loss [dB]."""
        known = law_numbers()
        n_light = formulas.not_negative(path.n_light_walls, "the number of light walls")
        n_heavy = formulas.not_negative(path.n_heavy_walls, "the number of heavy walls")
        return np.asarray(known[self.light] * n_light + known[self.heavy] * n_heavy)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlabsP2040:
    """ITU-R P.2040: every slab by its material, thickness, band and angle."""

    def __call__(self, path: Path, *, frequency_hz: float, extend: bool) -> Array:  # noqa: ARG002
        """Return the loss [dB]."""
        return formulas.not_negative(path.slab_db, "the losses of slabs")


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorsByNumber:
    """A row of `catalog/data/path_loss_floors.csv` for 2.4 GHz and one for 5 GHz and above."""

    low: str
    high: str

    def __call__(self, path: Path, *, frequency_hz: float, extend: bool) -> Array:
        """Return the loss [dB]."""
        row = floor_row(self.low if frequency_hz < HIGH_HZ else self.high)
        return formulas.floors_db(path.n_floors, row=row, extend=extend)


DISTANCES: Mapping[DistanceName, DistanceTerm] = MappingProxyType(
    {
        "free_space": FreeSpace(),
        "p1238_office": SiteGeneral(seen="p1238_office_los", hidden="p1238_office_nlos"),
        "p1238_office_13": SiteGeneral(seen="p1238_office_los", hidden="p1238_office_nlos_13"),
        "p1238_corridor": SiteGeneral(seen="p1238_corridor_los", hidden="p1238_corridor_nlos"),
        "p1238_legacy": OneSlope(low="p1238_legacy_office_2g4", high="p1238_legacy_office_5g2"),
        "p1238_legacy_home": OneSlope(low="p1238_legacy_home_2g4", high="p1238_legacy_home_5g2"),
        "tgax_residential": Breakpoint(row="tgax_residential_breakpoint_m"),
        "tgax_enterprise": Breakpoint(row="tgax_enterprise_breakpoint_m"),
        "inh": SiteGeneral(seen="inh_los", hidden="inh_nlos"),
    }
)
"""Losses by distance to choose from by name."""

WALLS: Mapping[WallsName, CrossedTerm] = MappingProxyType(
    {
        "none": Nothing(),
        "p2040": WallsP2040(),
        "cost231": WallsByNumber(light="cost231_light_db", heavy="cost231_heavy_db"),
        "tgax_residential": WallsByNumber(light="tgax_residential_wall_db", heavy="tgax_residential_wall_db"),
        "tgax_enterprise": WallsByNumber(light="tgax_enterprise_wall_db", heavy="tgax_enterprise_wall_db"),
    }
)
"""Losses of walls to choose from by name."""

FLOORS: Mapping[FloorsName, CrossedTerm] = MappingProxyType(
    {
        "none": Nothing(),
        "p2040": SlabsP2040(),
        "cost231": FloorsByNumber(low="cost231", high="cost231"),
        "p1238_legacy": FloorsByNumber(low="p1238_office_2g4", high="p1238_office_5g2"),
        "p1238_legacy_home": FloorsByNumber(low="p1238_home_2g4", high="p1238_home_5g2"),
    }
)
"""Losses of floors to choose from by name."""
