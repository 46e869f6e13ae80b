"""Tables of readings and of positions that other tools write, captures taken on a walk."""

import json
from pathlib import Path
from struct import Struct

import pytest

from wifiplan.errors import SurveyError
from wifiplan.files.readings.captures import read_capture
from wifiplan.files.readings.positions import read_positions
from wifiplan.files.readings.walk_csv import read_walk
from wifiplan.files.readings.walk_json import read_heat_map
from wifiplan.survey.places import Leg, Pixels, Place, Whereabouts
from wifiplan.survey.records import Survey

AP = "02:00:5e:00:53:01"
SPOT = Whereabouts(spot=Place(floor=1, x_m=2.0, y_m=3.0))


def walk(text: str, around: Whereabouts | None = None, *, partial: bool = False) -> Survey:
    return read_walk(text.encode(), "t.csv", around, partial=partial)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"x_m,y_m,floor,bssid,rssi_dbm,channel\n1.5,2,1,{AP},-61,36\n", (1, 1.5, 2.0, AP, "5", -61.0)),
        (f"x,y,ssid,bsid,level,timestamp\n1.5,2,a,{AP},-61,270675396356\n", (0, 1.5, 2.0, AP, None, -61.0)),
        (f"x(ft),y(ft),mac,signal\n10,20,{AP.upper()},-61 dBm\n", (0, 3.048, 6.096, AP, None, -61.0)),
        (
            f"Ort X [m];Y [m];Etage;BSSID;Signalstärke;Kanal\n1;2;1;{AP};-61,5;6\n".replace("Ort X", "X"),
            (1, 1.0, 2.0, AP, "2.4", -61.5),
        ),
        (f"樓層\tX座標\tY座標\tMAC位址\t訊號強度\t頻段\nB1\t1\t2\t{AP}\t−61\t6 GHz\n", (-1, 1.0, 2.0, AP, "6", -61.0)),
        (f"x_m,y_m,bssid,signal,freq\n1,2,{AP.replace(':', '')},78,2.412\n", (0, 1.0, 2.0, AP, "2.4", -61.0)),
        (f"a survey of May\nx_m,y_m,bssid,rssi,quality,freq\n1,2,{AP},-61,99,5180000\n", (0, 1.0, 2.0, AP, "5", -61.0)),
        (f"x_m,y_m,school ({AP}) 5GHz,y2\n1,2,-61,7\n", (0, 1.0, 2.0, AP, "5", -61.0)),
        ("x_m,y_m,heading,WAP001,WAP002\n1,2,-90,-61,100\n1,2,90,-61,-70\n", (0, 1.0, 2.0, "WAP001", None, -61.0)),
        (
            (
                "Time Stamp|SSID|BSSID|Strength|Primary Channel|Primary Frequency|Center Channel|Center Frequency|X|Y\n"
                f"2026/03/04-08:00:01|a|{AP}|-61dBm|36|5180MHz|42|5210MHz|1|2\n"
            ),
            (0, 1.0, 2.0, AP, "5", -61.0),
        ),
        (f"x,y,mac,rssi,center freq,ch\n1,2,{AP},-61,5210,36\n", (0, 1.0, 2.0, AP, "5", -61.0)),
        (f'sep=;\n"X";"Y";"BSSID";"RSSI"\n"1";"2";"{AP}";"-61"\n', (0, 1.0, 2.0, AP, None, -61.0)),
    ],
)
def test_tables_of_many_tools(text: str, wanted: tuple[object, ...]) -> None:
    one = walk(text).samples[0]
    assert (one.floor, one.x_m, one.y_m, one.bssid, one.band, one.rssi_dbm) == wanted


def test_what_was_listened_for_and_not_heard_is_kept() -> None:
    found = walk("x_m,y_m,WAP001,WAP002,WAP003\n1,2,-61,100,\n2,2,-110,-70,100\n")
    assert [(s.bssid, s.rssi_dbm) for s in found.samples] == [
        ("WAP001", -61.0),
        ("WAP002", None),
        ("WAP001", None),
        ("WAP002", -70.0),
        ("WAP003", None),
    ]
    assert any("listened for and not heard" in remark for remark in found.remarks)


