"""Inventories and controllers' exports, read as they come."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from wifiplan.errors import InventoryError
from wifiplan.files import read_inventories, read_inventory
from wifiplan.site.inventory import Entry, Inventory

SCHOOL = """盤點表,,,,,,,,,,,
序號,教室空間編號,教室名稱,棟別,樓層,廠牌,型號,產品序號,MAC位址,狀態,5G頻道,連線人數,保管人
1,A101,一年甲班,A棟,1F,Aruba,AP-505,CN001234,00:11:22:33:44:01,使用中,36E,28,王小明
2,A102,一年乙班,A棟,1F,EDIMAX,CAP1300,ED000012,001122334402,報廢,149,30,李大華
合計,,,,,2,,,,,,,
"""
RUCKUS = """AP Group,IP Address,AP MAC,AP Name,Model,Status,Model,Channel (2.4G),Channel (5G),Serial,Location,Clients
民族國小,10.1.1.2,38:45:3B:07:DB:00,RuckusAP,R320,Online,R320,11 (20MHz),161 (80MHz),442109002851,301教室,12
民族國小,10.1.1.3,38:45:3B:07:C3:30,RuckusAP,R320,Offline,R320,11 (20MHz),60 (80MHz),442109002627,302教室,0
"""
CISCO = """Number of APs: 2

AP Name                 Slots    AP Model  Ethernet MAC    Radio MAC       Location                   State
-----------------------------------------------------------------------------------------------------------------
ES-301-AP1                2      3802I     00a7.42e8.4011  00a7.42e8.b111  default location           Registered
ES-302-AP1                2      3802I     00a7.42f2.8622  00a7.42f3.cb22  302 classroom, west        Registered
"""
CISCO_5GHZ = """AP Name             Mac Address     Slot    Admin State    Oper State    Width  Txpwr           Channel
---------------------------------------------------------------------------------------------------------
ES-301-AP1          00a7.42e8.b111  1       Enabled        Up            40     *3/8 (17 dBm)    (36,40)
ES-302-AP1          00a7.42f3.cb22  1       Enabled        Up            20     *7/8 (6 dBm)    (116)*
"""
ARUBA = """AP Radio Database
-----------------
Name    Group     AP Type  Status         Flags  Radio 0 Band/Chan/HT-Type/EIRP  Radio 1 Band/Chan/HT-Type/EIRP
----    -----     -------  ------         -----  ------------------------------  ------------------------------
ap-301  building  635      Up 35d:23h:4m  2Sf    AP:5GHz/132+/HE/20.0            AP:2.4GHz/6/HE/9.0
ap-302  building  505H     Down           2Sf    N/A                             AP:2.4GHz/6/HE/9.0

