"""Decibels lost on the way: the path-loss laws, all called alike."""

from dataclasses import dataclass, field
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from wifiplan.errors import OutOfRangeError
from wifiplan.radio import formulas
from wifiplan.radio.formulas import SiteGeneral, free_space_db
from wifiplan.units import Array, BoolArray

__all__ = [
    "LAWS",
    "Cost231MultiWall",
    "FreeSpace",
    "ImagesP2040",
    "IndoorHotspot",
    "MultiWallP2040",
    "P1238Corridor",
    "P1238Legacy",
    "P1238Office",
    "Path",
    "PathLoss",
    "TgaxEnterprise",
    "TgaxResidential",
    "free_space_db",
]

MIN_DISTANCE_M = 0.5
"""Nearer than this no law distinguishes: an antenna is no point, and nobody sits closer [m]."""


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


@runtime_checkable
class PathLoss(Protocol):
    """A path-loss law: called with a path and a frequency, it returns the loss [dB].

    A wall or a floor more, or a metre more, never lowers it. Every law holds at any distance: with `extend`
    (the default) it extrapolates by the same formula beyond its source's range; without, it raises
    OutOfRangeError.
    """

    name: ClassVar[str]

    @property
    def n_images(self) -> int:
        """How many mirror images of an antenna are added to it in power; 0: straight lines only."""
        ...

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss of one way, mirrors included, of the shape of the path's arrays [dB]."""
        ...


def _distance_m(path: Path, *, extend: bool, least_m: float = MIN_DISTANCE_M) -> Array:
    return np.maximum(path.distance_m, least_m) if extend else path.distance_m


def _n_walls(path: Path) -> Array:
    return np.asarray(path.n_light_walls + path.n_heavy_walls, dtype=np.float64)


