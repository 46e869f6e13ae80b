"""Scanning with the system's programs, played by a double: every complaint becomes a sentence with a remedy."""

import ctypes
import io
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from wifiplan.errors import OutputError, SurveyError
from wifiplan.files.photos import SIDE_PX, clean_photo
from wifiplan.files.surveys import read_survey
from wifiplan.survey import scanners
from wifiplan.survey.programs import MOST_BYTES, CalledOffError, Ran, run
from wifiplan.survey.scan_faults import blocked
from wifiplan.survey.scanners import IwScanner, NetshScanner, NmcliScanner, scanner
from wifiplan.survey.windows_scan import ask_for_scan
from wifiplan.web import walk_session
from wifiplan.web.walk_ears import Where, ear_of, heard_in
from wifiplan.web.walk_open import Wanted, opened

IW = b"BSS 02:00:5e:00:53:01(on wlan0)\n\tfreq: 5180\n\tsignal: -55.00 dBm\n\tlast seen: %d ms ago\n\tSSID: school\n"
HERE = Where(floor=0, x_m=1.0, y_m=2.0)


class Programs:
    """Answers by the beginning of a command; notes what was run."""

    def __init__(self, answers: dict[str, Sequence[Ran]]) -> None:
        self.answers = {key: list(value) for key, value in answers.items()}
        self.ran: list[str] = []

    def __call__(self, command: Sequence[str], limit_s: float, stop: threading.Event) -> Ran:
        assert limit_s > 0
        assert not stop.is_set()
        text = " ".join(command)
        self.ran.append(text)
        found = max((key for key in self.answers if text.startswith(key)), key=len)
        answers = self.answers[found]
        return answers.pop(0) if len(answers) > 1 else answers[0]


def said(out: bytes = b"", complaint: str = "") -> Ran:
    return Ran(code=1 if complaint else 0, out=out, complaint=complaint)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanners, "BUSY_WAIT_S", 0.0)
    monkeypatch.setattr(scanners, "SETTLE_S", 0.0)


def test_a_busy_card_is_asked_again() -> None:
    busy = said(complaint="command failed: Device or resource busy (-16)")
    programs = Programs({"iw dev wlan0 scan": [busy, busy, said(IW % 20)]})
    raw = IwScanner(interface="wlan0", run=programs).scan(threading.Event())
    assert (raw.kind, raw.remark, len(programs.ran)) == ("iw", "", 3)
    programs = Programs({"iw dev wlan0 scan": [busy]})
    with pytest.raises(SurveyError, match="busy") as told:
        IwScanner(interface="wlan0", run=programs).scan(threading.Event())
    assert "忙" in told.value.text("zh-TW")


def test_without_the_right_to_scan_the_list_is_renewed_by_the_manager() -> None:
    denied = said(complaint="command failed: Operation not permitted (-1)")
    answers = {"iw dev wlan0 scan": [denied], "iw dev wlan0 scan dump": [said(IW % 20)], "nmcli": [said()]}
    programs = Programs(answers)
    found = IwScanner(interface="wlan0", run=programs, has_manager=True)
    assert found.scan(threading.Event()).remark == "dump rescan"
    assert found.scan(threading.Event()).data == IW % 20
    assert sum(command == "iw dev wlan0 scan" for command in programs.ran) == 1
    programs.answers["nmcli"] = [said(complaint="Error: Scanning not allowed immediately following previous scan.")]
    assert found.scan(threading.Event()).remark == "dump"


@pytest.mark.parametrize(
    ("complaint", "word"),
    [
        ("command failed: Network is down (-100)", "switched off"),
        ("command failed: No such device (-19)", "no such Wi-Fi interface"),
        ("kaputt\x1b[31m (-5)", "the scan failed"),
    ],
)
def test_complaints_become_sentences(complaint: str, word: str) -> None:
    programs = Programs({"iw": [said(complaint=complaint)]})
    with pytest.raises(SurveyError, match=word) as told:
        IwScanner(interface="wlan0", run=programs).scan(threading.Event())
    assert "\x1b" not in str(told.value)
    assert told.value.zh[1]


