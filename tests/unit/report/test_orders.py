"""install.pdf, labels.pdf and their spreadsheets, read back as text."""

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from wifiplan.catalog.label_sheets import label_sheets
from wifiplan.errors import SettingsError
from wifiplan.report.orders import Orders, install_pdf, labels_pdf
from wifiplan.report.orders.cards import cards
from wifiplan.report.orders.labels import label_content
from wifiplan.report.orders.notes import notes
from wifiplan.report.orders.tables import cabinets, totals
from wifiplan.report.texts import LANGS, texts
from wifiplan.report.workbook.installer import ap_config_xlsx, plan_xlsx
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint
from wifiplan.study.work_orders import NetworkOptions, Ssid

PlanMaker = Callable[..., Plan]

poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def orders_of(plan: Plan, lang: str = "zh-TW", **options: object) -> Orders:
    return Orders.of(plan, NetworkOptions(**options), lang)  # type: ignore[arg-type]


def pages(content: bytes, folder: Path) -> list[str]:
    path = folder / "paper.pdf"
    path.write_bytes(content)
    program = shutil.which("pdftotext")
    assert program is not None
    done = subprocess.run([program, "-layout", path, "-"], check=True, capture_output=True, text=True, encoding="utf-8")
    return done.stdout.split("\f")[:-1]


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def half_known(plan: Plan) -> Plan:
    """Return a plan of which little is known: no cabinets, no walls, no blocks, long and odd names, old devices."""
    odd = {
        0: "超長教室名稱" * 34,
        2: "#let x=1 *教室* $a$ @b <c> \U00020bb7\U0001f600\x00",
        4: "Laboratory_of_Physics" * 9,
    }
    floors = tuple(
        replace(
            floor,
            walls=(),
            cabinets=(),
            rooms=tuple(replace(room, name=odd.get(k, room.name)) for k, room in enumerate(floor.rooms)),
        )
        for floor in plan.site.floors
    )
    names = {room.id: room.name for floor in floors for room in floor.rooms}
    old = (
        AccessPoint(
            id="old-" + "x" * 40, room_id="r002", model="華為 AP7060" * 4, mac="aa:bb:cc:dd:ee:ff", serial="S" * 40
        ),
        AccessPoint(id="E9", floor=1, x_m=-30.0, y_m=900.0),
        AccessPoint(id="E10", room_id="nowhere", floor=7, radios=(Radio(band="5", channel=777, width_mhz=35),)),
        AccessPoint(id="E11", room_id="r004", radios=(Radio(band="2.4"),)),
    )
    kinds: tuple[tuple[str, str], ...] = (
        ("kept", "prohibited_brand"),
        ("removed", "replaced"),
        ("retuned", "kept"),
        ("kept", "undecided"),
    )
    standing = tuple(
        PlannedAccessPoint(access_point=ap, action=action, reason=Reason(code=code), room_id=ap.room_id)  # type: ignore[arg-type]
        for ap, (action, code) in zip(old, kinds, strict=True)
    )
    bare = tuple(
        replace(p, room_name=names.get(p.room_id or ""), cabinet=None, cable_m=None) for p in plan.access_points
    )
    site = replace(plan.site, floors=floors, school=None, access_points=old, access_points_known=False)
    return replace(plan, site=site, access_points=(*bare, *standing))


def test_the_same_orders_give_the_same_bytes(plan: Plan) -> None:
    for make in (install_pdf, labels_pdf, plan_xlsx, ap_config_xlsx):
        assert make(orders_of(plan)) == make(orders_of(plan))


