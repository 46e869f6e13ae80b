import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from wifiplan.cli.scheme import scheme
from wifiplan.cli.scheme_text import table, width
from wifiplan.errors import RosterError

KEYS = {"n_schools", "n_class_sets", "n_student_devices", "n_teacher_devices", "n_devices", "n_carts", "cost_ntd"}


@pytest.fixture
def demo(repo_root: Path) -> str:
    return str(repo_root / "floorplans" / "demo-roster.csv")


def test_the_json_has_the_contract_s_keys(demo: str) -> None:
    result = CliRunner().invoke(scheme, [demo, "--json"])
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert KEYS | {"remote", "non_remote"} == set(answer["totals"])
    assert set(answer["national"]) == KEYS
    assert {"county_lines", "options", "schools"} <= set(answer)
    assert answer["totals"]["cost_ntd"] == 7_487_000
    example = next(s for s in answer["schools"] if s["code"] == "999003")
    assert (example["n_carts"], example["n_teacher_devices"], example["n_student_devices"]) == (4, 8, 112)
    assert example["cost_ntd"] == 1_760_000
    assert len(answer["county_lines"]) == 11
    assert answer["options"]["staff_rounding"]["default"] == "ceil"


def test_people_see_totals_lines_schools_and_options(demo: str) -> None:
    result = CliRunner().invoke(scheme, [demo])
    assert result.exit_code == 0
    for word in ("補助總數", "晴川市 經費需求", "晴川市立書香國民小學", "待填", "staff_rounding"):
        assert word in result.stdout
    assert "註：demo-roster.csv：略過的列" in result.stderr
    english = CliRunner().invoke(scheme, [demo, "--lang", "en"]).stdout
    assert "Budget table" in english
    english.encode("cp950")


def test_one_county_by_either_name_and_an_unknown_one(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    rows = ["學制,學校代碼,縣市別,學校全銜,班級數,學生數,設立別"]
    rows += [
        f"國小,99900{n},{county},甲國小,6,90,{owner}"
        for n, county, owner in ((1, "台北市", "市立"), (2, "臺北市", "國立"), (3, "高雄市", "市立"))
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    for name in ("台北市", "臺北市"):
        answer = json.loads(CliRunner().invoke(scheme, [str(path), "--county", name, "--json"]).stdout)
        assert answer["totals"]["n_schools"] == 1
        assert answer["national"]["n_schools"] == 1
    counted = CliRunner().invoke(scheme, [str(path), "--national", "--json"])
    assert json.loads(counted.stdout)["totals"]["n_schools"] == 3
    unknown = CliRunner().invoke(scheme, [str(path), "--county", "月球"])
    assert isinstance(unknown.exception, RosterError)
    assert "高雄市" in CliRunner().invoke(scheme, [str(path)]).stdout


def test_settings_change_prices(demo: str, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[scheme]\ncart_price_ntd = 40000\n", encoding="utf-8")
    result = CliRunner().invoke(scheme, [demo, "--settings", str(settings), "--json"])
    assert result.exit_code == 0, result.exception
    answer = json.loads(result.stdout)
    assert answer["totals"]["cost_ntd"] == 7_487_000 - 20 * 10_000
    assert answer["options"]["cart_price_ntd"] | {"text": "", "source": "", "meaning": ""} == {
        "value": "40000", "default": "50000", "point": "B2", "text": "", "source": "", "meaning": "",
    }  # fmt: skip


def test_columns_line_up_with_chinese_text() -> None:
    lines = table(("學校", "n"), (("甲國小", "1,000"), ("Hill", "2"))).splitlines()
    assert len({width(line) for line in lines}) == 1


@pytest.mark.data
def test_the_national_roster_is_answered_in_seconds(shared_data: Path) -> None:
    started = time.perf_counter()
    result = CliRunner().invoke(scheme, [str(shared_data / "roster" / "roster_sy110.csv"), "--national", "--json"])
    assert time.perf_counter() - started < 5
    answer = json.loads(result.stdout)
    assert answer["totals"]["n_class_sets"] == 11_799
    assert answer["totals"]["n_devices"] == 475_644
    assert answer["totals"]["n_schools"] == len(answer["schools"]) == 3_633


def test_json_stays_json_on_a_console_that_cannot_show_a_name(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("學制,學校代碼,縣市,學校名稱,班級數,學生數\n國小,999001,晴川市,𠮷舘國小,6,90\n", encoding="utf-8")
    result = CliRunner(charset="cp950").invoke(scheme, [str(path), "--json"])
    assert json.loads(result.stdout)["schools"][0]["name"] == "𠮷舘國小"
