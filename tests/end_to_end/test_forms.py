"""`wifiplan form` and `wifiplan collect` as a county uses them: forms out, filled in as schools do, back, planned."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.cli import cli
from wifiplan.files import read_site
from wifiplan.files.form_words import BLOCK_COLUMNS, ROOM_COLUMNS, SCHOOL_LINES, bare, known_words
from wifiplan.study import Settings, plan_site

HEADER = 4
ROSTER_ROW = "國小,{code},嘉義市,市立,,一般,市立{name}國小,{classes},28,20,{students}"
ROSTER_HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"


class Filler:
    """A form that somebody fills in: cells by the name of their column."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book: Workbook = load_workbook(path)

    @property
    def rooms(self) -> Worksheet:
        return self.book["教室"]

    def column(self, sheet: Worksheet, key: str) -> int:
        columns = ROOM_COLUMNS if sheet.title != "棟別" else BLOCK_COLUMNS
        known = known_words(columns)
        return next(c.column for c in sheet[HEADER] if c.value and known[bare(str(c.value))].key == key)

    def answer(self, key: str, value: object) -> None:
        sheet = self.book["學校"]
        known = known_words(SCHOOL_LINES)
        row = next(
            c.row for c in sheet["A"] if c.value and (found := known.get(bare(str(c.value)))) and found.key == key
        )
        sheet.cell(row=row, column=2).value = value

    def answers(self, **given: object) -> None:
        usual = {
            "inventory": "否",
            "confirmed": "是",
            "uplink": "300",
            "n_devices": 60,
            "n_without_mdm": 10,
            "n_byod": 0,
        }
        for key, value in (usual | {"applies_106": "否"} | given).items():
            self.answer(key, value)

    def block(self, row: int, **given: object) -> None:
        sheet = self.book["棟別"]
        for key, value in given.items():
            sheet.cell(row=HEADER + row, column=self.column(sheet, key)).value = value

    def room(self, row: int, **given: object) -> None:
        """Fill in line `row` (from 1) of the rooms."""
        for key, value in given.items():
            self.rooms.cell(row=HEADER + row, column=self.column(self.rooms, key)).value = value

    def cell(self, row: int, key: str) -> str:
        return self.rooms.cell(row=HEADER + row, column=self.column(self.rooms, key)).coordinate

    def usual(self, n_classes: int, *, per_floor: int = 4, block: str = "甲棟", **given: object) -> None:
        """Place the classes along the corridor, floor by floor, all of a size."""
        for n in range(n_classes):
            place = {"block": block, "floor": f"{n // per_floor + 1}F", "order": n % per_floor + 1}
            self.room(n + 1, **(place | {"length": 9, "depth": 7.5} | given))

    def save(self) -> None:
        self.book.save(self.path)


@dataclass(frozen=True)
class Case:
    """How one school fills in its form, and the faults that must be named: (cell, code)."""

    fill: Callable[[Filler], None]
    status: str
    faults: tuple[tuple[str, str], ...] = ()


N = 8
"""Classes of every school of the test."""

GOOD_BLOCK = {
    "name": "甲棟", "storeys": 3, "corridor": "單邊開放", "corridor_side": "南", "height": 3.6, "outer_wall": "紅磚",
    "partition": "紅磚",
}  # fmt: skip


def complete(form: Filler) -> None:
    form.answers(inventory="是")
    form.block(1, **GOOD_BLOCK)
    form.usual(N)


def two_blocks(form: Filler) -> None:
    form.answers()
    form.block(1, **GOOD_BLOCK)
    form.block(2, name="乙棟", storeys=2, corridor="中間走廊（雙邊教室）", height=3.6, gap=15)
    form.usual(N)
    for n, (side, order) in enumerate(((s, o) for s in ("北", "南") for o in (1, 2, 3)), N + 1):
        form.room(
            n, block="乙棟", floor="1F", order=order, side=side, name=f"專科{n}", use="專科教室", length=11, depth=8
        )


def half_empty(form: Filler) -> None:
    form.answers(confirmed=None)
    for n in range(4):
        form.room(n + 1, floor="1F", order=n + 1)


def typed_freely(form: Filler) -> None:
    form.answers(inventory="Ｖ", uplink="1G", applies_106="沒有")
    form.block(1, **(GOOD_BLOCK | {"name": "Ａ棟", "storeys": "３層", "corridor": "單邊封閉", "outer_wall": "RC牆"}))
    for n, floor in enumerate(("2F", "二樓", "２樓", "2", "3F", "三樓", "第三層", "三 樓")):
        form.room(n + 1, block=("A棟", "Ａ棟", "A", "a棟")[n % 4], floor=floor, order=f"第{n % 4 + 1}間")
        form.room(
            n + 1, length=("9公尺", "９", "900公分", "約9m")[n % 4], depth="7.5 公尺", class_size=f"{25 + n % 3}人"
        )
        form.room(n + 1, ap_count=("無", "1臺", 0, "１")[n % 4], cabinet="有" if n == 0 else None)