def test_what_is_not_read_is_told_and_people_are_left_out() -> None:
    found = walk(f"x_m,y_m,bssid,rssi,Client MAC,Vendor\n1,2,{AP},-60,aa:bb:cc:dd:ee:ff,Acme\n")
    assert "columns not read: Vendor" in found.remarks
    assert any("never kept" in remark for remark in found.remarks)
    assert "aa:bb" not in repr(found)


def test_second_table_of_airodump_is_of_clients() -> None:
    text = (
        "BSSID, First time seen, Last time seen, channel, Speed, Privacy, Power, ESSID, Key\n"
        f"{AP.upper()}, 2026-03-04 08:00:00, 2026-03-04 08:00:09,  6, 54, WPA2, -61, school, \n\n"
        "Station MAC, First time seen, Last time seen, Power, # packets, BSSID, Probed ESSIDs\n"
        "AA:BB:CC:DD:EE:FF, 2026-03-04 08:00:00, 2026-03-04 08:00:00, -50, 2, (not associated) ,x\n"
    )
    found = walk(text, SPOT)
    assert [(s.bssid, s.ssid, s.channel, s.rssi_dbm) for s in found.samples] == [(AP, "school", 6, -61.0)]
    assert found.started_at == "2026-03-04T08:00:00+00:00"
    assert "aa:bb" not in repr(found).lower()