@poppler
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("per_page", [1, 2])
def test_each_card_says_what_an_installer_needs(plan: Plan, tmp_path: Path, lang: str, per_page: int) -> None:
    orders = orders_of(plan, lang, cards_per_page=per_page)
    found = pages(install_pdf(orders), tmp_path)
    words, n = texts(lang), len(orders.cards)
    first_card = next(k for k, page in enumerate(found) if words["order.installer"] in page)
    assert len(found) - first_card == -(-n // per_page)
    for order in orders.cards:
        page = found[first_card + (order.number - 1) // per_page]
        assert words["order.card"].format(n=order.number, total=n) in page
        assert order.ap_name in page
        assert words[f"action.{order.action}"] in page
        assert f"{order.wall_a_m:.2f} / {order.wall_b_m:.2f}" in page
        if order.cable_id:
            assert order.cable_id in page
    whole_index = "\n".join(found[:first_card]).replace("\u200b", "")
    assert all(order.ap_name in whole_index for order in orders.cards)
    assert words["order.cables"] in whole_index
    assert words["order.notes"] in whole_index


@poppler
@pytest.mark.parametrize("lang", LANGS)
def test_a_half_known_school_prints_as_far_as_it_is_known(plan: Plan, tmp_path: Path, lang: str) -> None:
    orders = orders_of(half_known(plan), lang)
    found = pages(install_pdf(orders), tmp_path)
    text = "\n".join(found).replace("\u200b", "")
    words = texts(lang)
    assert words["order.cabinet_open"] in text
    assert "#let x=1 *教室* $a$ @b <c> 〓〓" in text
    assert words["action.removed"] in text
    first_card = next(k for k, page in enumerate(found) if words["order.installer"] in page)
    assert len(found) - first_card == -(-len(orders.cards) // 2)
    pages(labels_pdf(orders), tmp_path)
    plan_xlsx(orders)
    ap_config_xlsx(orders)


@pytest.mark.parametrize("lang", LANGS)
def test_unknown_places_forbidden_brands_and_open_decisions_are_said(plan: Plan, lang: str) -> None:
    orders = orders_of(half_known(plan), lang)
    words, made = texts(lang), {card["id"]: card for card in cards(orders)}
    bad = next(card for name, card in made.items() if "old-" in str(name))
    assert bad["warnings"] == [words["order.prohibited"]]
    assert bad["no_drawing"] == words["order.unmeasured"]
    said = "\n".join(text for section in notes(orders) for text in section.items)
    assert "E11" in said
    assert words["order.note.inventory"] in said
    assert not any("E11" in str(name) for name in made)


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_says_how_a_device_hangs_where_that_is_not_flat_under_the_ceiling(plan: Plan, lang: str) -> None:
    first, second, *rest = plan.access_points
    turned = replace(first.access_point, mount="wall", azimuth_deg=135.0, tilt_deg=10.0, pattern="sector-65")
    orders = orders_of(replace(plan, access_points=(replace(first, access_point=turned), second, *rest)), lang)
    made = {order.ap_id: dict(card["facts"]) for order, card in zip(orders.cards, cards(orders), strict=True)}  # type: ignore[call-overload]
    words = texts(lang)
    told = made[turned.id][words["order.mounting"]]
    assert all(word in told for word in (words["ap.mount.wall"], "135", "10"))
    assert made[turned.id][words["order.antenna"]].replace("\u200b", "") == "sector-65"
    assert words["order.mounting"] not in made[second.access_point.id]


def test_an_archetype_warns_on_every_card_and_on_the_first_page(archetype_plan: Plan, tmp_path: Path) -> None:
    orders = orders_of(archetype_plan)
    title = orders.words["order.warn.archetype.title"]
    assert all(title in card["warnings"] for card in cards(orders))  # type: ignore[operator]
    if shutil.which("pdftotext"):
        assert title in pages(install_pdf(orders), tmp_path)[0]


def test_only_what_is_replaced_waits_for_something_new(plan: Plan) -> None:
    old = AccessPoint(id="old", room_id="r000", floor=0)
    gone = PlannedAccessPoint(access_point=old, action="removed", reason=Reason(code="replaced"), room_id="r000")
    site = replace(plan.site, access_points=(old,))
    for action, waits in (("new", False), ("replaced", True)):
        new = replace(plan.access_points[0], action=action)  # type: ignore[arg-type]
        orders = orders_of(replace(plan, site=site, access_points=(new, gone)))
        steps = next(card["steps"] for card in cards(orders) if card["gone"])
        assert (orders.words["order.step.wait"] in steps) is waits  # type: ignore[operator]


def test_totals_add_up_over_floors_and_cabinets(plan: Plan) -> None:
    orders = orders_of(plan)
    *floors, total = totals(orders)["rows"]  # type: ignore[misc]
    assert [sum(int(row[k]) for row in floors) for k in range(1, 6)] == [int(cell) for cell in total[1:]]
    assert int(total[-1]) == len(orders.cards)
    (row,) = cabinets(orders)["rows"]  # type: ignore[misc]
    assert row[1] == f"1–{len(orders.hung)}"
    assert int(row[5]) == round(sum(order.cable_m or 0.0 for order in orders.hung))


@pytest.mark.parametrize("lang", LANGS)
def test_more_than_three_networks_draw_a_warning_with_their_airtime(plan: Plan, lang: str) -> None:
    few, many = (orders_of(plan, lang, ssids=tuple(Ssid(name=f"net{k}") for k in range(n))) for n in (3, 4))
    warning = texts(lang)["order.note.too_many"].format(n=4, most=3)
    assert warning in notes(many)[1].items
    assert not any(text.startswith(warning[:4]) for text in notes(few)[1].items)
    table = notes(few)[1].beacons
    assert table is not None
    assert table.rows[0][1:4] == ("0.4 %", "0.8 %", "1.2 %")
    assert texts(lang)["order.note.ssid_open"] in notes(orders_of(plan, lang))[1].items


@pytest.mark.parametrize("sheet", label_sheets())
def test_labels_fill_every_sheet_from_any_position(plan: Plan, tmp_path: Path, sheet: str) -> None:
    orders = orders_of(plan, label_sheet=sheet)
    n_labels = label_sheets()[sheet].n_labels
    n = 3 * len(orders.hung) + sum(order.action == "retuned" for order in orders.cards)
    for first in (1, n_labels):
        made = labels_pdf(orders, first=first)
        if shutil.which("pdftotext"):
            assert len(pages(made, tmp_path)) == -(-(first - 1 + n) // n_labels)


@poppler
def test_both_ends_of_a_cable_carry_the_same_number(plan: Plan, tmp_path: Path) -> None:
    orders = orders_of(plan)
    text = "\n".join(pages(labels_pdf(orders), tmp_path))
    found = label_content(orders, 1)["labels"]
    assert isinstance(found, list)
    for order in orders.hung:
        assert sum(label["title"] == order.cable_id for label in found) == 2
        assert text.count(order.cable_id or "?") >= 2
        assert order.ap_name in text
    assert [label["title"] for label in found[:3]] == [orders.hung[0].ap_name, *[orders.hung[0].cable_id] * 2]


@pytest.mark.parametrize("first", [0, 25])
def test_a_position_that_the_sheet_lacks_is_refused(plan: Plan, first: int) -> None:
    with pytest.raises(SettingsError, match=f"no label {first} on a sheet of 24"):
        labels_pdf(orders_of(plan), first=first)


def test_spreadsheets_hold_the_tables_in_the_language_asked_for(plan: Plan) -> None:
    chinese, english = (sheets(plan_xlsx(orders_of(plan, lang))) for lang in LANGS)
    assert list(chinese) == ["教室", "無線基地臺", "材料", "機櫃", "設定", "佈線"]
    assert list(english) == ["Rooms", "Access points", "Bill", "Cabinets", "Settings", "Cabling"]
    assert "班級教室" in [cell for row in chinese["教室"] for cell in row]
    assert not any(cell == "班級教室" for row in english["Rooms"] for cell in row)
    rooms = [row for row in chinese["教室"] if row[1] in {room.room_id for room in plan.rooms}]
    assert len(rooms) == len(plan.rooms)
    assert list(sheets(ap_config_xlsx(orders_of(plan)))) == ["設定", "設備", "說明"]


def test_spreadsheets_run_no_formula_from_names(plan: Plan) -> None:
    named = tuple(replace(p, room_name="=1+1") for p in plan.access_points)
    rooms = tuple(replace(room, name="=HYPERLINK(1)") for room in plan.rooms)
    orders = orders_of(replace(plan, access_points=named, rooms=rooms), ssids=(Ssid(name="=2+2"),))
    for content in (plan_xlsx(orders), ap_config_xlsx(orders)):
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_plan_with_nothing_to_do_says_so(plan: Plan, tmp_path: Path) -> None:
    kept = tuple(replace(p, action="kept", reason=Reason(code="kept")) for p in plan.access_points)
    orders = orders_of(replace(plan, access_points=kept))
    assert orders.cards == ()
    made = install_pdf(orders)
    labels_pdf(orders)
    plan_xlsx(orders)
    if shutil.which("pdftotext"):
        assert orders.words["order.none"] in pages(made, tmp_path)[0]


@pytest.mark.office
def test_libreoffice_opens_the_spreadsheets(plan: Plan, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "ap_config.xlsx").write_bytes(ap_config_xlsx(orders_of(plan)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = [office, profile, "--headless", "--convert-to", as_csv, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "ap_config.xlsx")], check=True, capture_output=True, timeout=120)
    text = (tmp_path / "ap_config.csv").read_text(encoding="utf-8")
    assert "099999-1F-1A-1" in text
    assert "36 40" in text