def ditto_and_pairs(form: Filler) -> None:
    form.answers()
    form.block(1, **GOOD_BLOCK)
    form.usual(N, length="9*7.5", depth=None)
    for n in (2, 3, 4):
        form.room(n, block="同上", floor="〃")


def merged(form: Filler) -> None:
    form.answers()
    form.block(1, **GOOD_BLOCK)
    form.usual(N)
    for key in ("block", "floor"):
        letter = form.cell(1, key).rstrip("0123456789")
        for first, last in ((1, 4), (5, 8)):
            form.rooms.merge_cells(f"{letter}{HEADER + first}:{letter}{HEADER + last}")


def absurd(form: Filler) -> None:
    form.answers(n_without_mdm=70)
    form.block(1, **GOOD_BLOCK)
    form.usual(N)
    form.room(2, class_size=300)
    form.room(3, length=900)
    form.room(4, block="丙大樓")
    form.room(5, depth=-7.5)
    form.room(6, floor="9F")
    form.room(7, ap_count="很多")


def doubled(form: Filler) -> None:
    form.answers()
    form.block(1, **GOOD_BLOCK)
    form.usual(N)
    form.room(1, inventory_id="013")
    form.room(5, inventory_id="013")
    form.room(3, order=2)


def renamed_column(form: Filler) -> None:
    complete(form)
    form.rooms.cell(row=HEADER, column=form.column(form.rooms, "floor")).value = "樓別"


def other_order(form: Filler) -> None:
    complete(form)
    sheet = form.rooms
    width = sheet.max_column
    order = [*range(6, width + 1), *range(1, 6)]
    for row in range(HEADER, sheet.max_row + 1):
        values = [sheet.cell(row=row, column=c).value for c in order]
        for column, value in enumerate((*values[:3], "導師" if row == HEADER else "某某", *values[3:]), 1):
            sheet.cell(row=row, column=column).value = value


def renamed_sheet(form: Filler) -> None:
    complete(form)
    form.rooms.title = "教室資料(113)"


def spoilt_cells(form: Filler) -> None:
    import datetime as dt  # noqa: PLC0415 (only here)

    form.answers()
    form.block(1, **GOOD_BLOCK)
    form.usual(N)
    form.room(1, class_size="#REF!")
    form.room(2, order=dt.date(2024, 6, 1))
    form.room(3, name="101~105")
    form.room(4, use="教是")
    form.room(5, length="67.5㎡")


def school_only(form: Filler) -> None:
    form.answers(uplink=500)


def sparse_rows(form: Filler) -> None:
    form.answers()
    form.block(1, **GOOD_BLOCK)
    form.usual(N)
    form.rooms.delete_rows(HEADER + 3, 2)
    form.rooms.insert_rows(HEADER + 4, 2)


def wrong_choices(form: Filler) -> None:
    form.answers(inventory="大概", uplink="很快")
    form.block(1, **(GOOD_BLOCK | {"corridor": "圓形", "corridor_side": "東南", "height": 36}))
    form.usual(N)
    form.room(1, partition="巧克力", cabinet="好")


def with_aps(form: Filler) -> None:
    complete(form)
    for n in range(1, N + 1):
        form.room(n, ap_count=1, ap_model="Aruba AP-505", ap_generation="Wi-Fi 6", ap_channel="6/36", ap_width=40)
    form.room(1, cabinet="是")


def turned(form: Filler) -> None:
    form.answers()
    form.block(1, **(GOOD_BLOCK | {"name": "東棟", "corridor": "單邊封閉（外廊加窗）", "corridor_side": "東側"}))
    form.block(2, **(GOOD_BLOCK | {"name": "西棟", "corridor_side": "西", "gap": 30}))
    form.usual(N, block="東棟")
    for n in (5, 6, 7, 8):
        form.room(n, block="西棟", floor="1F")


def basement(form: Filler) -> None:
    form.answers()
    form.block(1, **GOOD_BLOCK)
    form.usual(N)
    for n, floor in ((N + 1, "B1"), (N + 2, "地下一樓"), (N + 3, "地下２樓")):
        form.room(n, block="甲", floor=floor, order=n - N, name=f"地下{n}", use="專科教室", length=12, depth=7.5)


