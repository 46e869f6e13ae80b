"""Decibels lost on the way: the path-loss laws, all called alike."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import NoReturn, Protocol, runtime_checkable

import numpy as np

from wifiplan.catalog.laws import law_numbers
from wifiplan.errors import OutOfRangeError
from wifiplan.radio.formulas import floats, free_space_db, not_negative
from wifiplan.radio.measured import Band, InBand, Measured, band_of, check_in_band, check_measured
from wifiplan.radio.terms import DISTANCES, FLOORS, WALLS, DistanceName, FloorsName, Path, WallsName
from wifiplan.units import Array, BoolArray

__all__ = [
    "CAPPED",
    "COMBINED",
    "LAWS",
    "MIRRORED",
    "CappedP2040",
    "ImagesP2040",
    "Law",
    "MultiWallP2040",
    "Path",
    "PathLoss",
    "free_space_db",
]

COMBINED = "combined"
"""Name of a law whose parts no named law has."""

CAPPED = "p2040_capped"
"""Name of the P.2040 multi-wall whose stacked walls saturate."""

_PARTS: Mapping[tuple[str, str, str, bool], str] = MappingProxyType(
    {
        ("free_space", "p2040", "p2040", False): "p2040_multi_wall",
        ("free_space", "p2040", "p2040", True): "p2040_images",
        ("free_space", "none", "p2040", False): "free_space",
        ("p1238_office", "none", "p2040", False): "p1238_office",
        ("p1238_office_13", "none", "p2040", False): "p1238_office_13",
        ("p1238_corridor", "none", "p2040", False): "p1238_corridor",
        ("p1238_legacy", "none", "p1238_legacy", False): "p1238_legacy",
        ("p1238_legacy_home", "none", "p1238_legacy_home", False): "p1238_legacy_home",
        ("free_space", "cost231", "cost231", False): "cost231_multi_wall",
        ("tgax_residential", "tgax_residential", "cost231", False): "tgax_residential",
        ("tgax_enterprise", "tgax_enterprise", "p2040", False): "tgax_enterprise",
        ("inh", "none", "p2040", False): "inh",
    }
)
"""Names of laws by their parts: distance, walls, floors, and whether mirror images are added."""


@runtime_checkable
class PathLoss(Protocol):
    """A path-loss law: called with a path and a frequency, it returns the loss [dB].

    A wall or a floor more, or a metre more, never lowers it. Every law holds at any distance: with `extend`
    (the default) it extrapolates by the same formula beyond its source's range; without, it raises
    OutOfRangeError.
    """

    @property
    def name(self) -> str:
        """Its name in `LAWS`, or "combined"."""
        ...

    @property
    def n_images(self) -> int:
        """How many mirror images of an antenna are added to it in power; 0: straight lines only."""
        ...

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss of one way, mirrors included, of the shape of the path's arrays [dB]."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """Loss by distance + loss of walls + loss of floors, each from a source of its own, and what calibration adds.

    Parameters
    ----------
    distance, walls, floors : str
        Keys of `radio.terms.DISTANCES`, `WALLS` and `FLOORS`. Where `walls` counts walls, a loss by distance that
        knows lines of sight takes that row everywhere, so that no wall counts twice.
    n_images : int
        How many images of every antenna (floor, ceiling and walls as mirrors) are added, those that bring most first.
    exponent : float or None
        Ten times this is the loss of a tenfold distance, from 1 m; None: that of the source (free space 2). Only for
        `distance` free_space.
    wall_scale, slab_scale : float
        Factors on the losses of walls and of floors, >= 0.
    max_wall_db : float or None
        The walls of one path never lose more than this, because other ways (openings, reflections) carry the wave;
        None: their losses add up [dB].
    offset_db : float
        Added everywhere, for instance a device's own loss [dB].
    extend : bool
        Extrapolate beyond the sources' ranges, and hold below 0.5 m at that distance's loss.
    in_band : tuple of InBand
        What a calibration found in single bands. What materials lose more there stands in the losses of the path that
        `predict.obstacles` gives.
    measured : Measured or None
        Where a calibrated law comes from. The powers of its access points count in `predict.coverage`, at its site.

    Raises
    ------
    OutOfRangeError
        For parameters with which distance, a wall or a floor would help, or that are no numbers.

    Examples
    --------
    >>> Law(distance="p1238_office", walls="p2040", floors="cost231").name
    'combined'
    """

    distance: DistanceName = "free_space"
    walls: WallsName = "p2040"
    floors: FloorsName = "p2040"
    n_images: int = 0
    exponent: float | None = None
    wall_scale: float = 1.0
    slab_scale: float = 1.0
    max_wall_db: float | None = None
    offset_db: float = 0.0
    extend: bool = True
    in_band: tuple[InBand, ...] = ()
    measured: Measured | None = None

    def __post_init__(self) -> None:
        """Refuse parts that do not exist, and parameters with which distance, a wall or a floor would help."""
        for part, known in ((self.distance, DISTANCES), (self.walls, WALLS), (self.floors, FLOORS)):
            if part not in known:
                _refuse(f'there is no part "{part}"', f"Use one of: {', '.join(known)}.")
        numbers = (self.n_images, self.exponent, self.wall_scale, self.slab_scale, self.max_wall_db)
        given = [number for number in numbers if number is not None]
        if not all(math.isfinite(number) and number >= 0 for number in given):
            _refuse(
                "A law's exponent, factors, cap and number of images must not be negative: a wall would help.",
                "Use values from 0 up.",
            )
        if not math.isfinite(self.offset_db):
            _refuse("A law's offset must be a number.", "Use a finite value.")
        if self.exponent is not None and self.distance != "free_space":
            _refuse(
                f"The loss by distance {self.distance} has slopes of its own and takes no exponent.",
                'Leave the exponent out, or use distance = "free_space".',
            )
        check_in_band(self.in_band)
        check_measured(self.measured)
        for one in self.in_band:
            # a law that breaks in one band breaks here, not in the middle of a plan
            self.within(one.band)

    def within(self, band: Band) -> "Law":
        """Return the law as it holds in one band, with no word of others; materials' losses stay for the obstacles.

        >>> Law(offset_db=1.0, in_band=(InBand(band="5", offset_db=2.0, max_wall_db=9.0),)).within("5").offset_db
        3.0
        """
        if not self.in_band:
            return self
        own = next((one for one in self.in_band if one.band == band), None)
        if own is None:
            return replace(self, in_band=())
        return replace(
            self,
            exponent=self.exponent if own.exponent is None else own.exponent,
            max_wall_db=self.max_wall_db if own.max_wall_db is None else own.max_wall_db,
            offset_db=self.offset_db + own.offset_db,
            in_band=(),
        )

    def wall_db(self, band: Band, material: str) -> float:
        """Return what one crossing of a material loses more in a band than its table; nothing if only counted [dB]."""
        if self.walls != "p2040":
            return 0.0
        return next((dict(one.wall_db).get(material, 0.0) for one in self.in_band if one.band == band), 0.0)

    @property
    def name(self) -> str:
        """Return the law's name in `LAWS`, or "combined"."""
        name = _PARTS.get((self.distance, self.walls, self.floors, self.n_images > 0), COMBINED)
        return CAPPED if name == "p2040_multi_wall" and self.max_wall_db is not None else name

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss of every way, of the shape of the path's arrays [dB].

        Raises
        ------
        OutOfRangeError
            For distances, frequencies, numbers or losses outside the range of a source, which the message names.
        """
        if self.in_band:
            return self.within(band_of(frequency_hz))(path, frequency_hz=frequency_hz)
        loss_db = self._distance_db(path, frequency_hz) + self._walls_db(path, frequency_hz) + self.offset_db
        floors = FLOORS[self.floors](path, frequency_hz=frequency_hz, extend=self.extend)
        mirrors = not_negative(path.reflection_db, "the losses of mirrors")
        # a lone number as a Python one: it leaves single precision as it is
        return np.asarray(loss_db + self.slab_scale * floors + (mirrors if mirrors.ndim else float(mirrors)))

    def _distance_db(self, path: Path, frequency_hz: float) -> Array:
        distance_m = floats(path.distance_m)
        if self.extend:
            distance_m = np.maximum(not_negative(distance_m, "distances"), law_numbers()["nearest_m"])
        # a term that counts walls and a distance that holds them would count each wall twice
        hidden = _hidden(path) if self.walls == "none" else np.zeros((), dtype=np.bool_)
        term = DISTANCES[self.distance]
        loss_db = term(distance_m, hidden, frequency_hz=frequency_hz, extend=self.extend)
        if self.exponent is None:
            return loss_db
        steeper = self.exponent - law_numbers()["free_space_exponent"]
        return np.asarray(loss_db + 10.0 * steeper * np.log10(distance_m))

    def _walls_db(self, path: Path, frequency_hz: float) -> Array:
        walls = self.wall_scale * WALLS[self.walls](path, frequency_hz=frequency_hz, extend=self.extend)
        return walls if self.max_wall_db is None else np.minimum(walls, self.max_wall_db)


def _hidden(path: Path) -> BoolArray:
    crossed = (
        (path.n_light_walls, "the number of light walls"),
        (path.n_heavy_walls, "the number of heavy walls"),
        (path.n_floors, "the number of floors"),
        (path.wall_db, "the losses of walls"),
        (path.slab_db, "the losses of slabs"),
    )
    any_db = sum((not_negative(values, what) for values, what in crossed), np.zeros(()))
    return np.asarray(any_db > 0)


def _refuse(problem: str, remedy: str) -> NoReturn:
    raise OutOfRangeError(problem, remedy=remedy, where="law")


MultiWallP2040 = Law
"""Free space and the P.2040 losses of every wall and slab: what `Law` is where nothing is said."""

CappedP2040 = partial(Law, max_wall_db=law_numbers()["max_wall_db"])
"""The same with stacked walls that saturate: the default law."""

ImagesP2040 = partial(Law, n_images=int(law_numbers()["n_images"]))
"""The same without the cap and with mirror images: floor, ceiling and walls reflect, and powers add."""


LAWS: dict[str, PathLoss] = {
    law.name: law
    for law in (
        CappedP2040(),
        Law(),
        Law(walls="none"),
        Law(distance="p1238_office", walls="none"),
        Law(distance="p1238_office_13", walls="none"),
        Law(distance="p1238_corridor", walls="none"),
        Law(distance="p1238_legacy", walls="none", floors="p1238_legacy"),
        Law(distance="p1238_legacy_home", walls="none", floors="p1238_legacy_home"),
        Law(walls="cost231", floors="cost231"),
        Law(distance="tgax_residential", walls="tgax_residential", floors="cost231"),
        Law(distance="tgax_enterprise", walls="tgax_enterprise"),
        Law(distance="inh", walls="none"),
    )
}
"""The laws of one straight way by name, with the default first: a wall, a floor or a metre more never helps."""

MIRRORED: dict[str, PathLoss] = {law.name: law for law in (ImagesP2040(),)}
"""Laws that add ways over mirrors: nearer to a ray tracer, and a wall more may help, as it reflects."""