Flags: 1 = 802.1x authenticated AP use EAP-PEAP;   1+ = 802.1x use EST;    1- = 802.1x use factory cert
"""
EXTREME = """Device Status,Clients,Host Name,Model,MAC Address,Location,Serial #,WiFi0 Channel,WiFi0 Power,\
WiFi1 Channel,WiFi1 Power
Connected,23,A-301,AP305C,BCF310AABBCC,Campus >> A >> 3F >> 301,03051904170001,6,12 dBm,44,17 dBm
"""
UNIFI = """name,mac,model,serial,ng_channel,na_channel,na_ht,na_tx_power,num_sta
3F-301,78:45:58:00:00:01,U6-Pro,784558000001,auto,36,HE80,23,14
"""
PER_RADIO = """AP Name,Serial Number,Model,Location,Band,Channel,Channel Width,Power
AP-1,SN0001,C9120AXI-B,Room 301,2.4 GHz,6,20,11 dBm
AP-1,SN0001,C9120AXI-B,Room 301,5 GHz,36,40,17 dBm
AP-2,SN0002,C9120AXI-B,Room 302,2.4 GHz,11,20,11 dBm
AP-2,SN0002,C9120AXI-B,Room 302,5 GHz,44,40,17 dBm
"""
EKAHAU = """AP Name,Vendor,Model,Floor,Location X (m),Location Y (m),Mounting Height (m),Tags
AP-001,Cisco,CW9162I,Floor 2,12.5,7.25,3.0,
"""
CENTRAL = """DEVICE NAME,SERIAL,MAC,GROUP,SITE,LABELS,LICENSE
ES-301,CNKQK00001,d0:d3:e0:00:00:01,es-group,民族國小,301教室,foundation_ap
"""
COUNTS = """學制,學校代碼,學校名稱,班級,AP數量,AP型號
國小,013601,甲國小,101,1,R510
國小,13601,甲國小,102,2,R510
國小,013601,甲國小,103,0,
國小,013601,甲國小,104,,
"""


def read(folder: Path, text: str, name: str = "盤點.csv", encoding: str = "utf-8-sig") -> Inventory:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_inventory(path)


def first(inventory: Inventory) -> Entry:
    return inventory.entries[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp950"])
def test_a_school_table_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, SCHOOL, encoding=encoding)
    one, two = found.entries
    assert (one.room_number, one.places, one.block, one.floor) == ("A101", ("一年甲班",), "A棟", "1F")
    assert (one.model, one.serial, one.mac) == ("Aruba AP-505", "CN001234", "00:11:22:33:44:01")
    assert [(r.band, r.channel, r.width_mhz) for r in one.radios] == [("5", 36, 80)]
    assert (one.row, one.in_service, two.in_service) == (3, True, False)
    source = found.sources[0]
    assert (source.mapping, source.n_rows, source.n_skipped) == ("tw", 3, 1)


def test_columns_about_people_are_never_kept(tmp_path: Path) -> None:
    found = read(tmp_path, SCHOOL)
    assert found.sources[0].private == ("連線人數", "保管人")
    assert "王小明" not in repr(found)
    assert "Clients" in read(tmp_path, RUCKUS).sources[0].private


def test_a_ruckus_export(tmp_path: Path) -> None:
    found = read(tmp_path, RUCKUS)
    assert found.sources[0].mapping == "ruckus"
    assert len(found.entries) == 2, "the same name on two devices with addresses of their own"
    one = first(found)
    assert (one.model, one.group, one.places) == ("Ruckus R320", "民族國小", ("301教室",))
    assert [(r.band, r.channel, r.width_mhz) for r in one.radios] == [("2.4", 11, 20), ("5", 161, 80)]
    assert not found.entries[1].in_service


def test_what_a_cisco_controller_prints(tmp_path: Path) -> None:
    found = read(tmp_path, CISCO, "show ap summary.txt")
    one, two = found.entries
    assert (one.name, one.model, one.mac, one.places) == ("ES-301-AP1", "3802I", "00:a7:42:e8:40:11", ())
    assert two.places == ("302 classroom, west",)


def test_radios_of_another_list_join_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CISCO, encoding="utf-8")
    (tmp_path / "b.txt").write_text(CISCO_5GHZ, encoding="utf-8")
    found = read_inventories([tmp_path / "a.txt", tmp_path / "b.txt"])
    assert [(e.name, e.more_rows) for e in found.entries] == [("ES-301-AP1", (3,)), ("ES-302-AP1", (4,))]
    assert [(r.channel, r.width_mhz, r.eirp_dbm) for r in first(found).radios] == [(36, 40, 20.0)]
    assert first(found).mac == "00:a7:42:e8:40:11"


def test_what_an_aruba_controller_prints(tmp_path: Path) -> None:
    found = read(tmp_path, ARUBA, "show ap radio-database.txt")
    one, two = found.entries
    assert (one.name, one.model, one.group) == ("ap-301", "Aruba 635", "building")
    shown = [(r.band, r.channel, r.width_mhz, r.eirp_dbm) for r in one.radios]
    assert shown == [("2.4", 6, None, 9.0), ("5", 132, 40, 20.0)]
    assert [r.band for r in two.radios] == ["2.4"]
    assert not two.in_service
    assert len(found.entries) == 2


def test_an_extreme_export_tells_bands_by_channels(tmp_path: Path) -> None:
    one = first(read(tmp_path, EXTREME))
    assert (one.model, one.places) == ("Extreme AP305C", ("Campus >> A >> 3F >> 301",))
    assert [(r.band, r.channel, r.eirp_dbm) for r in one.radios] == [("2.4", 6, 15.0), ("5", 44, 20.0)]
    assert {r.code for r in one.remarks} == {"power_conducted"}


def test_a_unifi_export(tmp_path: Path) -> None:
    one = first(read(tmp_path, UNIFI))
    assert [(r.band, r.channel, r.width_mhz) for r in one.radios] == [("2.4", None, None), ("5", 36, 80)]
    assert "channel_auto" in {r.code for r in one.remarks}


def test_one_row_a_radio(tmp_path: Path) -> None:
    found = read(tmp_path, PER_RADIO)
    assert [(e.name, e.row, e.more_rows, e.doubled) for e in found.entries] == [
        ("AP-1", 2, (3,), ()),
        ("AP-2", 4, (5,), ()),
    ]
    assert [(r.band, r.channel, r.width_mhz) for r in first(found).radios] == [("2.4", 6, 20), ("5", 36, 40)]


def test_an_ekahau_list_has_positions(tmp_path: Path) -> None:
    one = first(read(tmp_path, EKAHAU))
    assert (one.x_m, one.y_m, one.floor, one.model) == (12.5, 7.25, "Floor 2", "Cisco CW9162I")


def test_an_aruba_central_list(tmp_path: Path) -> None:
    found = read(tmp_path, CENTRAL)
    assert found.sources[0].mapping == "aruba-central"
    assert (first(found).group, first(found).places) == ("民族國小 / es-group", ("301教室",))


def test_rows_that_count(tmp_path: Path) -> None:
    found = read(tmp_path, COUNTS)
    assert [(e.code, e.stage, e.n_aps) for e in found.entries] == [
        ("013601", "elementary", 1),
        ("013601", "elementary", 2),
        ("013601", "elementary", 0),
        ("013601", "elementary", 0),
    ]


def test_the_same_device_listed_twice_is_one(tmp_path: Path) -> None:
    text = SCHOOL.replace("合計,,,,,2,,,,,,,", "3,B202,電腦教室,B棟,2F,Aruba,AP-505,CN001234,,使用中,36E,1,某人")
    one = first(read(tmp_path, text))
    assert (one.row, one.doubled, one.room_number) == (3, (5,), "A101")
    assert "doubled_elsewhere" in {r.code for r in one.remarks}


def test_a_serial_number_copied_down_is_two_devices(tmp_path: Path) -> None:
    found = read(tmp_path, SCHOOL.replace("ED000012", "CN001234"))
    assert len(found.entries) == 2
    assert "serial_doubled" in {r.code for r in found.entries[1].remarks}


def test_a_bare_forbidden_model_gets_its_brand(tmp_path: Path) -> None:
    assert first(read(tmp_path, SCHOOL.replace("Aruba,AP-505", ",EAP225"))).model == "TP-Link EAP225"


def test_a_generation_stands_behind_an_unknown_model(tmp_path: Path) -> None:
    text = "教室名稱,廠牌,型號,無線規格\n301,EDIMAX,CAP9999,802.11ac\n302,Aruba,AP-505,802.11ax\n"
    assert [e.model for e in read(tmp_path, text).entries] == ["EDIMAX CAP9999 (802.11ac)", "Aruba AP-505"]


def test_sheets_are_read_and_name_the_school(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name in ("說明", "甲國小", "乙國小"):
        sheet = book.create_sheet(name)
        for row in [["教室", "型號", "MAC"], ["301", "R510", "00a742e84011"]] if name != "說明" else [["請填寫"]]:
            sheet.append(row)
    book.worksheets[2]["C2"] = "00a742e84022"
    raw = io.BytesIO()
    book.save(raw)
    path = tmp_path / "全縣.xlsx"
    path.write_bytes(raw.getvalue())
    found = read_inventory(path)
    assert [e.group for e in found.entries] == ["甲國小", "乙國小"]
    assert [s.file for s in found.sources] == ["全縣.xlsx [甲國小]", "全縣.xlsx [乙國小]"]


def test_columns_may_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("c1,c2,c3\nX-1,R510,三年一班\n", encoding="utf-8")
    with pytest.raises(InventoryError, match=r"c1, c2, c3.*fields: stage"):
        read_inventory(path)
    found = read_inventory(path, columns=[("name", "c1"), ("model", "C2"), ("room", "c3")])
    assert (first(found).name, first(found).model, first(found).places) == ("X-1", "R510", ("三年一班",))


def test_wrong_choices_come_in_one_message(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("AP Name,Location,Client MAC\nX-1,301,00a742e84011\n", encoding="utf-8")
    with pytest.raises(InventoryError) as caught:
        read_inventory(path, columns=[("rooom", "Location"), ("room", "Place"), ("mac", "Client MAC")])
    text = str(caught.value)
    assert "did you mean room" in text
    assert 'no column "Place"' in text
    assert "never read" in text
    assert "AP Name, Location, Client MAC" in text


def test_a_table_without_any_place_says_so(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="where an access point hangs"):
        read(tmp_path, "Model,Serial Number,MAC Address\nR510,ABC12345,00a742e84011\n")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b""),
        ("a.csv", b"\x00\x01\x02" * 50),
        ("a.xlsx", b"PK\x03\x04 damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0 damaged"),
        ("a.csv", b"<html><table><tr><td>AP Name</td></tr></table></html>"),
        ("a.pdf", b"%PDF-1.4"),
        ("a.csv", b'AP Name,Location\n"x,301\n'),
        ("a.csv", "只有一格".encode()),
    ],
)
def test_broken_files_are_one_message(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InventoryError) as caught:
        read_inventory(path)
    assert caught.value.remedy
