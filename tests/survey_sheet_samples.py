"""A made-up survey of a made-up school, to print: records only, no fit behind them."""

from dataclasses import replace

import numpy as np

from wifiplan.radio.loss import Law
from wifiplan.report.survey_sections import Section
from wifiplan.report.survey_sheet import SurveySheet
from wifiplan.report.tables import Table
from wifiplan.site.building import Site
from wifiplan.study.measured_errors import Errors, Pair, Place, Strayed
from wifiplan.study.measured_maps import FloorMap, Spot
from wifiplan.study.records import Plan
from wifiplan.survey.estimates import BandError, Calibration, Parameter
from wifiplan.survey.records import Sample, Survey


def surveyed_site(plan: Plan) -> Site:
    """Return the site of a plan with what was planned hanging there."""
    return replace(plan.site, access_points=tuple(p.access_point for p in plan.access_points))


def floor_map(site: Site, level: int = 0, n_spots: int = 8) -> FloorMap:
    """Return a map that grows weaker to the east, and is known in its western two thirds."""
    x_m, y_m = np.arange(0.25, 63.0, 0.5), np.arange(0.25, 10.0, 0.5)
    mean = np.tile(-45.0 - 0.5 * x_m, (len(y_m), 1))
    spread = np.tile(np.where(x_m < 42.0, 2.5 + 0.1 * x_m, 9.0), (len(y_m), 1))
    spots = tuple(
        Spot(x_m=3.0 + 5 * k, y_m=6.0, rssi_dbm=-46.0 - 2.5 * k, ap_id=site.access_points[0].id, n_heard=3)
        for k in range(n_spots)
    )
    return FloorMap(
        level=level,
        band="5",
        access_points=tuple(ap.id for ap in site.access_points),
        x_m=x_m,
        y_m=y_m,
        mean_dbm_yx=mean,
        sd_db_yx=spread,
        ap_yx=np.zeros(mean.shape, dtype=np.int64),
        most_sd_db=8.0,
        spots=spots,
    )


def calibration() -> Calibration:
    """Return what a fit could answer."""
    parameters = (
        Parameter(name="offset_db", value=16.8, sd=0.8, prior_value=15.0, prior_sd=6.0),
        Parameter(name="exponent", value=2.3, sd=0.1, prior_value=2.0, prior_sd=0.5),
        Parameter(name="wall_db", band="5", of="brick", value=-2.1, sd=1.2, prior_value=0.0, prior_sd=5.0),
        Parameter(name="wall_db", band="5", of="glass", value=0.1, sd=4.9, prior_value=0.0, prior_sd=5.0),
        Parameter(name="power_db", band="5", of="AP-100", value=1.1, sd=1.5, prior_value=0.0, prior_sd=3.0),
    )
    left = BandError(
        band="5",
        n_places=8,
        n_readings=64,
        n_missing=9,
        floor_dbm=-90.0,
        residual_sd_db=4.1,
        rmse_by_point_db=4.4,
        rmse_by_ap_db=5.2,
        n_gross=1,
    )
    n = len(parameters)
    return Calibration(
        law=Law(), parameters=parameters, covariance=((0.0,) * n,) * n, errors=(left,), remarks=("one remark",)
    )


def errors(site: Site) -> Errors:
    """Return what could be left of some readings."""
    ids, rooms = [ap.id for ap in site.access_points], [room.id for room in site.floors[0].rooms]
    rng = np.random.default_rng(3)
    pairs = tuple(
        Pair(
            band="5",
            ap_id=ids[k % len(ids)],
            floor=0,
            x_m=3.0 + 5 * (k % 8),
            y_m=6.0,
            room_id=rooms[k % 5],
            rssi_dbm=None if k % 9 == 0 else -60.0 - k / 4 + float(rng.normal(0, 4)),
            planned_dbm=-45.0 - k / 4,
            fitted_dbm=-60.0 - k / 4,
        )
        for k in range(64)
    )
    places = tuple(
        Place(
            band="5",
            floor=0,
            x_m=3.0 + 5 * k,
            y_m=6.0,
            room_id=rooms[k % 5],
            rssi_dbm=-60.0 - k,
            ap_id=ids[0],
            planned_dbm=-45.0 - 2.0 * k,
            planned_ap_id=ids[1],
            fitted_dbm=-61.0,
            n_heard=3,
        )
        for k in range(8)
    )
    return Errors(
        pairs=pairs,
        by_band=(strayed("", 57, -15.0, 15.7, 4.2, 4.1),),
        by_ap=tuple(strayed(ap, 7 + k, -15.0, 15.5, 4.0, 3.5 + k) for k, ap in enumerate(ids[:-1])),
        by_room=tuple(strayed(room, 7, -14.0, 14.5, 4.0, 4.0 + k) for k, room in enumerate(("", *rooms[:5]))),
        places=places,
    )


def strayed(key: str, n: int, median_db: float, planned: float, shifted: float, fitted: float) -> Strayed:
    return Strayed(
        band="5",
        key=key,
        n=n,
        median_db=median_db,
        rmse_planned_db=planned,
        rmse_shifted_db=shifted,
        rmse_fitted_db=fitted,
        n_expected=8 if n else 9,
        n_missing=2 if n else 9,
    )


def survey(name: str = "三樓走測") -> Survey:
    """Return readings of one walk."""
    samples = tuple(
        Sample(floor=0, x_m=3.0 + 5 * k, y_m=6.0, band="5", bssid="AP-100", rssi_dbm=-60.0) for k in range(8)
    )
    return Survey(
        name=name,
        device="Pixel 6a",
        surveyor="王小明",
        started_at="2026-11-20T14:05:00+08:00",
        samples=samples,
        remarks=("3 rows without a level were left out",),
    )


def sheet_of(plan: Plan) -> SurveySheet:
    """Return the whole of a report."""
    site = surveyed_site(plan)
    found = floor_map(site)
    known = replace(found, sd_db_yx=np.zeros_like(found.sd_db_yx), mean_dbm_yx=found.mean_dbm_yx + 15.0, spots=())
    table = Table(heads=("教室", "判定"), rows=(("一年甲班", "達標"), ("一年乙班", "未達標")), failing=(False, True))
    return SurveySheet(
        site=site,
        surveys=(survey(),),
        calibration=calibration(),
        errors=errors(site),
        maps=(found,),
        planned=(known,),
        sections=(Section(title="各教室判定", sentences=("兩間教室。",), table=table),),
    )
