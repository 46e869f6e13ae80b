"""Remarks have words in both languages: those of the code as it makes them today."""

import ast
from pathlib import Path
from string import Formatter

import wifiplan.survey
from wifiplan.radio.loss import Law
from wifiplan.report.survey_remarks import remark_in, tells_stayed
from wifiplan.report.texts import LANGS, texts
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.site.remark import Remark
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
    assert len({remark.code for remark in remarks if isinstance(remark, Remark)}) == len(remarks)
    for remark in remarks:
        english, chinese = remark_in("en", remark), remark_in("zh-TW", remark)
        assert "{" not in english + chinese
        assert english.isascii()
        assert not chinese.isascii()


def test_every_code_has_words_with_the_same_blanks() -> None:
    words = {lang: {key: text for key, text in texts(lang).items() if key.startswith(KEY)} for lang in LANGS}
    made = {f"{KEY}{code}" for code in _codes()}
    assert len(made) >= 10
    for lang in LANGS:
        assert words[lang].keys() == made | {f"{KEY}{code}_more" for code in ("fit_moved", "fit_silent")}
    for key in words["en"]:
        assert _blanks(words["en"][key]) == _blanks(words["zh-TW"][key]), key


def test_what_a_file_may_hold_is_shown_as_it_is() -> None:
    assert remark_in("zh-TW", "a sentence of a version before") == "a sentence of a version before"
    assert remark_in("zh-TW", Remark(code="of_tomorrow", values=("7", "8"))) == "of_tomorrow: 7, 8"
    assert remark_in("en", Remark(code="fit_far", values=("7",))) == "fit_far: 7"
    assert tells_stayed(Remark(code="fit_stayed"))
    assert not tells_stayed("the readings tell too little")


KEY = "survey.remark."


def _blanks(text: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def _codes() -> set[str]:
    """Return the codes that stand in the code of surveys: of these kinds and no others."""
    paths = Path(wifiplan.survey.__path__[0]).glob("*.py")
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    texts_found = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts_found if text.isidentifier() and text.startswith(("fit_", "match_", "pool_"))}


def _sample(*, level: int, rssi_dbm: float = -55.0) -> Sample:
    return Sample(floor=level, x_m=4.0, y_m=5.0, band="5", channel=36, bssid="A", rssi_dbm=rssi_dbm)