def test_nmcli_scans_anew_and_tells_what_fails() -> None:
    rows = "".join(
        f"BSSID:02:00:5E:00:53:0{k}\nSSID:{name}\nMODE:Infra\nCHAN:36\nFREQ:5180 MHz\nSIGNAL:{level}\nSECURITY:WPA2\n"
        for k, name, level in ((1, "a: 36", 70), (2, "", 36))
    )
    programs = Programs({"nmcli": [said(rows.encode())]})
    raw = NmcliScanner(interface="wlan0", run=programs).scan(threading.Event())
    assert programs.ran[0].endswith("ifname wlan0 --rescan yes")
    assert heard_in(b"\n", "iw") == ()
    one, two = heard_in(raw.data, raw.kind)
    assert (one.sample.bssid, one.sample.ssid, one.sample.band, one.age_s) == ("02:00:5e:00:53:01", "a: 36", "5", None)
    assert (one.sample.rssi_dbm, two.sample.rssi_dbm) == (-58.0, -78.4)
    programs = Programs({"nmcli": [said(complaint="Error: NetworkManager is not running.")]})
    with pytest.raises(SurveyError, match="does not run"):
        NmcliScanner(interface="wlan0", run=programs).scan(threading.Event())


def test_windows_is_asked_to_listen_first() -> None:
    told = "SSID 1 : 教室\r\n    BSSID 1 : 02:00:5e:00:53:01\r\n         訊號 : 88%\r\n         通道 : 6\r\n"
    programs = Programs({"netsh wlan show networks mode=bssid": [said(told.encode("cp950"))]})
    for asked, remark in ((True, "percent"), (False, "windows cache")):
        raw = NetshScanner(run=programs, ask=lambda _, asked=asked: asked).scan(threading.Event())
        assert raw.remark == remark
    (one,) = heard_in(raw.data, "netsh")
    assert (one.sample.ssid, one.sample.rssi_dbm) == ("教室", -56.0)
    with pytest.raises(SurveyError, match="location"):
        NetshScanner(run=Programs({"netsh": [said(complaint="x")]}), ask=lambda _: True).scan(threading.Event())


class Wlanapi:
    """Stands in for Windows' library: two interfaces, of which the second scans."""

    def __init__(self) -> None:
        self.memory = (ctypes.c_ubyte * (8 + 2 * 532))()
        ctypes.c_uint32.from_buffer(self.memory).value = 2
        self.memory[8], self.memory[8 + 532] = 7, 9
        self.scanned: list[int] = []
        self.freed = self.closed = 0

    def WlanOpenHandle(self, version: int, *_: object) -> int:  # noqa: N802
        assert version == 2
        return 0

    def WlanEnumInterfaces(self, _handle: object, _: None, found: object) -> int:  # noqa: N802
        found._obj.value = ctypes.addressof(self.memory)
        return 0

    def WlanScan(self, _handle: object, guid: ctypes.c_void_p, *rest: None) -> int:  # noqa: N802
        assert rest == (None, None, None)
        self.scanned.append(ctypes.c_ubyte.from_address(guid.value).value)
        return 0 if len(self.scanned) == 2 else 5

    def WlanFreeMemory(self, _found: object) -> None:  # noqa: N802
        self.freed += 1

    def WlanCloseHandle(self, _handle: object, _: None) -> int:  # noqa: N802
        self.closed += 1
        return 0


def test_every_interface_of_windows_is_asked_and_all_is_given_back() -> None:
    library = Wlanapi()
    assert ask_for_scan(threading.Event(), library=library, wait_s=0.0)
    assert (library.scanned, library.freed, library.closed) == ([7, 9], 1, 1)
    if sys.platform != "win32":
        assert not ask_for_scan(threading.Event())


