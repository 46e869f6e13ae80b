"""`wifiplan probe decode`: tables equal to tshark's, hostile files, both languages."""

import csv
import gzip
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wifiplan.cli import cli
from wifiplan.files.captures import open_capture
from wifiplan.probe.frames import decode_packet

ROOT = Path(__file__).parents[2]
CAPTURES = 21


def run(*args: str | Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "wifiplan", "probe", "decode", *map(str, args)]
    return subprocess.run(command, check=False, capture_output=True, cwd=ROOT, input=stdin)


def asked(*args: str | Path) -> Result:
    """Ask in this process: starting Python costs more than reading most captures."""
    return CliRunner().invoke(cli, ["probe", "decode", *map(str, args)])


def rows_of(*args: str | Path) -> dict[str, dict[str, object]]:
    done = asked(*args, "--json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert isinstance(rows, list)
    return {row["bssid"]: row for row in rows}


def beacon(name: bytes, number: int, signal: int = -50, *, flags: int = 0x10, more: bytes = b"") -> bytes:
    radiotap = struct.pack("<BBHIBBHHb", 0, 0, 15, 0b101010, flags, 0, 2437, 0xA0, signal)
    ap = bytes([2, 0, 0, 0, 0, number])
    head = struct.pack("<BBH6s6s6sH", 0x80, 0, 0, b"\xff" * 6, ap, ap, 0) + struct.pack("<QHH", 0, 100, 1)
    fcs = b"\0\0\0\0" if flags & 0x10 else b""
    return radiotap + head + bytes([0, len(name)]) + name + b"\x03\x01\x06" + more + fcs


def pcap(packets: list[bytes], link: int = 127) -> bytes:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    return head + b"".join(struct.pack("<IIII", n, 0, len(p), len(p)) + p for n, p in enumerate(packets))


@pytest.mark.data
def test_tables_equal_those_of_tshark(shared_data: Path) -> None:
    tables = sorted(shared_data.glob("pcaps/*.bss.csv"))
    assert len(tables) >= CAPTURES
    for path in tables:
        ours = rows_of(path.with_name(path.name.removesuffix(".bss.csv")))
        with path.open(encoding="utf-8", newline="") as file:
            theirs = {row["bssid"]: row for row in csv.DictReader(file)}
        assert set(ours) == set(theirs), path.name
        for bssid, wanted in theirs.items():
            assert differences(ours[bssid], wanted) == [], (path.name, bssid)


def differences(row: dict[str, object], wanted: dict[str, str]) -> list[str]:
    """Return the columns in which a row is not what tshark says; our numbers are as exact as its are printed."""
    used = row["utilisation_share"]
    seen = {
        "frames": row["frames"],
        "beacons": row["beacons"],
        "rssi_first_ant_median": row["rssi_dbm"],
        "rssi_max": row["rssi_max_dbm"],
        "primary_channel": row["channel"],
        "beacon_interval_tu": row["interval_tu"],
        "bssload_n": row["n_loads"],
        "station_count_last": row["station_count"],
        "channel_util_mean": used if used is None else 255 * float(str(used)),
    }
    wrong = [column for column, value in seen.items() if not is_same(value, wanted[column])]
    if row["ssid"] != wanted["ssid"].strip("\0 ") or row["hidden"] != (row["ssid"] == ""):
        wrong.append("ssid")
    newest = next((name for name in ("eht", "he", "vht", "ht") if wanted[name] == "1"), "")
    if newest and row["standard"] != {"eht": "11be", "he": "11ax", "vht": "11ac", "ht": "11n"}[newest]:
        wrong.append("standard")
    return wrong


def is_same(value: object, text: str) -> bool:
    return text == "" if value is None else text != "" and abs(float(str(value)) - float(text)) <= 0.0051


@pytest.mark.data
def test_captures_without_a_table_are_read_too(shared_data: Path) -> None:
    paths = [p for p in sorted(shared_data.glob("pcaps/**/*cap*")) if p.is_file() and p.suffix != ".csv"]
    alone = [p for p in paths if not p.with_name(f"{p.name}.bss.csv").exists()]
    assert len(alone) >= 15
    for path in alone:
        done = asked(path)
        assert (done.exit_code, done.stderr) == (0, ""), path.name


def test_the_table_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "air.pcap"
    path.write_bytes(pcap([beacon("三年一班".encode(), 1), beacon(b"", 2), beacon(b"\x1b[31mred\x1b[0m", 3)]))
    chinese, english = run(path).stdout.decode(), asked(path, "--lang", "en").stdout
    assert "網路名稱" in chinese
    assert "（隱藏）" in chinese
    assert "三年一班" in english
    assert "(hidden)" in english
    assert "\x1b" not in chinese + english
    assert "\\x1b[31mred" in english
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(pcap([]))
    assert "沒有信標" in asked(empty).stdout
    assert asked(empty, "--json").stdout == "[]\n"


def test_packed_and_piped_captures(tmp_path: Path) -> None:
    data = pcap([beacon(b"class1", 1)] * 3)
    packed = tmp_path / "air.pcap.gz"
    packed.write_bytes(gzip.compress(data))
    assert rows_of(packed)["02:00:00:00:00:01"]["beacons"] == 3
    packed.write_bytes(gzip.compress(data)[:-9])
    done = asked(packed, "--lang", "en")
    assert done.exit_code == 0
    assert "can't be read on" in done.stderr
    (tmp_path / "no.gz").write_bytes(b"\x1f\x8b" + bytes(50))
    assert run(tmp_path / "no.gz").returncode == 2
    piped = run("-", "--json", stdin=data)
    assert json.loads(piped.stdout)[0]["ssid"] == "class1"


def test_the_cap_on_time_holds_while_a_pipe_is_silent() -> None:
    command = [sys.executable, "-m", "wifiplan", "probe", "decode", "-", "--max-seconds", "0.5", "--lang", "en"]
    for content, rows, word in ((pcap([beacon(b"class1", 1)]), 1, "cap of 0.5 s"), (b"", 0, "nothing more came")):
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with process, process.stdin, process.stdout, process.stderr:
            process.stdin.write(content)
            process.stdin.flush()  # and it stays open
            assert process.wait(timeout=30) == (0 if rows else 2)
            assert process.stdout.read().count(b"class1") == rows
            assert word in process.stderr.read().decode()


@pytest.mark.parametrize("command", ["decode", "listen"])
def test_a_closed_standard_input_is_said(command: str) -> None:
    line = f'"{sys.executable}" -m wifiplan probe {command} - --lang en <&-'
    done = subprocess.run(["/bin/sh", "-c", line], check=False, capture_output=True, cwd=ROOT)
    assert done.returncode == 2
    assert b"standard input is closed" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_small_file_that_holds_gigabytes_is_read_to_a_cap(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pcap.gz"
    with gzip.open(path, "wb", compresslevel=9) as packed:
        packed.write(pcap([beacon(b"class1", 1)]))
        for _ in range(60):
            packed.write(bytes(1_000_000))  # packets without a byte
    assert path.stat().st_size < 100_000
    done = asked(path, "--json", "--max-mb", "5")
    assert done.exit_code == 0
    assert "上限 5 MB" in done.stderr
    assert [row["ssid"] for row in json.loads(done.stdout)] == ["class1"]
    assert "cap of 1,000 packets" in asked(path, "--max-frames", "1000", "--lang", "en").stderr


def test_a_capture_that_is_cut_off_is_answered_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes(pcap([beacon(b"class1", 1), beacon(b"class1", 1)])[:-5])
    done = asked(path, "--json", "--lang", "en")
    assert (done.exit_code, json.loads(done.stdout)[0]["beacons"]) == (0, 1)
    assert "cut off after 1 packets" in done.stderr


def test_frames_with_a_failed_checksum(tmp_path: Path) -> None:
    path = tmp_path / "noise.pcap"
    path.write_bytes(pcap([beacon(b"class1", 1), beacon(b"phantom", 2, flags=0x50)]))
    assert "wrong checksum" in asked(path, "--lang", "en").stderr
    assert len(rows_of(path)) == 2
    # the sound one must bring a right checksum, too
    assert rows_of(path, "--sound-only") == {}
    whole = beacon(b"class1", 1)
    summed = whole[:-4] + struct.pack("<I", zlib.crc32(whole[15:-4]))
    path.write_bytes(pcap([summed, beacon(b"phantom", 2, flags=0x50), beacon(b"class2", 3, flags=0)]))
    assert list(rows_of(path, "--sound-only")) == ["02:00:00:00:00:01", "02:00:00:00:00:03"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空的"),
        (b"hello", "pcap"),
        (pcap([bytes(60)], link=1), "Ethernet"),
        (gzip.compress(b"hello, this is text and no capture at all", mtime=0), "pcap"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_message(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(content)
    done = run(path)
    assert (done.returncode, done.stdout) == (2, b"")
    message = done.stderr.decode()
    assert word in message
    assert "Traceback" not in message
    assert str(path) in message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run(tmp_path / "none.pcap")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert run(tmp_path).returncode == 2


def test_no_address_of_a_client_is_shown(tmp_path: Path) -> None:
    client = bytes.fromhex("aabbccddeeff")
    head = struct.pack("<BBH6s6s6sH", 0x00, 0, 0, bytes([2, 0, 0, 0, 0, 1]), client, bytes([2, 0, 0, 0, 0, 1]), 0)
    request = bytes.fromhex("0000080000000000") + head + b"\x11\0\x0a\0\0\6class1"
    path = tmp_path / "join.pcap"
    path.write_bytes(pcap([beacon(b"class1", 1), request]))
    for args in ([], ["--json"]):
        assert "aa:bb:cc" not in asked(path, *args).output.lower()


def test_the_decoder_loads_nothing_heavy(tmp_path: Path) -> None:
    path = tmp_path / "air.pcap"
    path.write_bytes(pcap([beacon(b"class1", 1)]))
    heavy = ("scapy", "matplotlib", "networkx", "numba", "typst", "starlette")
    code = f"""
import sys
from wifiplan.cli import cli
cli.main(["probe", "decode", sys.argv[1]], standalone_mode=False)
print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, cwd=ROOT)
    assert done.stderr.decode().strip() == "[]"


@pytest.mark.data
def test_what_tablets_say_they_can_do(shared_data: Path) -> None:
    wanted = {
        "iPad11_4th_Gen": ("11ax", 2, 160, "WPA2-Personal"),
        "Apple_iPhone_SE_2020": ("11ax", 2, 20, "WPA2-Personal"),
        "Hololens2": ("11ac", 2, 80, "WPA2-Personal"),
        "IntelAX210_Windows10_10-3d-1c-00-00-00_6.0GHz": ("11ax", 2, 160, "WPA3-Personal"),
        "SamsungS21Ultra5G": ("11ax", 2, 160, "OWE"),
    }
    for start, said in wanted.items():
        (path,) = shared_data.glob(f"pcaps/clients/{start}*")
        with open_capture(path) as capture:
            (packet,) = list(capture)
        elements = decode_packet(packet.data, link_type=packet.link_type).elements
        assert elements is not None
        assert (*elements.capabilities[:3], elements.security.name) == said
