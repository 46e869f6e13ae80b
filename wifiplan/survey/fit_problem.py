"""What a fit estimates, what is believed of it beforehand, and what it says of every link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from wifiplan.radio.loss import Law
from wifiplan.site.network import Band
from wifiplan.survey.estimates import ParameterName
from wifiplan.survey.fit_terms import Scene, Shape, Slopes, Terms, in_band
from wifiplan.units import Array, BoolArray, IntArray

OFFSET_DB, OFFSET_SD_DB, OFFSET_BAND_SD_DB = 6.0, 8.0, 3.0
"""A phone reports 10 to 25 dB less than an isotropic antenna would receive, a ray tracer's exactly that; how far a
band may stray from the others [dB]."""

DEVICE_SD_DB = 6.0
"""How far two models of devices differ [dB]."""

EXPONENT, EXPONENT_SD, EXPONENT_BAND_SD = 2.0, 0.5, 0.15
"""Free space, and how far fitted exponents lie from it in the buildings of shared/facts/propagation.md."""

WALL_SD_DB, WALL_BAND_SD_DB = 5.0, 2.0
"""Walls of one material differ by this much from their table, much alike in all bands [dB]."""

CAP_DB, CAP_SD_DB, CAP_BAND_SD_DB, LEAST_CAP_DB = 30.0, 8.0, 4.0, 3.0
"""Where stacked walls saturate if the law does not say; measured buildings: 8 to 25 dB [dB]."""

SLAB_SD, MOST_SLAB = 0.4, 4.0
"""Floors lose 13 to 29 dB where tables say 15 to 20."""

POWER_SD_DB, UNKNOWN_POWER_SD_DB = 3.0, 5.0
"""How far an access point's power lies from its setting, and from the usual where nobody knows it [dB]."""

WIDEST_DB = 60.0
STEEPEST = 6.0
"""Beyond these no building and no device lies: a fit that runs there has gone astray [dB]."""


class Key(NamedTuple):
    """Which number: its name, band (None: all) and of what."""

    name: ParameterName
    band: Band | None = None
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Beliefs:
    """Numbers k, what is believed of them before any reading, and the bounds within which a law stays a law."""

    keys: tuple[Key, ...]
    mean_k: Array
    covariance_kk: Array
    low_k: Array
    high_k: Array

    @property
    def precision_kk(self) -> Array:
        """Return the inverse of the covariance."""
        return np.asarray(np.linalg.inv(self.covariance_kk))

    def column(self, key: Key) -> int | None:
        """Return the place of a number, None where it is not estimated."""
        return self.keys.index(key) if key in self.keys else None


class _Group(NamedTuple):
    """Numbers of one kind in several bands, tied together."""

    keys: tuple[Key, ...]
    mean: tuple[float, ...]
    sds: tuple[float, float]
    bounds: tuple[tuple[float, float], ...]


def beliefs(law: Law, scenes: Sequence[Scene], materials: Sequence[str], devices: Sequence[str]) -> Beliefs:
    """Return what is believed of a building whose law nobody fitted yet."""
    bands = [one.links.band for one in scenes]
    own = [in_band(law, band) for band in bands]
    groups = [
        _Group(
            tuple(Key("offset_db", band) for band in bands),
            tuple(law.offset_db + one.offset_db + (0.0 if law.measured else OFFSET_DB) for one in own),
            (OFFSET_SD_DB, OFFSET_BAND_SD_DB),
            tuple((-WIDEST_DB, 2 * WIDEST_DB) for _ in bands),
        ),
        *(
            _Group((Key("device_db", None, one),), (0.0,), (DEVICE_SD_DB, 0.0), ((-WIDEST_DB, WIDEST_DB),))
            for one in devices[1:]
        ),
    ]
    if law.distance == "free_space":
        usual = EXPONENT if law.exponent is None else law.exponent
        groups.append(
            _Group(
                tuple(Key("exponent", band) for band in bands),
                tuple(usual if one.exponent is None else one.exponent for one in own),
                (EXPONENT_SD, EXPONENT_BAND_SD),
                tuple((0.0, STEEPEST) for _ in bands),
            )
        )
    if law.floors != "none":
        groups.append(_Group((Key("slab_scale"),), (law.slab_scale,), (SLAB_SD, 0.0), ((0.0, MOST_SLAB),)))
    groups += _walls(law, scenes, materials)
    return _joined(groups)


def _walls(law: Law, scenes: Sequence[Scene], materials: Sequence[str]) -> list[_Group]:
    if law.walls == "none":
        return []
    bands = [one.links.band for one in scenes]
    own = [in_band(law, band) for band in bands]
    groups = []
    if not law.n_images or law.max_wall_db is not None:
        usual = CAP_DB if law.max_wall_db is None else law.max_wall_db
        groups.append(
            _Group(
                tuple(Key("max_wall_db", band) for band in bands),
                tuple(usual if one.max_wall_db is None else one.max_wall_db for one in own),
                (CAP_SD_DB, CAP_BAND_SD_DB),
                tuple((LEAST_CAP_DB, 2 * WIDEST_DB) for _ in bands),
            )
        )
    groups += [
        _Group(
            tuple(Key("wall_db", band, material) for band in bands),
            tuple(dict(one.wall_db).get(material, 0.0) for one in own),
            (WALL_SD_DB, WALL_BAND_SD_DB),
            tuple((-one.least_db(material), WIDEST_DB) for one in scenes),
        )
        for material in materials
    ]
    return groups