def _obstructed(path: Path) -> BoolArray:
    return np.asarray((_n_walls(path) > 0) | (path.n_floors > 0) | (path.wall_db > 0) | (path.slab_db > 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSpace:
    """Free space (ITU-R P.525); walls cost nothing, floors their slab loss: a bound, not a prediction."""

    name: ClassVar[str] = "free_space"
    n_images: ClassVar[int] = 0
    extend: bool = True

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        distance_m = _distance_m(path, extend=self.extend)
        return np.asarray(free_space_db(distance_m, frequency_hz=frequency_hz) + path.slab_db)


def _site_general(path: Path, frequency_hz: float, rows: tuple[SiteGeneral, SiteGeneral], *, extend: bool) -> Array:
    """Line of sight where nothing is crossed, else the larger of both rows, so that a wall never helps."""
    distance_m, hidden = _distance_m(path, extend=extend), _obstructed(path)
    if not extend:
        for row, where in ((rows[0], ~hidden), (rows[1], hidden)):
            if np.any(where):
                formulas.site_general_db(distance_m[where], frequency_hz=frequency_hz, row=row)
    seen, unseen = (
        formulas.site_general_db(distance_m, frequency_hz=frequency_hz, row=row, extend=True) for row in rows
    )
    return np.asarray(np.where(hidden, np.maximum(seen, unseen), seen) + path.slab_db)


@dataclass(frozen=True, slots=True, kw_only=True)
class P1238Office:
    """ITU-R P.1238 site-general, office. Its walls are in the distance term; floors add their slab loss."""

    name: ClassVar[str] = "p1238_office"
    n_images: ClassVar[int] = 0
    extend: bool = True

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        rows = (formulas.OFFICE_LOS, formulas.OFFICE_NLOS)
        return _site_general(path, frequency_hz, rows, extend=self.extend)


@dataclass(frozen=True, slots=True, kw_only=True)
class P1238Corridor:
    """ITU-R P.1238 site-general, corridor: waves are guided along it. Floors add their slab loss."""

    name: ClassVar[str] = "p1238_corridor"
    n_images: ClassVar[int] = 0
    extend: bool = True

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        rows = (formulas.CORRIDOR_LOS, formulas.CORRIDOR_NLOS)
        return _site_general(path, frequency_hz, rows, extend=self.extend)


@dataclass(frozen=True, slots=True, kw_only=True)
class P1238Legacy:
    """The older ITU-R P.1238, office: walls in the distance term, floors by their number.

    Published for 2.4 GHz (N = 30, one floor 14 dB) and 5.2 GHz (31, 16 dB) [2nd]; each further floor 4 dB, as
    the source gives it for 1.8 to 2 GHz. 6 GHz takes the 5.2 GHz figures and is an extrapolation.
    """

    name: ClassVar[str] = "p1238_legacy"
    n_images: ClassVar[int] = 0
    low_exponent_db: float = 30.0
    high_exponent_db: float = 31.0
    low_floor_db: float = 14.0
    high_floor_db: float = 16.0
    next_floor_db: float = 4.0
    extend: bool = True

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        low = frequency_hz < 3.0e9
        if not self.extend and np.any(path.n_floors > 1):
            raise OutOfRangeError(
                "ITU-R P.1238 gives no loss of two floors in offices at 2.4 and 5.2 GHz.",
                remedy="Choose another law, or let this one extrapolate (extend).",
                where=self.name,
            )
        within = formulas.p1238_legacy_db(
            _distance_m(path, extend=self.extend, least_m=1.0),
            frequency_hz=frequency_hz,
            exponent_db=self.low_exponent_db if low else self.high_exponent_db,
            extend=self.extend,
        )
        first = self.low_floor_db if low else self.high_floor_db
        further = self.next_floor_db * np.maximum(path.n_floors - 1.0, 0.0)
        return np.asarray(within + first * np.minimum(path.n_floors, 1.0) + further)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost231MultiWall:
    """COST-231 multi-wall: free space, 3.4 dB a light wall, 6.9 a heavy one, 18.3 the first floor [2nd]."""

    name: ClassVar[str] = "cost231_multi_wall"
    n_images: ClassVar[int] = 0
    light_db: float = 3.4
    heavy_db: float = 6.9
    extend: bool = True

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        free = free_space_db(_distance_m(path, extend=self.extend), frequency_hz=frequency_hz)
        walls = self.light_db * path.n_light_walls + self.heavy_db * path.n_heavy_walls
        return np.asarray(free + walls + formulas.floors_db(path.n_floors))


@dataclass(frozen=True, slots=True, kw_only=True)
class TgaxResidential:
    """IEEE TGax residential: breakpoint 5 m, 5 dB a wall, 18.3 the first floor [2nd]."""

    name: ClassVar[str] = "tgax_residential"
    n_images: ClassVar[int] = 0
    breakpoint_m: float = 5.0
    per_wall_db: float = 5.0
    extend: bool = True

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        near = _tgax(path, frequency_hz, breakpoint_m=self.breakpoint_m, extend=self.extend)
        return np.asarray(near + self.per_wall_db * _n_walls(path) + formulas.floors_db(path.n_floors))


@dataclass(frozen=True, slots=True, kw_only=True)
class TgaxEnterprise:
    """IEEE TGax enterprise: breakpoint 10 m, 7 dB a wall [2nd]; floors add their slab loss."""

    name: ClassVar[str] = "tgax_enterprise"
    n_images: ClassVar[int] = 0
    breakpoint_m: float = 10.0
    per_wall_db: float = 7.0
    extend: bool = True

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        near = _tgax(path, frequency_hz, breakpoint_m=self.breakpoint_m, extend=self.extend)
        return np.asarray(near + self.per_wall_db * _n_walls(path) + path.slab_db)


def _tgax(path: Path, frequency_hz: float, *, breakpoint_m: float, extend: bool) -> Array:
    distance_m = _distance_m(path, extend=extend)
    return formulas.tgax_db(distance_m, frequency_hz=frequency_hz, breakpoint_m=breakpoint_m, extend=extend)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndoorHotspot:
    """3GPP TR 38.901 indoor hotspot: line of sight where nothing is crossed; floors add their slab loss."""

    name: ClassVar[str] = "inh"
    n_images: ClassVar[int] = 0
    extend: bool = True

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        distance_m = _distance_m(path, extend=self.extend)
        seen, unseen = (
            formulas.inh_db(distance_m, frequency_hz=frequency_hz, line_of_sight=los, extend=self.extend)
            for los in (True, False)
        )
        return np.asarray(np.where(_obstructed(path), unseen, seen) + path.slab_db)


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiWallP2040:
    """Free space plus the P.2040 losses of every wall and slab crossed: the default law.

    Parameters
    ----------
    exponent : float
        Ten times this is the loss of a tenfold distance; 2 is free space.
    wall_scale, slab_scale : float
        Factors on the losses of walls and of slabs, >= 0.
    max_wall_db : float or None
        The walls of one path never lose more than this: measured losses of many walls saturate [dB].
    offset_db : float
        Added everywhere, for instance a device's own loss [dB].
    extend : bool
        Hold below 0.5 m too, at that distance's loss.
    """

    name: ClassVar[str] = "p2040_multi_wall"
    n_images: ClassVar[int] = 0
    exponent: float = 2.0
    wall_scale: float = 1.0
    slab_scale: float = 1.0
    max_wall_db: float | None = None
    offset_db: float = 0.0
    extend: bool = True

    def __post_init__(self) -> None:
        """Refuse parameters with which distance, a wall or a floor would help."""
        cap = 0.0 if self.max_wall_db is None else self.max_wall_db
        if min(self.exponent, self.wall_scale, self.slab_scale, cap) < 0:
            raise OutOfRangeError(
                "A law's exponent, factors and cap must not be negative: a wall would help.",
                remedy="Use values from 0 up.",
                where=self.name,
            )

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        distance_m = _distance_m(path, extend=self.extend)
        formulas.check(distance_m, frequency_hz, source=self.name)
        near = free_space_db(np.asarray(1.0), frequency_hz=frequency_hz)
        walls = self.wall_scale * path.wall_db
        if self.max_wall_db is not None:
            walls = np.minimum(walls, self.max_wall_db)
        distant = 10.0 * self.exponent * np.log10(distance_m)
        return np.asarray(near + distant + walls + self.slab_scale * path.slab_db + self.offset_db)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesP2040:
    """The P.2040 multi-wall with mirror images: floor, ceiling and walls reflect, and powers add.

    Parameters
    ----------
    n_images : int
        How many images of every antenna are added, those that bring most first.
    exponent : float
        Ten times this is the loss of a tenfold distance; 2 is free space.
    wall_scale, slab_scale : float
        Factors on the losses of walls and of slabs, >= 0.
    max_wall_db : float or None
        The walls of one path never lose more than this: measured losses of many walls saturate [dB].
    offset_db : float
        Added everywhere, for instance a device's own loss [dB].
    extend : bool
        Hold below 0.5 m too, at that distance's loss.
    """

    name: ClassVar[str] = "p2040_images"
    n_images: int = 8
    exponent: float = 2.0
    wall_scale: float = 1.0
    slab_scale: float = 1.0
    max_wall_db: float | None = None
    offset_db: float = 0.0
    extend: bool = True

    def __post_init__(self) -> None:
        """Refuse parameters with which distance, a wall or a floor would help."""
        cap = 0.0 if self.max_wall_db is None else self.max_wall_db
        if min(self.exponent, self.wall_scale, self.slab_scale, cap) < 0:
            raise OutOfRangeError(
                "A law's exponent, factors and cap must not be negative: a wall would help.",
                remedy="Use values from 0 up.",
                where=self.name,
            )

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        distance_m = _distance_m(path, extend=self.extend)
        formulas.check(distance_m, frequency_hz, source=self.name)
        near = free_space_db(np.asarray(1.0), frequency_hz=frequency_hz)
        walls = self.wall_scale * path.wall_db
        if self.max_wall_db is not None:
            walls = np.minimum(walls, self.max_wall_db)
        distant = 10.0 * self.exponent * np.log10(distance_m)
        return np.asarray(near + distant + walls + self.slab_scale * path.slab_db + path.reflection_db + self.offset_db)


LAWS: dict[str, PathLoss] = {
    law.name: law
    for law in (
        MultiWallP2040(),
        FreeSpace(),
        P1238Office(),
        P1238Corridor(),
        P1238Legacy(),
        Cost231MultiWall(),
        TgaxResidential(),
        TgaxEnterprise(),
        IndoorHotspot(),
        ImagesP2040(),
    )
}
"""The laws to choose from by name, with the default first."""