def test_tshark_tells_levels_of_access_points_only() -> None:
    head = "frame.time_epoch\twlan.bssid\twlan.ssid\tradiotap.dbm_antsignal\twlan.fc.type_subtype\twlan.sa\n"
    rows = f"1700000000.5\t{AP}\t576966\t-60,-62\t0x0008\t{AP}\n1700000001.5\t{AP}\t\t-30\t0x0028\taa:bb:cc:dd:ee:ff\n"
    found = walk(head + rows, SPOT)
    assert [(s.ssid, s.rssi_dbm) for s in found.samples] == [("Wif", -60.0)]
    with pytest.raises(SurveyError, match="which frames"):
        walk(f"frame.time_epoch\twlan.bssid\tradiotap.dbm_antsignal\n1\t{AP}\t-60\n", SPOT)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x_m,y_m,bssid\n1,2,a\n", "no column tells a level"),
        ("bssid,rssi\na,-60\n", "nothing tells where"),
        ("MAC,RSSI,CurrentLatitude,CurrentLongitude\na,-60,25,121\n", "degrees"),
        ("Drawing X,Drawing Y,2e:20,2e:21\n1,2,-60,-61\n", "pixels"),
        ("1,2,3\n4,5,6\n", "no row names columns"),
        ("x_m,y_m,rssi\n", "no row below"),
        ('x_m,y_m,rssi\n1,2,"-60\n', "not a table"),
        ("x_m,y_m,rssi\n1,2,\n", "not a single reading"),
        ("x_m,y_m,rssi\n1e30,2,-60\n", "no place"),
        ("x,y,rssi\n1,2,-60\n641,480,-60\n", "hardly metres"),
        ("x_m,y_m,time,rssi\n1,2,10:00:00,-60\n1,2,12.5,-60\n", "several clocks"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(SurveyError, match=said) as caught:
        walk(text)
    assert caught.value.zh[0]


def test_all_faults_at_once_and_the_sound_part_on_request() -> None:
    text = "x_m,y_m,floor,rssi\n1,2,0,abc\n1,,0,-60\n1,2,roof,-60\n1,2\n1,2,0,-60\n"
    with pytest.raises(SurveyError) as caught:
        walk(text)
    assert [fault.where for fault in caught.value.faults] == ["row 2, rssi", "row 3, y_m", "row 4, floor", "row 5"]
    found = walk(text, partial=True)
    assert len(found.samples) == 1
    assert "4 faults" in found.remarks[-1]


def test_readings_outside_the_site_are_in_another_unit() -> None:
    around = Whereabouts(extent_m=(0.0, 0.0, 60.0, 20.0))
    with pytest.raises(SurveyError, match="outside the site"):
        walk("x,y,rssi\n640,480,-60\n", around)


def test_pixels_count_from_the_top() -> None:
    text = "pixel x,pixel y,rssi,bssid\n100,200,-60,a\n"
    top = walk(text, Whereabouts(pixels=Pixels(scale_m=0.05, height_px=600.0))).samples[0]
    assert (top.x_m, top.y_m) == (5.0, 20.0)
    low = walk(text, Whereabouts(pixels=Pixels(scale_m=0.05, origin="bottom-left"))).samples[0]
    assert (low.x_m, low.y_m) == (5.0, 10.0)
    with pytest.raises(SurveyError, match="height"):
        walk(text, Whereabouts(pixels=Pixels(scale_m=0.05)))


def test_a_walk_by_times_and_by_its_ends() -> None:
    text = "time,bssid,rssi\n08:00:00,a,-50\n08:00:05,a,-60\n08:00:10,a,-70\n09:00:00,a,-71\n"
    around = read_positions(b"time,x_m,y_m,floor\n08:00:00,0,5,2F\n08:00:10,20,5,2F\n", "p.csv")
    found = walk(text, around)
    assert [(s.floor, s.x_m, s.y_m, s.time_s) for s in found.samples] == [
        (1, 0.0, 5.0, 0.0),
        (1, 10.0, 5.0, 5.0),
        (1, 20.0, 5.0, 10.0),
    ]
    assert "1 rows before, between or after the walks: left out" in found.remarks
    ends = (Place(floor=0, x_m=0.0, y_m=0.0), Place(floor=0, x_m=36.0, y_m=0.0))
    assert [s.x_m for s in walk(text, Whereabouts(ends=ends)).samples] == [0.0, 0.05, 0.1, 36.0]
    with pytest.raises(SurveyError, match="times of day"):
        walk("time,rssi\n5,-60\n", around)


def test_tables_of_positions() -> None:
    legs = read_positions(b"start_s,end_s,x1_m,y1_m,x2_m,y2_m,floor\n10,20,1,1,1,9,1\n", "p.csv").legs
    assert legs == (
        Leg(start=Place(floor=1, x_m=1.0, y_m=1.0), end=Place(floor=1, x_m=1.0, y_m=9.0), start_s=10.0, end_s=20.0),
    )
    named = read_positions("點位,X座標,Y座標,樓層\nA1,2,3,3樓\n".encode("cp950"), "p.csv").points
    assert named["a1"] == named["A1"] == Place(floor=2, x_m=2.0, y_m=3.0)
    assert walk("point,bssid,rssi\na1,x,-60\n", Whereabouts(points=named)).samples[0].floor == 2
    for text, said in (
        ("x_m,y_m\n1,2\n", "no table of positions"),
        ("time,x_m,y_m\n1,2,3\n", "fewer than two"),
        ("time,x_m,y_m\n1,a,3\nb,1,2\n", "2 faults"),
        ("start_s,end_s,x0,y0,x1,y1\n9,2,1,1,1,9\n", "ends before"),
    ):
        with pytest.raises(SurveyError, match=said):
            read_positions(text.encode(), "p.csv")


def test_heat_map_programs() -> None:
    around = Whereabouts(pixels=Pixels(scale_m=0.1, height_px=100.0))
    result = {
        "ssid": "a",
        "rss": -55,
        "freq": 5180,
        "tcp-reverse": {"received_bps": 2e7},
        "iwscan": [{"bssid": AP, "signal": -70}],
    }
    points = [{"x": 10, "y": 20, "failed": False, "result": result}, {"x": 1, "y": 1, "failed": True, "result": {}}]
    found = read_heat_map(json.dumps(points).encode(), "h.json", around)
    assert [(s.x_m, s.y_m, s.bssid, s.rssi_dbm, s.throughput_mbps) for s in found.samples] == [
        (1.0, 8.0, "", -55.0, 20.0),
        (1.0, 8.0, AP, -70.0, None),
    ]
    other = {
        "surveyPoints": [{"x": 1, "y": 2, "wifiData": {"bssid": AP, "rssi": -50, "channel": 36}}],
        "dimensions": {"height": 50},
    }
    found = read_heat_map(json.dumps(other).encode(), "h.json", Whereabouts(pixels=Pixels(scale_m=0.1)))
    assert (found.samples[0].y_m, found.samples[0].band) == (4.8, "5")
    for bad in (b"[]", b'{"a": 1}', b"[1", b'[{"x": 1, "y": 2, "result": {}}]', b"[" * 5000):
        with pytest.raises(SurveyError):
            read_heat_map(bad, "h.json", around)


RADIOTAP = bytes.fromhex("00000f002e000000000c8509c000")


def beacon(rssi_dbm: int, *, subtype: int = 8, capability: int = 0x11, last: int = 1) -> bytes:
    address = bytes.fromhex("02005e0053") + bytes([last])
    head = bytes([subtype << 4, 0, 0, 0]) + b"\xff" * 6 + address + address + b"\x10\x00"
    body = bytes(8) + b"\x64\x00" + capability.to_bytes(2, "little") + b"\x00\x06school\x03\x01\x06"
    return RADIOTAP + (rssi_dbm & 0xFF).to_bytes(1) + head + body


def capture(path: Path, packets: list[tuple[float, bytes]]) -> Path:
    data = Struct("<IHHiIII").pack(0xA1B2C3D4, 2, 4, 0, 0, 65535, 127)
    for at_s, packet in packets:
        data += Struct("<IIII").pack(int(at_s), int(at_s % 1 * 1e6), len(packet), len(packet)) + packet
    path.write_bytes(data)
    return path


def test_beacons_lie_on_the_way_at_their_time(tmp_path: Path) -> None:
    client = (
        RADIOTAP + b"\xc4" + bytes.fromhex("08010000") + bytes.fromhex("02005e005301aabbccddeeff02005e00530110000000")
    )
    path = capture(
        tmp_path / "w.pcap",
        [
            (1.7e9 - 60.0, beacon(-50)),
            (1.7e9 + 0.1, beacon(-60)),
            (1.7e9 + 0.2, beacon(-62)),
            (1.7e9 + 0.3, beacon(-64)),
            (1.7e9 + 0.4, client),
            (1.7e9 + 9.5, beacon(-70, subtype=5)),
            (1.7e9 + 9.6, beacon(-30, capability=0x12, last=7)),
        ],
    )
    around = read_positions(b"time,x_m,y_m,floor\n1700000000,0,5,0\n1700000010,20,5,0\n", "p.csv")
    found = read_capture(path, around)
    assert [(s.x_m, s.y_m, s.bssid, s.ssid, s.channel, s.rssi_dbm) for s in found.samples] == [
        (1.0, 5.0, AP, "school", 6, -62.0),
        (19.0, 5.0, AP, "school", 6, -70.0),
    ]
    assert "aa:bb" not in repr(found)
    assert any("ad hoc" in remark for remark in found.remarks)
    assert any("before, between or after" in remark for remark in found.remarks)
    late = read_positions(b"time,x_m,y_m,floor\n1800000000,0,5,0\n1800000010,20,5,0\n", "p.csv")
    with pytest.raises(SurveyError, match="nothing was heard during the walk"):
        read_capture(path, late)
    with pytest.raises(SurveyError, match="no beacon"):
        read_capture(capture(tmp_path / "e.pcap", [(1.7e9, client)]), SPOT)
    (tmp_path / "x.pcap").write_bytes(b"nothing")
    with pytest.raises(SurveyError):
        read_capture(tmp_path / "x.pcap", SPOT)


@pytest.mark.data
def test_the_grid_of_the_examples(shared_data: Path) -> None:
    data = (shared_data / "surveys" / "walk" / "mapping.csv").read_bytes()
    found = read_walk(data, "mapping.csv", Whereabouts(pixels=Pixels(scale_m=0.03, height_px=564.0)))
    assert (len(found.samples), len({s.bssid for s in found.samples})) == (600, 12)
    assert (found.samples[0].x_m, found.samples[0].y_m, found.samples[0].rssi_dbm) == (0.72, 15.45, -83.0)
