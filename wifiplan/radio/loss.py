"""Decibels lost on the way: the path-loss laws."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from wifiplan.units import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What lies between antennas; every array has the same shape.

    `wall_db` and `slab_db` are the summed P.2040 losses of the walls and slabs crossed, in the band and at the ray's
    angle. Light walls are those that lose less than 5 dB at normal incidence in the band, heavy ones the rest.
    """

    distance_m: Array
    wall_db: Array
    slab_db: Array
    n_light_walls: Array
    n_heavy_walls: Array
    n_floors: Array


class PathLoss(Protocol):
    """A path-loss law: called with a path and a frequency, it returns the loss [dB]."""

    name: ClassVar[str]

    def __call__(self, path: Path, *, frequency_hz: float) -> Array: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiWallP2040:
    """Free space plus the slab losses of every wall and floor crossed."""

    name: ClassVar[str] = "p2040_multi_wall"

    def __call__(self, path: Path, *, frequency_hz: float) -> Array:
        """Return the loss [dB]."""
        raise AssertionError