def test_the_best_scanner_of_a_machine() -> None:
    programs = Programs({"iw dev": [said(b"phy#0\n\tInterface wlp3s0\n\t\taddr 02:00:5e:00:53:77\n")]})
    found = scanner(run=programs, has=lambda name: name in {"iw", "nmcli"})
    assert isinstance(found, IwScanner)
    assert found.label == "iw wlp3s0"
    assert isinstance(scanner(run=programs, has=lambda name: name == "nmcli"), NmcliScanner)
    with pytest.raises(SurveyError, match="no program that scans"):
        scanner(has=lambda _: False)
    with pytest.raises(SurveyError, match="no scanner called"):
        scanner("replay", has=lambda _: True)
    with pytest.raises(SurveyError, match="not installed"):
        scanner("netsh", has=lambda _: False)
    with pytest.raises(SurveyError, match="no such Wi-Fi interface"):
        scanner("iw", "--help", has=lambda _: True)


def test_switches_of_the_laptop(tmp_path: Path) -> None:
    for k, (kind, soft, hard) in enumerate((("bluetooth", "0", "0"), ("wlan", "1", "0"))):
        radio = tmp_path / f"rfkill{k}"
        radio.mkdir()
        for name, text in (("type", kind), ("soft", soft), ("hard", hard)):
            (radio / name).write_text(text)
    assert blocked(tmp_path) == "rfkill soft"
    (tmp_path / "rfkill1" / "hard").write_text("1")
    assert blocked(tmp_path) == "rfkill hard"
    assert blocked(tmp_path / "none") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell plays the program")