def _joined(groups: Sequence[_Group]) -> Beliefs:
    keys = tuple(key for group in groups for key in group.keys)
    covariance = np.zeros((len(keys), len(keys)))
    first = 0
    for group in groups:
        here = slice(first, first + len(group.keys))
        shared_sd, own_sd = group.sds
        covariance[here, here] = shared_sd**2 + own_sd**2 * np.eye(len(group.keys))
        first = here.stop
    bounds = np.array([one for group in groups for one in group.bounds], dtype=np.float64).reshape(-1, 2)
    return Beliefs(
        keys=keys,
        mean_k=np.array([one for group in groups for one in group.mean], dtype=np.float64),
        covariance_kk=covariance,
        low_k=bounds[:, 0],
        high_k=bounds[:, 1],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Links n of all bands, numbers k of the law and powers q of access points, one a band.

    Parameters
    ----------
    beliefs : Beliefs
        Of the numbers k.
    terms_b : tuple of Terms
        What the links of each band lose; they stand one after the other in n.
    materials : tuple of str
        Whose losses are open.
    band_n, power_n, device_n, place_n : ndarray (n)
        Band, power, device and place of every link.
    square_n : ndarray (n)
        Access point and part of the building: links of one number share their shadows.
    rssi_dbm_n, floor_dbm_n, weight_n : ndarray (n)
        What was heard (nan: nothing), the device's floor, and how much a link tells.
    power_keys : tuple of Key (q)
        Which access point's power, in which band.
    known_q : ndarray of bool (q)
        Whether its setting is known.
    """

    beliefs: Beliefs
    bands: tuple[Band, ...]
    terms_b: tuple[Terms, ...]
    materials: tuple[str, ...]
    devices: tuple[str, ...]
    band_n: IntArray
    power_n: IntArray
    device_n: IntArray
    place_n: IntArray
    square_n: IntArray
    rssi_dbm_n: Array
    floor_dbm_n: Array
    weight_n: Array
    power_keys: tuple[Key, ...]
    known_q: BoolArray
    precision_kk: Array
    is_straight: bool = True

    @property
    def heard_n(self) -> BoolArray:
        """Return which links were heard (n)."""
        return np.isfinite(self.rssi_dbm_n)

    @property
    def ear_n(self) -> IntArray:
        """Return by which device in which band each link was listened for (n)."""
        return np.asarray(self.band_n * len(self.devices) + self.device_n)

    def shape(self, x_k: Array, b: int) -> Shape:
        """Return the parameters of one band as its terms take them."""
        band = self.bands[b]

        def of(key: Key) -> float | None:
            column = self.beliefs.column(key)
            return None if column is None else float(x_k[column])

        slab = of(Key("slab_scale"))
        walls = [of(Key("wall_db", band, material)) for material in self.materials]
        return (
            of(Key("exponent", band)),
            of(Key("max_wall_db", band)),
            1.0 if slab is None else slab,
            tuple(0.0 if one is None else one for one in walls),
        )

    def levels(self, x_k: Array) -> tuple[Array, Array]:
        """Return the level of every link without its power (n) [dBm], and how it changes with each number (n, k)."""
        level_n = np.empty(len(self.band_n))
        jacobian_nk = np.zeros((len(self.band_n), len(x_k)), order="F")
        first_b = np.searchsorted(self.band_n, np.arange(len(self.bands) + 1))
        for b, (band, terms) in enumerate(zip(self.bands, self.terms_b, strict=True)):
            rows = slice(first_b[b], first_b[b + 1])
            slopes = terms.at(self.shape(x_k, b))
            level_n[rows] = terms.sent_dbm_n - slopes.loss_db_n
            for key, slope_n in self._columns(band, slopes).items():
                column = self.beliefs.column(key)
                if column is not None:
                    jacobian_nk[rows, column] = -slope_n
        for d, device in enumerate(self.devices):
            column = self.beliefs.column(Key("device_db", None, device))
            if d and column is not None:
                jacobian_nk[self.device_n == d, column] = -1.0
        constant = [k for k, key in enumerate(self.beliefs.keys) if key.name in ("offset_db", "device_db")]
        return level_n + jacobian_nk[:, constant] @ x_k[constant], jacobian_nk

    def _columns(self, band: Band, slopes: Slopes) -> Mapping[Key, Array | float]:
        return {
            Key("offset_db", band): 1.0,
            Key("exponent", band): slopes.exponent_n,
            Key("max_wall_db", band): slopes.cap_n,
            Key("slab_scale"): slopes.slab_n,
            **{Key("wall_db", band, m): slopes.wall_nm[:, c] for c, m in enumerate(self.materials)},
        }

    def near(self, x_k: Array) -> "Problem":
        """Return the problem with its terms for numbers near these."""
        terms_b = tuple(terms.near(self.shape(x_k, b)) for b, terms in enumerate(self.terms_b))
        return replace(self, terms_b=terms_b)

    def only(self, take_n: BoolArray) -> "Problem":
        """Return the problem of some links; all numbers and powers stay."""
        terms_b = tuple(terms.only(np.flatnonzero(take_n[self.band_n == b])) for b, terms in enumerate(self.terms_b))
        return replace(
            self,
            terms_b=terms_b,
            band_n=self.band_n[take_n],
            power_n=self.power_n[take_n],
            device_n=self.device_n[take_n],
            place_n=self.place_n[take_n],
            square_n=self.square_n[take_n],
            rssi_dbm_n=self.rssi_dbm_n[take_n],
            floor_dbm_n=self.floor_dbm_n[take_n],
            weight_n=self.weight_n[take_n],
        )
