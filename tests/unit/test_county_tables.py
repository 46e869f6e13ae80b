"""The county's tables: types, units, shared buildings, lists that are missing, and what the document says of them."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from wifiplan.files import county_tables
from wifiplan.files.county import COLUMNS, county_summary
from wifiplan.files.county_fields import field
from wifiplan.files.county_parquet import write_parquet
from wifiplan.files.county_tables import SCHOOL_KEYS, TABLES, write_county_tables
from wifiplan.files.output import write_csv
from wifiplan.files.plan_lists import AP_COLUMNS, ROOM_COLUMNS
from wifiplan.scheme.school import School
from wifiplan.study.outcomes import CountyPlan, SchoolOutcome

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "docs" / "summary.schema.json").read_text(encoding="utf-8"))

SCHOOL_CONTRACT = (
    "stage", "code", "county", "name", "remote",
    "n_classes", "n_students", "n_class_sets", "n_devices", "n_aps_allotted",
    "n_aps_placed", "n_classrooms", "n_classrooms_served", "evidence", "verdict",
    "failure",
)  # fmt: skip
ROOM_CONTRACT = (
    "room_id", "name", "use", "floor", "class_size",
    "n_devices", "demand_mbps", "serving_ap", "received_dbm", "snr_db",
    "seats_share", "airtime_share", "verdict", "reason",
)  # fmt: skip
AP_CONTRACT = (
    "ap_id", "name", "floor", "x_m", "y_m",
    "z_m", "room_id", "model", "band", "channel",
    "width_mhz", "eirp_dbm", "cabinet", "cable_m", "reason",
)  # fmt: skip


def outcome(code: str, name: str, *, failed: bool = False) -> SchoolOutcome:
    school = School(
        stage="elementary", code=code, name=name, county="晴川市", n_classes=1, n_students=20, town="中區"
    )  # fmt: skip
    done = SchoolOutcome(
        school=school, n_class_sets=1, n_devices=30, n_classrooms=1, n_classrooms_served=1, evidence="drawn",
        verdict="all_served", peak_mbps=72.5, gap=0.0,
    )  # fmt: skip
    return replace(done, failure="no plan", cause="site", verdict="failed", evidence=None) if failed else done


def lists(folder: Path, rooms: tuple[str, ...]) -> None:
    given = {"use": "classroom", "floor": 1, "received_dbm": -61.5, "verdict": "pass", "passes_today": False}
    write_csv(
        folder / "rooms.csv", [{"room_id": one, "name": f"=甲\n{one}", **given} for one in rooms], ROOM_COLUMNS
    )  # fmt: skip
    point = {"ap_id": "A1", "band": "5", "channel": 36, "width_mhz": 20, "x_m": 3.0, "dfs": False, "state_5g": "on"}
    write_csv(folder / "aps.csv", [point], AP_COLUMNS)


def both() -> tuple[SchoolOutcome, ...]:
    """One building of two rows, the second of its own stage."""
    first, second = outcome("000001", "甲國中小"), outcome("000002", "甲國中小")
    junior = replace(second, school=replace(second.school, stage="junior"), planned_with="elementary-000001")
    return first, junior, outcome("000003", "=乙國小"), outcome("000004", "丙國小", failed=True)


@pytest.fixture
def county(tmp_path: Path) -> tuple[Path, CountyPlan]:
    site = {
        "school": {"stage": "elementary", "code": "000001"},
        "also_serves": [{"stage": "junior", "code": "000002"}],
        "floors": [{"rooms": [{"id": "E1"}, {"id": "J1", "stage": "junior"}]}],
    }
    for name, rooms in (
        ("elementary-000001", ("E1", "J1")),
        ("junior-000002", ("E1", "J1")),
        ("elementary-000003", ("R1",)),
        ("elementary-000004", ("STALE",)),
    ):
        lists(tmp_path / "schools" / name, rooms)
        (tmp_path / "schools" / name / "plan.json").write_text(json.dumps({"site": site}), encoding="utf-8")
    return tmp_path, CountyPlan(version="1", county="晴川市", outcomes=both(), n_aps=None, method="webster")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_rooms_of_a_shared_building_are_listed_for_each_row_and_counted_once(county: tuple[Path, CountyPlan]) -> None:
    folder, plan = county
    assert write_county_tables(folder, plan, "en") == ()
    found = [(row["code"], row["room_id"], row["counted"]) for row in rows(folder / "rooms.csv")]
    assert found == [
        ("000001", "E1", "true"), ("000001", "J1", "false"), ("000002", "E1", "false"), ("000002", "J1", "true"),
        ("000003", "R1", "true"),
    ]  # fmt: skip
    assert [(row["code"], row["counted"]) for row in rows(folder / "aps.csv")] == [
        ("000001", "true"), ("000002", "false"), ("000003", "true"),
    ]  # fmt: skip
    assert rows(folder / "rooms.csv")[4]["school"] == "'=乙國小"
    assert rows(folder / "rooms.csv")[4]["name"] == "'=甲\nR1"


def test_parquet_has_types_units_and_text_as_it_was(county: tuple[Path, CountyPlan]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    folder, plan = county
    write_county_tables(folder, plan, "en")
    names = [f"{table}.parquet" for table in ("schools", *TABLES)]
    first = [(folder / name).read_bytes() for name in names]
    write_county_tables(folder, plan, "en")
    assert [(folder / name).read_bytes() for name in names] == first
    read = parquet.read_table(folder / "rooms.parquet")
    last = read.to_pylist()[4]
    assert (last["code"], last["school"], last["name"]) == ("000003", "=乙國小", "=甲\nR1")
    assert (last["floor"], last["received_dbm"], last["passes_today"], last["class_size"]) == (1, -61.5, False, None)
    assert last["counted"] is True
    assert read.schema.field("received_dbm").metadata == {b"unit": b"dBm"}
    assert str(read.schema.field("verdict").type).startswith("dictionary<values=string")
    failed = parquet.read_table(folder / "schools.parquet").to_pylist()[3]
    assert (failed["failure"], failed["evidence"], failed["n_classes"]) == ("no plan", None, 1)


def test_lists_that_are_missing_or_strange_are_told_and_left_out(county: tuple[Path, CountyPlan]) -> None:
    folder, plan = county
    (folder / "schools" / "elementary-000001" / "rooms.csv").unlink()
    (folder / "schools" / "elementary-000003" / "rooms.csv").write_bytes("教室".encode("cp950"))
    (folder / "schools" / "junior-000002" / "aps.csv").write_text("什麼\n", encoding="utf-8")
    notes = write_county_tables(folder, plan, "zh-TW")
    assert [note.split("：")[1].split(" ")[:3] for note in notes] == [
        ["rooms.csv", "缺", "2"], ["aps.csv", "缺", "1"],
    ]  # fmt: skip
    assert [row["code"] for row in rows(folder / "rooms.csv")] == ["000002", "000002"]


def test_a_cell_that_is_no_number_costs_the_parquet_file_and_no_other(county: tuple[Path, CountyPlan]) -> None:
    pytest.importorskip("pyarrow")
    folder, plan = county
    write_county_tables(folder, plan, "en")
    path = folder / "schools" / "elementary-000003" / "rooms.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("-61.5", "weak"), encoding="utf-8-sig")
    (note,) = write_county_tables(folder, plan, "en")
    assert "rooms.parquet was not written" in note
    assert "weak" in note
    assert not (folder / "rooms.parquet").exists()
    assert (folder / "aps.parquet").is_file()


def test_without_pyarrow_a_note_says_so_and_no_old_file_stays(
    county: tuple[Path, CountyPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, plan = county
    (folder / "rooms.parquet").write_bytes(b"old")
    monkeypatch.setattr(county_tables, "has_parquet", lambda: False)
    (note,) = write_county_tables(folder, plan, "en")
    assert "wifiplan[parquet]" in note
    assert not list(folder.glob("*.parquet"))


def test_a_large_table_is_written_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("wifiplan.files.county_parquet.BLOCK_BYTES", 4096)
    listed = [{"stage": "junior", "code": f"{n:06}", "counted": n % 2 == 0, "floor": n} for n in range(2000)]
    write_csv(tmp_path / "t.csv", listed, ("stage", "code", "counted", "floor"))
    assert write_parquet(tmp_path / "t.csv", tmp_path / "t.parquet") is None
    with parquet.ParquetFile(tmp_path / "t.parquet") as file:
        assert file.metadata.num_row_groups > 5
        assert file.read().to_pylist() == listed


def test_the_tables_hold_what_the_contract_promises_and_the_document_names_every_column() -> None:
    assert COLUMNS[: len(SCHOOL_CONTRACT)] == SCHOOL_CONTRACT
    for table, promised in (("rooms", ROOM_CONTRACT), ("aps", AP_CONTRACT)):
        assert TABLES[table][: len(SCHOOL_KEYS)] == SCHOOL_KEYS
        assert TABLES[table][len(SCHOOL_KEYS) :][: len(promised)] == promised
    for heading, columns in (("schools", COLUMNS), ("rooms", ROOM_COLUMNS), ("aps", AP_COLUMNS)):
        section = DOCUMENT.split(f"### {heading}\n")[1].split("\n#")[0]
        cells = " ".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| "))
        assert sorted(re.findall(r"`(\w+)`", cells)) == sorted(columns)


def test_every_column_that_counts_or_measures_is_a_number() -> None:
    for name in {*COLUMNS, *TABLES["rooms"], *TABLES["aps"]}:
        told = field(name)
        if name.startswith("n_"):
            assert told.sort == "whole"
        if re.search(r"_(m|mbps|dbm|db|deg|share)(_2g4|_5g|_6g)?$", name):
            assert told.sort == "number"
            assert told.unit


def test_the_summary_is_as_its_schema_and_the_document_say() -> None:
    plan = CountyPlan(version="1", county="晴川市", outcomes=both(), n_aps=None, method="webster")
    summary = json.loads(json.dumps(county_summary(plan)))
    jsonschema.validate(summary, SCHEMA)
    assert summary["n_failed"] == {"site": 1}
    assert summary["by_stage"]["junior"]["n_schools"] == 1
    assert summary["by_remoteness"]["non_remote"]["n_failed"] == 1
    section = DOCUMENT.split("## summary.json")[1]
    cells = " ".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| "))
    assert set(re.findall(r"`(\w+)`", cells)) >= set(SCHEMA["properties"]) - {"n_classrooms_new_inventory_unknown"}
    # columns of schools.csv that can be summed
    assert {name for name in SCHOOL_CONTRACT if name.startswith("n_")} <= set(summary)