def test_a_program_is_ended_when_its_time_is_up_or_somebody_says_so() -> None:
    began_s = time.monotonic()
    with pytest.raises(SurveyError, match="did not answer"):
        run(["sh", "-c", "sleep 30"], 0.2, threading.Event())
    stop = threading.Event()
    stop.set()
    with pytest.raises(CalledOffError):
        run(["sh", "-c", "sleep 30"], 30.0, stop)
    assert time.monotonic() - began_s < 20
    assert run(["sh", "-c", "echo $LC_ALL; exit 3"], 5.0, threading.Event()) == Ran(
        code=3, out=b"C.UTF-8\n", complaint=""
    )
    assert MOST_BYTES > 1e6
    with pytest.raises(SurveyError, match="not installed"):
        run(["no-such-program-here"], 1.0, threading.Event())


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell plays the program")
def test_a_survey_with_a_program_called_iw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "iw"
    listed = (IW % 20).decode().replace("\n", "\\n").replace("\t", "\\t")
    answers = f"dev) printf 'phy#0\\n\\tInterface wlan7\\n';; *'wlan7 scan') printf '{listed}';; *) exit 9;;"
    program.write_text(f'#!/bin/sh\ncase "$*" in {answers} esac\n', encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    ear = ear_of("auto", "")
    assert ear.label == "iw wlan7"
    with opened(Wanted(folder=tmp_path / "s", stem="x", site_name="x"), ear) as session:
        session.walk(0, 0.0, 0.0)
        while len(session.record.items[0].scans) < 2:
            time.sleep(0.01)
        session.end_walk(6.0, 8.0)
        session.wait(10)
        assert session.failed is None
    samples = read_survey(session.path).samples
    assert len(samples) >= 2
    assert {s.rssi_dbm for s in samples} == {-55.0}
    assert all(abs(s.y_m - s.x_m * 8 / 6) < 0.02 for s in samples)


def test_recordings_are_played_in_order_and_old_readings_left_to_the_judge(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_bytes(IW % 20)
    (tmp_path / "2.txt").write_bytes(IW % 90_000)
    ear = ear_of(f"replay:{tmp_path}", "")
    ages = [ear.listen(HERE, threading.Event()).heard[0].age_s for _ in range(3)]
    assert ages == [0.02, 90.0, 0.02]
    for name, content, word in (
        ("talk.txt", b"hello\n", "none of these"),
        ("a.csv", b"x,y\n1,2\n", "the survey file has"),
        ("iperf.json", b'{"start": {}, "intervals": [], "end": {}}', "iperf3"),
    ):
        (tmp_path / "wrong").mkdir(exist_ok=True)
        (tmp_path / "wrong" / name).write_bytes(content)
        with pytest.raises(SurveyError, match=word):
            ear_of(f"replay:{tmp_path / 'wrong' / name}", "")
    for wrong in ("none", "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(SurveyError, match="no recorded scan"):
            ear_of(f"replay:{tmp_path / wrong}", "")


def test_a_survey_goes_on_unless_something_else_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "scan.txt").write_bytes(IW % 20)
    ear = ear_of(f"replay:{tmp_path / 'scan.txt'}", "")
    wanted = Wanted(folder=tmp_path / "s", stem="校", site_name="校", device="A")
    with opened(wanted, ear) as session:
        session.point(0, 1.0, 2.0)
        session.wait(10)
        assert len(session.record.items) == 1
    with opened(wanted, ear) as session:
        assert (len(session.record.items), session.story) == (1, "resumed")
    other = Wanted(folder=tmp_path / "s", stem="校", site_name="校", device="B")
    with opened(other, ear) as session:
        assert (session.path.name, session.record.items) == ("校-walk-2.csv", ())
    first = tmp_path / "s" / "校-walk.csv"
    mine = first.read_text(encoding="utf-8").replace("1.0", "1.5")
    first.write_text(mine, encoding="utf-8")
    with opened(wanted, ear) as session:
        assert (session.path.name, session.story) == ("校-walk-3.csv", "changed")
    assert first.read_text(encoding="utf-8") == mine


def test_a_walk_that_was_broken_off_ends_where_its_last_scan_was(tmp_path: Path) -> None:
    (tmp_path / "scan.txt").write_bytes(IW % 20)
    ear = ear_of(f"replay:{tmp_path / 'scan.txt'}", "")
    wanted = Wanted(folder=tmp_path / "s", stem="x", site_name="x")
    with opened(wanted, ear) as session:
        session.walk(0, 0.0, 0.0)
        with pytest.raises(SurveyError, match="under way"):
            session.point(0, 1.0, 1.0)
        while len(session.record.items[0].scans) < 2:
            time.sleep(0.01)
    with opened(wanted, ear) as session:
        (item,) = session.record.items
        assert item.is_open
        assert read_survey(session.path).samples == ()
        session.end_walk(10.0, 0.0)
        assert read_survey(session.path).samples[-1].x_m == 10.0
        session.walk(0, 5.0, 5.0)
        session.cancel()
        session.wait(10)
        assert [one.id for one in session.record.items] == [1]
        with pytest.raises(SurveyError, match="no walk is under way"):
            session.end_walk(1.0, 1.0)


def test_a_survey_file_that_cannot_be_written_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scan.txt").write_bytes(IW % 20)
    ear = ear_of(f"replay:{tmp_path / 'scan.txt'}", "")
    with opened(Wanted(folder=tmp_path / "s", stem="x", site_name="x"), ear) as session:

        def locked(*_: object) -> None:
            raise OutputError("the file cannot be written", remedy="close it")

        with monkeypatch.context() as patched:
            patched.setattr(walk_session, "write_through", locked)
            session.point(0, 1.0, 2.0)
            session.wait(10)
        assert session.failed is None
        assert session.unwritten is not None
        session.change({"do": "set", "id": 1, "note": "again"})
        assert session.unwritten is None
        assert len(read_survey(session.path).samples) == 1

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        before = session.journal.read_bytes()
        with monkeypatch.context() as patched:
            patched.setattr("os.fsync", full)
            with pytest.raises(OutputError, match="No space left"):
                session.change({"do": "set", "id": 1, "note": "lost"})
        assert session.journal.read_bytes() == before
        assert session.record.items[0].note == "again"


def test_a_photo_keeps_its_picture_and_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[2] = (24.0, 8.0, 12.5)
    packed = io.BytesIO()
    Image.new("RGB", (3000, 1500), "red").save(packed, "JPEG", exif=exif)
    with Image.open(io.BytesIO(clean_photo(packed.getvalue()))) as image:
        assert image.size == (SIDE_PX // 2, SIDE_PX)
        assert not image.getexif()
    packed = io.BytesIO()
    Image.new("LA", (30, 20), (0, 0)).save(packed, "PNG")
    with Image.open(io.BytesIO(clean_photo(packed.getvalue()))) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff\xe0broken", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_photo_is_told(data: bytes) -> None:
    with pytest.raises(SurveyError) as told:
        clean_photo(data)
    assert told.value.zh[0]
