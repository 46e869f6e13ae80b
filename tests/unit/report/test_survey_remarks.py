"""Remarks that a Chinese answer shows are Chinese: those of the code as it writes them today."""

from wifiplan.radio.loss import Law
from wifiplan.report.survey_remarks import remark_in
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.survey.calibration import fit
from wifiplan.survey.records import Sample, Survey


def test_remarks_of_a_fit_are_chinese() -> None:
    square = ((0.0, 0.0), (30.0, 0.0), (30.0, 20.0), (0.0, 20.0))
    site = Site(
        name="school",
        floors=(Floor(level=0, elevation_m=0.0, height_m=3.5, outline=square),),
        access_points=(
            AccessPoint(id="A", floor=0, x_m=5.0, y_m=5.0, z_m=3.0, radios=(Radio(band="5", eirp_dbm=20.0),)),
            AccessPoint(id="B", floor=0),
        ),
    )
    read = {"A": (-50.0, 0, 5.0), "stranger": (-60.0, 0, 6.0)}
    samples = [
        Sample(floor=floor, x_m=x, y_m=5.0, band="5", channel=36, bssid=name, rssi_dbm=level)
        for name, (level, floor, x) in read.items()
    ]
    samples += [_sample(level=7), _sample(level=0, rssi_dbm=3.0)]
    remarks = fit(Law(), Survey(name="walk", samples=tuple(samples)), site).remarks
    assert len(remarks) >= 4
    for remark in remarks:
        assert remark_in("en", remark) == remark
        assert remark_in("zh-TW", remark) != remark, remark


def _sample(*, level: int, rssi_dbm: float = -55.0) -> Sample:
    return Sample(floor=level, x_m=4.0, y_m=5.0, band="5", channel=36, bssid="A", rssi_dbm=rssi_dbm)
