"""Files of readings: what they are, how their bytes are read, and what is said of those that are damaged."""

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.errors import SurveyError
from wifiplan.files.readings import READERS, decoded, kind_of, read_readings, readings_of

IW = b"BSS 02:00:5e:00:53:01(on wlan0)\n\tfreq: 5180\n\tsignal: -50.00 dBm\n\tSSID: a\n"
NETSH = "SSID 1 : École\n    BSSID 1 : 02:00:5e:00:53:01\n         Signal : 88%\n         Canal : 6\n"
NMCLI = b"*:02\\:00\\:5E\\:00\\:53\\:01:a:Infra:36:540 Mbit/s:64:x:WPA2\n"
IPERF3 = (
    b'{"start": {"test_start": {"protocol": "TCP"}}, "end": {"sum_received": {"seconds": 1, "bits_per_second": 1}}}'
)


def esx() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("project.json", "{}")
    return content.getvalue()


FILES = {
    "iw": IW,
    "nmcli": NMCLI,
    "netsh": NETSH.encode(),
    "iperf3": IPERF3,
    "pcap": b"\xd4\xc3\xb2\xa1" + bytes(20),
    "esx": esx(),
    "survey": b'{"format": 1, "name": "a"}\nfloor,x_m,y_m\n0,1,2\n',
    "parquet": b"PAR1",
    "csv": b"x,y,rssi\n1,2,-50\n1,3,-60\n",
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_known_by_what_stands_in_it(kind: str, encoding: str) -> None:
    data = FILES[kind]
    is_text = kind not in {"pcap", "esx", "parquet"}
    assert kind_of(data.decode().encode(encoding) if is_text else data) == kind


@pytest.mark.parametrize("wanted", READERS)
@pytest.mark.parametrize("kind", FILES)
def test_a_file_taken_for_something_else_is_told(kind: str, wanted: str) -> None:
    if kind == wanted:
        assert readings_of(FILES[kind], where="a", kind=wanted).kind == kind
        return
    with pytest.raises(SurveyError, match="this is") as caught:
        readings_of(FILES[kind], where="a", kind=wanted)
    assert f"--kind {kind}" in str(caught.value)
    assert "這是" in caught.value.text("zh-TW")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"hello there", "none of these"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "none of these"),
        (FILES["pcap"], "needs its own reader"),
        (IW + b"\tSSID: caf\xe9\n", "line 5: byte 0xe9 at position"),
        (IW.decode().encode("utf-16")[:-1], "ends inside a character"),
        (IW + "é è ü".encode().decode("cp1252").encode() + b"\n", "line 5: .* read as Windows-1252"),
        (IW + bytes(100), "binary"),
    ],
)
def test_a_file_that_can_not_be_read_is_told_what_and_where(data: bytes, said: str) -> None:
    with pytest.raises(SurveyError, match=said) as caught:
        readings_of(data, where="a.txt")
    assert caught.value.where == "a.txt"
    assert "請" in caught.value.text("zh-TW")


def test_a_binary_file_said_to_be_text_is_refused() -> None:
    with pytest.raises(SurveyError, match="binary"):
        readings_of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100), where="a.png", kind="iw")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="cannot be read"):
        read_readings(tmp_path / "none.txt")


def test_a_guess_of_the_code_page_is_a_remark() -> None:
    text = "SSID 1 : 明德\n    BSSID 1 : 02:00:5e:00:53:01\n         S : 88%\n         C : 6\n"
    read = readings_of(text.encode("cp950"), where="a")
    assert (read.readings[0].ssid, read.encoding) == ("明德", "cp950")
    assert any("by likelihood" in remark for remark in read.remarks)


def test_a_name_that_was_entered_wrongly_once_is_no_damage() -> None:
    assert decoded(NETSH.replace("É", "Ã©").encode(), "a", code_pages=True).encoding == "utf-8"


@given(st.binary(max_size=400), st.sampled_from(sorted(FILES)), st.integers(0, 400))
def test_nothing_but_a_survey_error_comes_of_any_bytes(noise: bytes, kind: str, at: int) -> None:
    data = FILES[kind][:at] + noise + FILES[kind][at:]
    kind_of(data)
    for wanted in (None, *READERS):
        with contextlib.suppress(SurveyError):
            readings_of(data, where="a", kind=wanted)


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "kind", "n"),
    [
        ("scan/iw_scan_classroom.txt", "iw", 18),
        ("scan/linux-nmcli-dev-wifi-list.txt", "nmcli", 11),
        ("scan/win-netsh-networks-en.txt", "netsh", 8),
        ("scan/win-netsh-networks-de.txt", "netsh", 9),
        ("scan/win-netsh-networks-fr.txt", "netsh", 8),
        ("scan/win-netsh-interfaces-en.txt", "netsh", 1),
        ("scan/win-netsh-interfaces-de.txt", "netsh", 1),
        ("scan/win-netsh-interfaces-fr.txt", "netsh", 1),
        ("iperf3/my_test.json", "iperf3", 1),
        ("iperf3/iperf_tcp_mac.json", "iperf3", 1),
        ("iperf3/iperf_udp_mac.json", "iperf3", 1),
    ],
)
def test_real_files_are_read_whole_and_refused_when_cut(shared_data: Path, file: str, kind: str, n: int) -> None:
    data = (shared_data / "surveys" / file).read_bytes()
    read = readings_of(data, where=file)
    assert (read.kind, len(read.readings) + len(read.links)) == (kind, n)
    assert all(one.band and one.rssi_dbm is not None and one.rssi_dbm < 0 for one in read.readings)
    if "interfaces" not in file:
        with pytest.raises(SurveyError):
            readings_of(data[: 2 * len(data) // 3], where=file, kind=read.kind)


@pytest.mark.data
def test_the_classroom_s_busy_channels_are_told(shared_data: Path) -> None:
    read = read_readings(shared_data / "surveys/scan/iw_scan_classroom.txt")
    assert read.readings[0].utilisation_share == pytest.approx(168 / 255)
    assert all(one.station_count is not None and one.width_mhz == 20 for one in read.readings)
    assert {one.ssid for one in read.readings} == {"WIFI_IUTB_IOT", "eduroam", "UM-net"}


@pytest.mark.data
def test_udp_loss_is_counted_by_the_packets_that_the_receiver_saw(shared_data: Path) -> None:
    read = read_readings(shared_data / "surveys/iperf3/iperf_udp_mac.json")
    (link,) = read.links
    assert (link.direction, round(link.throughput_mbps, 1), round(link.loss_share or 0, 3)) == ("down", 51.7, 0.786)
    assert "iperf3's own percent differs" in read.remarks[0]


@pytest.mark.parametrize("encoding", ["cp850", "cp437"])
def test_a_lone_letter_of_western_europe_is_not_taken_for_chinese(encoding: str) -> None:
    text = "SSID 1 : écoles\n    BSSID 1 : 02:00:5e:00:53:01\n         S : 88%\n         C : 6\n"
    assert readings_of(text.encode(encoding), where="a").readings[0].ssid == "écoles"