def unnamed_uses(form: Filler) -> None:
    form.answers()
    form.block(1, **GOOD_BLOCK)
    form.usual(N, use=None)
    form.room(N + 1, block="甲棟", floor="1F", order=5, name="女廁")
    form.room(N + 2, block="甲棟", floor="1F", order=6, name="東側樓梯")


def wrong_code(form: Filler) -> None:
    complete(form)
    form.answer("elementary_code", "999999")


CASES = (
    Case(complete, "returned"),
    Case(two_blocks, "returned"),
    Case(half_empty, "partial"),
    Case(typed_freely, "returned"),
    Case(ditto_and_pairs, "returned"),
    Case(merged, "returned"),
    Case(
        absurd,
        "faulty",
        (
            ("學校!B12", "mdm_more"),
            ("教室!H6", "range"),
            ("教室!I7", "metres_range"),
            ("教室!A8", "block_unknown"),
            ("教室!J9", "negative"),
            ("教室!B10", "above_storeys"),
            ("教室!L11", "ap_number"),
        ),
    ),
    Case(doubled, "faulty", (("教室!E9", "id_twice"), ("教室!C7", "place_twice"))),
    Case(renamed_column, "faulty", (("教室!B4", "column_renamed"),)),
    Case(other_order, "returned"),
    Case(renamed_sheet, "returned"),
    Case(
        spoilt_cells,
        "faulty",
        (
            ("教室!H5", "formula"),
            ("教室!C6", "date"),
            ("教室!F7", "several_rooms"),
            ("教室!G8", "choice_meant"),
            ("教室!I9", "area"),
        ),
    ),
    Case(school_only, "partial"),
    Case(sparse_rows, "returned"),
    Case(
        wrong_choices,
        "faulty",
        (
            ("學校!B8", "choice"),
            ("學校!B10", "uplink"),
            ("棟別!C5", "choice"),
            ("棟別!D5", "choice"),
            ("棟別!E5", "metres_range"),
            ("教室!K5", "choice"),
            ("教室!R5", "choice"),
        ),
    ),
    Case(with_aps, "returned"),
    Case(turned, "returned"),
    Case(basement, "returned"),
    Case(unnamed_uses, "partial"),
    Case(wrong_code, "faulty", (("學校!B6", "code_unknown"),)),
)
N_SCHOOLS = len(CASES) + 3


def code(n: int) -> str:
    return f"0{n:02d}601"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def roster(folder: Path) -> Path:
    path = folder / "名冊.csv"
    rows = [ROSTER_ROW.format(code=code(n), name=f"第{n}", classes=N, students=N * 27) for n in range(N_SCHOOLS)]
    path.write_text("\n".join([ROSTER_HEAD, *rows]) + "\n", encoding="utf-8-sig")
    return path


def collected(folder: Path) -> dict[str, dict[str, object]]:
    data = json.loads((folder / "collected.json").read_text(encoding="utf-8"))
    return {row["code"]: row for row in data["schools"]}


def sites(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "sites").glob("*.json"))}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a county's folder: forms of all schools, of which the first are filled in, and what was collected."""
    folder = tmp_path_factory.mktemp("縣 市")
    done = run("form", roster(folder), "--out", folder / "forms")
    assert done.exit_code == 0, done.output
    index = json.loads((folder / "forms" / "forms.json").read_text(encoding="utf-8"))
    for case, row in zip(CASES, index["schools"], strict=False):
        form = Filler(folder / "forms" / row["file"])
        case.fill(form)
        form.save()
    (folder / "forms" / index["schools"][-1]["file"]).unlink()
    done = run("collect", folder / "forms", "--out", folder / "out")
    assert done.exit_code == 1, done.output
    return folder


@pytest.mark.parametrize("n", range(len(CASES)), ids=[case.fill.__name__ for case in CASES])
def test_every_wrong_cell_is_named_and_nothing_else(county: Path, n: int) -> None:
    row = collected(county / "out")[code(n)]
    found = sorted((fault["place"], fault["code"]) for fault in row["faults"])
    assert found == sorted(CASES[n].faults)
    assert row["status"] == CASES[n].status


def test_who_has_not_answered_is_missing(county: Path) -> None:
    rows = collected(county / "out")
    missing = [key for key, row in rows.items() if row["status"] == "missing"]
    assert missing == [code(n) for n in range(len(CASES), N_SCHOOLS)]
    assert rows[code(N_SCHOOLS - 1)]["file"] is None
    assert rows[code(N_SCHOOLS - 2)]["file"] is not None


