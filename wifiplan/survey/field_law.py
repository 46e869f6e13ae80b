"""What a calibrated law says around places: as it stands, smoothed, and by distance alone."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from wifiplan.predict.coverage import antenna_xyz_m, building_xyz_m, received_dbm
from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.survey.field_spread import Block
from wifiplan.survey.links import Links
from wifiplan.survey.placing import EIRP_DBM
from wifiplan.units import Array, IntArray

BLUR_M = 2.0
"""Over a disc of this radius the law's shadows are smoothed, for what is believed of their edges (`SLOPES`) [m]."""

STOREY = 2.0
"""A metre between floors parts shadows like this many on a floor."""

LEAST_M = 1.0
"""Within this of an access point distance tells no more [m]."""


class Line(NamedTuple):
    """What the law says on the whole by the logarithm of distance: level at a metre [dBm], and change a decade [dB]."""

    level_dbm: float
    decade_db: float


NOTHING = Line(level_dbm=0.0, decade_db=0.0)
"""Before anything is known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What the law says of points (j): alone, by distance only, and what walls and their edges add (i, j, f) [dB]."""

    xyz_m_j: Array
    law_dbm_ij: Array
    flat_dbm_ij: Array
    wall_ijf: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """A law and the access points (i) that send in a band."""

    site: Site
    band: Band
    law: PathLoss
    senders: tuple[AccessPoint, ...]
    line: Line = NOTHING

    def sharp_dbm(self, points_xyz_m: Array, floor_j: IntArray) -> Array:
        """Return the law as it stands (i, j) [dBm]."""
        return received_dbm(self.site, self.senders, points_xyz_m, floor_j, band=self.band, law=self.law)

    def flat_dbm(self, points_xyz_m: Array, floor_j: IntArray) -> Array:
        """Return the line by distance (i, j) [dBm]."""
        return np.asarray(self.line.level_dbm + self.line.decade_db * self._decade(points_xyz_m, floor_j))

    def seen(self, points_xyz_m: Array, floor_j: IntArray) -> Seen:
        """Return all that the law says of points (j, 3), z above the slab of their floor [m]."""
        # one question for all points around all places: mirror images of a site are found once a question
        steps = np.vstack((np.zeros(3), _disc()))
        around = (steps[:, None] + points_xyz_m).reshape(-1, 3)
        level = self.sharp_dbm(around, np.tile(np.asarray(floor_j), len(steps))).reshape(
            -1, len(steps), len(points_xyz_m)
        )
        sharp, smooth = level[:, 0], level.mean(axis=1)
        flat = self.flat_dbm(points_xyz_m, floor_j)
        return Seen(
            xyz_m_j=building_xyz_m(self.site, points_xyz_m, floor_j) * (1.0, 1.0, STOREY),
            law_dbm_ij=sharp,
            flat_dbm_ij=flat,
            wall_ijf=np.stack((smooth - flat, sharp - smooth), axis=-1),
        )

    def lined(self, found: Links, sender_n: IntArray) -> "Surroundings":
        """Return the same with the line of the smoothed law at what was heard of sender `sender_n` (n)."""
        seen = self.seen(found.place_xyz_m_j, found.floor_j)
        i, j = sender_n[found.heard_n], found.place_n[found.heard_n]
        smooth = seen.law_dbm_ij[i, j] - seen.wall_ijf[i, j, 1]
        decade_n = self._decade(found.place_xyz_m_j, found.floor_j)[i, j]
        design = np.column_stack((np.ones(i.size), decade_n))
        believed = np.diag((0.01, 1.0))
        told = design.T @ smooth + believed @ (0.0, -20.0)
        level_dbm, decade_db = np.linalg.solve(design.T @ design + believed, told)
        return replace(self, line=Line(float(level_dbm), float(decade_db)))

    def _decade(self, points_xyz_m: Array, floor_j: IntArray) -> Array:
        points = building_xyz_m(self.site, points_xyz_m, floor_j)
        return np.asarray(np.log10(np.maximum(cdist(antenna_xyz_m(self.site, self.senders), points), LEAST_M)))


def senders_of(site: Site, found: Links) -> tuple[tuple[int, ...], tuple[AccessPoint, ...]]:
    """Return the access points that send in the band, and their numbers in the site."""
    heard = {ap.id: ap for ap in found.access_points}
    rows, senders = [], []
    for row, ap in enumerate(site.access_points):
        own = heard.get(ap.id)
        radio = next((one for one in ap.radios if one.band == found.band), None)
        if own is None and radio is not None and None not in (ap.x_m, ap.y_m, ap.z_m):
            own = replace(ap, radios=(Radio(band=found.band, eirp_dbm=_or_usual(radio.eirp_dbm)),))
        if own is not None:
            rows.append(row)
            senders.append(own)
    return tuple(rows), tuple(senders)


def _or_usual(eirp_dbm: float | None) -> float:
    return EIRP_DBM if eirp_dbm is None else eirp_dbm


def _disc() -> Array:
    """Return the steps from a place to the points around it over which shadows are smoothed (s, 3) [m]."""
    rings = []
    for radius_m, n, turned in ((BLUR_M / 2.0, 6, 0.0), (BLUR_M, 8, 0.2)):
        angle = turned + 2.0 * np.pi * np.arange(n) / n
        rings.append(np.column_stack((radius_m * np.cos(angle), radius_m * np.sin(angle), np.zeros(n))))
    return np.concatenate(rings)


def blocks_of(
    around: Surroundings, found: Links, sender_n: IntArray, own_db2_n: Array
) -> tuple[tuple[Block, ...], tuple[int, ...]]:
    """Return the readings of every sender that was heard, and the number of each sender's (-1: none)."""
    seen = around.seen(found.place_xyz_m_j, found.floor_j)
    blocks: list[Block] = []
    block_i = []
    for i in range(len(around.senders)):
        own = np.flatnonzero(found.heard_n & (sender_n == i))
        block_i.append(len(blocks) if own.size else -1)
        if not own.size:
            continue
        j = found.place_n[own]
        blocks.append(
            Block(
                xyz_m_n=seen.xyz_m_j[j],
                residual_db_n=found.rssi_dbm_n[own] - seen.flat_dbm_ij[i, j],
                wall_nf=seen.wall_ijf[i, j],
                own_db2_n=own_db2_n[own],
                weight_n=np.ones(own.size),
            )
        )
    return tuple(blocks), tuple(block_i)
