"""What surveys let be known of levels, as the maps of `survey map` show it: the law fitted, the field on top."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import Band
from wifiplan.study.measured_known import FITTED, known_by_readings
from wifiplan.study.measured_levels import Known
from wifiplan.survey.beliefs import Spreads
from wifiplan.survey.estimates import Calibration, ParameterName
from wifiplan.survey.interpolation import interpolate
from wifiplan.survey.matching import Matched, match
from wifiplan.survey.records import Survey
from wifiplan.units import Array, IntArray


def known_by_survey(
    site: Site,
    surveys: Sequence[Survey],
    band: Band,
    law: PathLoss,
    *,
    matched: Matched | None = None,
    calibration: Calibration | None = None,
) -> Known:
    """Return what some surveys let be known of a site's levels in one band.

    Means and spreads are those of the maps; how places hang together, and how weak an access point must be that nobody
    heard, is told by the readings (`study.measured_known`). These stand alone where there is no calibration, or no
    reading of a known access point in the band.

    Parameters
    ----------
    site : Site
        With access points that have places and powers.
    surveys : sequence of Survey
        Readings.
    band : "2.4", "5" or "6"
        The band.
    law : PathLoss
        What is believed where there is no calibration.
    matched : Matched, optional
        Whose the BSSIDs are.
    calibration : Calibration, optional
        The law as these readings fit it; None: there was nothing to fit.
    """
    whose = matched or match(surveys, site, law=law)
    if calibration is None or not any(key[1] == band for key in whose.ap_of):
        return known_by_readings(site, surveys, band, law if calibration is None else calibration.law, matched=whose)
    known = known_by_readings(site, surveys, band, calibration.law, matched=whose, first=_left_open(calibration, band))
    maps = interpolate(calibration, surveys, site, band=band, matched=whose)
    number_of = {ap.id: n for n, ap in enumerate(maps.access_points)}
    # access points without a radio of the band are in one list only
    rows = np.array([number_of.get(ap.id, -1) for ap in known.access_points], dtype=np.int64)

    def at(xyz_m: Array, floor_j: IntArray) -> tuple[Array, Array | None]:
        mean, sd = known.at(xyz_m, floor_j)
        found = maps.at(xyz_m, floor_j)
        mapped = rows >= 0
        if sd is None or not mapped.any():
            return mean, sd
        mean, sd = mean.copy(), sd.copy()
        level, spread = found.mean_dbm_ij[rows[mapped]], found.field_sd_db_ij[rows[mapped]]
        good = np.isfinite(level) & np.isfinite(spread)
        # what must be weak or off, by its silence, is no louder than that lets it be
        mean[mapped] = np.where(
            good, np.where(_silent(known, whose, band)[mapped, None], mean[mapped], level), mean[mapped]
        )
        sd[mapped] = np.where(good, spread, sd[mapped])
        return mean, sd

    return replace(known, at=at)


def _left_open(calibration: Calibration, band: Band) -> Spreads:
    """Return how far a fitted law may still stray: much where few readings told it."""

    def sd(name: ParameterName, otherwise: float) -> float:
        found = [p.sd for p in calibration.parameters if p.name == name and p.band in (None, band)]
        return max(float(np.mean(found)), 0.1) if found else otherwise

    return replace(
        FITTED,
        offset_db=max(FITTED.offset_db, sd("offset_db", FITTED.offset_db)),
        exponent=max(0.02, sd("exponent", FITTED.exponent)),
        power_db=max(1.0, sd("power_db", FITTED.power_db)),
    )


def _silent(known: Known, matched: Matched, band: Band) -> Array:
    """Return which access points (i,) no reading of a band is of."""
    heard = {ap_id for (_, of), ap_id in matched.ap_of.items() if of == band}
    return np.array([ap.id not in heard for ap in known.access_points])