def test_sites_say_what_they_rest_on(county: Path) -> None:
    rows = collected(county / "out")
    given = {key for key, row in rows.items() if row["site"]}
    assert given == {code(n) for n, case in enumerate(CASES) if case.fill is not school_only}
    for key in given:
        site = read_site(county / "out" / str(rows[key]["site"]))
        assert site.evidence == "sheet"
        assert site.school is not None
        assert site.school.code == key
        classes = sum(room.use == "classroom" for floor in site.floors for room in floor.rooms)
        assert classes >= N - 2
    known = read_site(county / "out" / "sites" / f"elementary-{code(0)}.json")
    assert known.access_points_known
    assert known.access_points == ()
    assert known.uplink_mbps == 300.0
    unknown = read_site(county / "out" / "sites" / f"elementary-{code(1)}.json")
    assert not unknown.access_points_known
    assert {room.block for floor in unknown.floors for room in floor.rooms} >= {"甲棟", "乙棟"}


def test_merged_ditto_and_moved_columns_read_as_the_plain_form(county: Path) -> None:
    plain = read_site(county / "out" / "sites" / f"elementary-{code(0)}.json")
    for case in (merged, ditto_and_pairs, other_order, renamed_sheet):
        n = next(k for k, one in enumerate(CASES) if one.fill is case)
        site = read_site(county / "out" / "sites" / f"elementary-{code(n)}.json")
        assert site.floors == plain.floors, case.__name__


def test_a_half_empty_form_stays_marked(county: Path) -> None:
    n = next(k for k, one in enumerate(CASES) if one.fill is half_empty)
    site = read_site(county / "out" / "sites" / f"elementary-{code(n)}.json")
    assert {"sheet_floor:4", "sheet_size:8", "sheet_class:8"} <= set(site.assumptions)
    assert collected(county / "out")[code(n)]["n_assumed"] == 22


def test_access_points_come_with_their_rooms(county: Path) -> None:
    n = next(k for k, one in enumerate(CASES) if one.fill is with_aps)
    site = read_site(county / "out" / "sites" / f"elementary-{code(n)}.json")
    assert len(site.access_points) == N
    first = site.access_points[0]
    assert (first.room_id, first.model) == ("甲棟-1F-1", "Aruba AP-505")
    assert [(r.band, r.channel, r.width_mhz) for r in first.radios] == [("2.4", 6, 40), ("5", 36, 40)]
    assert collected(county / "out")[code(n)]["n_existing_aps"] == N
    assert [c.id for floor in site.floors for c in floor.cabinets] == ["CAB-甲棟-1F-1"]


def test_plans_follow_from_sheets(county: Path) -> None:
    for n in (1, 16, 17):
        site = read_site(county / "out" / "sites" / f"elementary-{code(n)}.json")
        plan = plan_site(site, Settings())
        assert all(room.verdict != "fail" for room in plan.rooms if room.need is not None)


def test_collecting_again_gives_the_same_bytes_and_drops_what_no_longer_follows(county: Path) -> None:
    stale = county / "again" / "sites" / f"elementary-{code(N_SCHOOLS - 1)}.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}", encoding="utf-8")
    mark = hashlib.sha256(b"{}").hexdigest()[:16]
    earlier = {"site_marks": {f"sites/{stale.name}": mark}}
    (county / "again" / "collected.json").write_text(json.dumps(earlier), encoding="utf-8")
    run("collect", county / "forms", "--out", county / "again")
    assert sites(county / "again") == sites(county / "out")
    for name in ("collected.json", "faults.xlsx"):
        assert (county / "again" / name).read_bytes() == (county / "out" / name).read_bytes()


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
@pytest.mark.office
def test_libreoffice_changes_nothing_that_is_read(county: Path, tmp_path: Path, ending: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    back = tmp_path / "back"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    forms = [str(path) for path in sorted((county / "forms").glob("*.xlsx"))]
    command = [office, profile, "--headless", "--convert-to", ending, "--outdir", str(back), *forms]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    shutil.copy(county / "forms" / "forms.json", back)
    run("collect", back, "--out", tmp_path / "out")
    assert sites(tmp_path / "out") == sites(county / "out")
    before, after = collected(county / "out"), collected(tmp_path / "out")
    for key, row in before.items():
        # an old .xls does not say that a formula failed: the cell is blank there
        told = [f["place"] for f in row["faults"] if ending != "xls" or f["code"] != "formula"]
        assert told == [f["place"] for f in after[key]["faults"]], key
        assert row["status"] == after[key]["status"]
