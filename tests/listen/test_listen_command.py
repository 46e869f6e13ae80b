"""`wifiplan probe listen` as a user runs it, on captures."""

import csv
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from wifiplan import files, study
from wifiplan.catalog.spectrum import channel_named
from wifiplan.files.as_built_columns import column_keys, is_header
from wifiplan.probe.hopping import primaries
from wifiplan.report.workbook.install import install_bytes
from wifiplan.site.geometry import centroid
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom, Proof

ROOT = Path(__file__).parents[2]
SITE = ROOT / "floorplans/demo-remote.json"
Run = Callable[..., subprocess.CompletedProcess[bytes]]
MakeBss = Callable[..., Any]
AsPcap = Callable[..., bytes]


def address(n: int) -> str:
    return f"00:a7:42:e8:{n:02x}:00"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return a plan with an access point in each of three rooms: made by hand, as planning takes its time."""
    site = files.read_site(SITE)
    floor = site.floors[0]
    rooms = [room for room in floor.rooms if room.use == "classroom"][:3]
    channels = ((36, 40), (149, 40), (64, 20))
    points = []
    for n, (room, (channel, width)) in enumerate(zip(rooms, channels, strict=True)):
        x_m, y_m = centroid(room.polygon)
        radios = (Radio(band="5", channel=channel, width_mhz=width, eirp_dbm=20.0),)
        point = AccessPoint(
            id=f"AP{n}", floor=floor.level, x_m=x_m, y_m=y_m, z_m=2.8, room_id=room.id, model="ax-2x2", radios=radios
        )
        points.append(
            PlannedAccessPoint(access_point=point, action="new", reason=Reason(code="served"), room_id=room.id)
        )
    served = [
        PlannedRoom(
            room_id=room.id, name=room.name, use=room.use, floor=floor.level, class_size=29, need=None, verdict="pass",
            reason=Reason(code="served"), serving_ap=f"AP{n}",
        )
        for n, room in enumerate(rooms)
    ]  # fmt: skip
    return Plan(
        version="0", site=replace(site, access_points=()), settings=study.Settings(), band="5", rooms=tuple(served),
        access_points=tuple(points), bill=(), proof=Proof(verdict="optimal", gap=0.0), n_aps_allowed=None,
        n_class_sets=None, n_rooms_at_once=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def kit(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the plan and its install.xlsx, in which every label's address is noted."""
    folder = tmp_path_factory.mktemp("kit")
    files.write_plan(folder / "plan.json", plan)
    path = folder / "install.xlsx"
    path.write_bytes(install_bytes(plan))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    top = next(n for n, row in enumerate(rows) if is_header(row))
    keys = {key: found[0] + 1 for key, found in column_keys(rows[top]).items()}
    numbers = {p.access_point.id: n for n, p in enumerate(plan.access_points)}
    for n, row in enumerate(rows[top + 1 :], start=top + 2):
        if row[keys["id"] - 1] in numbers:
            sheet.cell(row=n, column=keys["done"]).value = "是"
            sheet.cell(row=n, column=keys["mac"]).value = address(numbers[row[keys["id"] - 1]])
    book.save(path)
    return folder


def radio_of(plan: Plan, n: int) -> Radio:
    return next(r for r in plan.access_points[n].access_point.radios if r.channel is not None)


def on_air(plan: Plan, bss: MakeBss, **changed: object) -> list[bytes]:
    """Return a beacon of every access point of a plan as it should be; `changed` holds for the first one."""
    frames = []
    for n in range(len(plan.access_points)):
        radio = radio_of(plan, n)
        wide = next(c for c in channels(plan, radio) if radio.channel is not None)
        own = {"channel": wide[0], "width": radio.width_mhz or 20, "middle": wide[1], "signal": -50 - 3 * n}
        frames.append(bss(f"00:a7:42:e8:{n:02x}:01", b"school", **(own | (changed if n == 0 else {}))).beacon())
    return frames


def channels(plan: Plan, radio: Radio) -> list[tuple[int, int]]:
    """Return (primary, middle) of a radio of the plan."""
    whole = channel_named(plan.site.country, radio.band, radio.channel or 0, radio.width_mhz or 20)
    assert whole is not None
    return [(c.number, whole.number) for c in primaries(plan.site.country, radio.band, whole.number, whole.width_mhz)]


def walked(frames: list[bytes], seconds: float = 6.0) -> list[tuple[float, bytes]]:
    """Return the frames as a walk over all channels hears them: some time on each."""
    each = int(seconds / 0.1024)
    return [((n * each + k) * 0.1024, frame) for n, frame in enumerate(frames) for k in range(each)]


def test_a_school_as_planned(
    kit: Path, plan: Plan, bss: MakeBss, as_pcap: AsPcap, listen_command: Run, tmp_path: Path
) -> None:
    capture = tmp_path / "walk.pcap"
    capture.write_bytes(as_pcap(walked(on_air(plan, bss))))
    done = listen_command(
        str(capture),
        "--plan",
        str(kit / "plan.json"),
        "--built",
        str(kit / "install.xlsx"),
        "--lang",
        "en",
        "--out",
        str(tmp_path / "out"),
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert b"All access points that were heard are as planned." in done.stdout
    assert b"Not as planned" not in done.stdout
    with (tmp_path / "out/listen.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert {row["ap_id"] for row in rows} == {p.access_point.id for p in plan.access_points}
    assert {row["role"] for row in rows} == {"ours"}
    found = json.loads((tmp_path / "out/listen.json").read_text(encoding="utf-8"))
    assert found["as_planned"] is True
    assert {b["rule"] for b in found["bss"]} == {"near"}


def test_faults_and_neighbours_are_told(
    kit: Path, plan: Plan, bss: MakeBss, as_pcap: AsPcap, listen_command: Run, tmp_path: Path
) -> None:
    second = channels(plan, radio_of(plan, 1))[0]
    frames = on_air(plan, bss, channel=161, width=20, middle=161)
    frames += [
        bss("3c:00:00:00:00:01", b"cafe\x1b[31m", channel=second[0], signal=-70, load=(4, 60)).beacon(),
        bss("00:a7:42:e8:01:08", b"school", channel=6, rate=1.0).beacon(),
    ]
    capture = tmp_path / "walk.pcap.gz"
    capture.write_bytes(gzip.compress(as_pcap(walked(frames))))
    done = listen_command(
        str(capture), "--plan", str(kit / "plan.json"), "--built", str(kit / "install.xlsx"), "--json"
    )
    assert done.returncode == 1, done.stderr.decode()
    found = json.loads(done.stdout)
    codes = {(f["code"], f["weight"]) for f in found["findings"]}
    assert {
        ("wrong_channel", "fault"), ("wrong_width", "fault"), ("radio_2g4_on", "fault"),
        ("foreign_co_channel", "warning"), ("slow_beacons", "warning"),
    } <= codes  # fmt: skip
    assert found["as_planned"] is False
    text = listen_command(str(capture), "--plan", str(kit / "plan.json"), "--built", str(kit / "install.xlsx"))
    assert text.returncode == 1
    assert "與計畫不符" in text.stdout.decode()
    assert "\x1b" not in text.stdout.decode()


def test_in_a_room_what_should_be_heard_is_known(
    kit: Path, plan: Plan, bss: MakeBss, as_pcap: AsPcap, listen_command: Run, tmp_path: Path
) -> None:
    room = next(r for r in plan.rooms if r.serving_ap is not None)
    silent = next(n for n, p in enumerate(plan.access_points) if p.access_point.id == room.serving_ap)
    frames = on_air(plan, bss)
    foreign = bss("3c:00:00:00:00:01", b"cafe", channel=channels(plan, radio_of(plan, silent))[0][0], signal=-90)
    frames[silent] = foreign.beacon()
    capture = tmp_path / "room.pcap"
    capture.write_bytes(as_pcap(walked(frames)))
    asked = (str(capture), "--plan", str(kit / "plan.json"), "--built", str(kit / "install.xlsx"), "--json")
    found = json.loads(listen_command(*asked, "--room", room.room_id).stdout)
    absent = [f for f in found["findings"] if f["code"] == "not_heard"]
    assert [(f["ap_id"], f["weight"]) for f in absent] == [(room.serving_ap, "fault")]
    assert -70 < absent[0]["value"] < -20
    anywhere = json.loads(listen_command(*asked).stdout)
    assert [f["weight"] for f in anywhere["findings"] if f["code"] == "not_heard"] == ["note"]
    wrong = listen_command(*asked, "--room", "no such room")
    assert wrong.returncode == 2
    assert "--room" in wrong.stderr.decode()


def test_a_site_is_held_against_as_far_as_it_is_known(
    bss: MakeBss, as_pcap: AsPcap, listen_command: Run, tmp_path: Path
) -> None:
    site = files.read_site(SITE)
    known = AccessPoint(
        id="OLD1", room_id=site.floors[0].rooms[0].id, mac="00:A7:42:E8:40:11",
        radios=(Radio(band="5", channel=44, width_mhz=20),),
    )  # fmt: skip
    files.write_site(tmp_path / "site.json", replace(site, access_points=(known,)))
    frames = [bss("00:a7:42:e8:40:12", channel=36).beacon(), bss("00:a7:42:e8:40:13", channel=1).beacon()]
    capture = tmp_path / "a.pcap"
    capture.write_bytes(as_pcap(walked(frames)))
    done = listen_command(str(capture), "--plan", str(tmp_path / "site.json"), "--json")
    assert done.returncode == 1, done.stderr.decode()
    found = [(f["code"], f["weight"]) for f in json.loads(done.stdout)["findings"]]
    assert found == [("wrong_channel", "fault"), ("not_listened", "note")]
    refused = listen_command(str(capture), "--plan", str(tmp_path / "site.json"), "--room", "x")
    assert refused.returncode == 2


def test_settings_and_options_name_our_networks(
    kit: Path, bss: MakeBss, as_pcap: AsPcap, listen_command: Run, tmp_path: Path
) -> None:
    capture, settings = tmp_path / "a.pcap", tmp_path / "s.toml"
    capture.write_bytes(as_pcap(walked([bss("3c:00:00:00:00:01", b"one", channel=165).beacon()])))
    settings.write_text('[network]\nssids = [{name = "one"}]\n', encoding="utf-8")
    for given in (("--settings", str(settings)), ("--ssid", "two", "--ssid", "one")):
        done = listen_command(str(capture), "--plan", str(kit / "plan.json"), *given, "--json")
        assert done.returncode == 1, done.stderr.decode()
        found = json.loads(done.stdout)
        assert [b["role"] for b in found["bss"]] == ["ours_unknown"]
        assert found["findings"][0]["code"] == "ours_elsewhere"
        alone = json.loads(listen_command(str(capture), *given, "--json").stdout)
        assert [b["role"] for b in alone["bss"]] == ["ours_unknown"]


def test_without_a_plan_the_air_is_told_and_nothing_is_wrong(
    bss: MakeBss, as_pcap: AsPcap, listen_command: Run, tmp_path: Path
) -> None:
    own = bss("02:00:00:00:01:00", "三年一班".encode(), channel=36, load=(3, 26))
    capture = tmp_path / "a.pcap"
    capture.write_bytes(as_pcap(walked([own.beacon(), own.data("06:11:22:33:44:55")])))
    done = listen_command(str(capture), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr.decode()
    assert "三年一班" in done.stdout.decode()
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    for text in (written, done.stdout.decode()):
        assert "11:22:33" not in text
        assert "112233" not in text


def test_standard_input_is_read_until_it_ends(bss: MakeBss, as_pcap: AsPcap, listen_process: Run) -> None:
    content = as_pcap(walked([bss("02:00:00:00:01:00").beacon()]))
    done = listen_process("-", "--json", stdin=content)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["n_frames"] == 58
    cut = listen_process("-", "--json", stdin=content[:-10])
    assert json.loads(cut.stdout)["n_frames"] == 57
    assert "註" in cut.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are waited for on other systems only")
def test_standard_input_that_stays_silent_ends_with_the_time(bss: MakeBss, as_pcap: AsPcap) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "wifiplan", "probe", "listen", "-", "--seconds", "1", "--json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(as_pcap(walked([bss("02:00:00:00:01:00").beacon()])))
    process.stdin.flush()  # and it stays open
    began = time.monotonic()
    answer = json.loads(process.stdout.read())
    process.stdin.close()
    process.stdout.close()
    assert process.wait(10) == 0
    assert answer["n_frames"] == 58
    assert time.monotonic() - began < 30


class TestRefusals:
    """One message, exit code 2, nothing written."""

    @pytest.mark.parametrize("lang", ["zh-TW", "en"])
    def test_what_is_no_capture(self, listen_command: Run, tmp_path: Path, lang: str) -> None:
        (tmp_path / "a.pcap").write_bytes(b"no capture at all, but long enough for one")
        done = listen_command(str(tmp_path / "a.pcap"), "--out", str(tmp_path / "out"), "--lang", lang)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert not (tmp_path / "out").exists()

    def test_a_capture_and_an_interface(self, listen_command: Run, tmp_path: Path) -> None:
        (tmp_path / "a.pcap").write_bytes(b"")
        assert listen_command(str(tmp_path / "a.pcap"), "-i", "mon0").returncode == 2

    @pytest.mark.parametrize("option", ["--built", "--room"])
    def test_options_that_need_a_plan(self, listen_command: Run, tmp_path: Path, option: str) -> None:
        (tmp_path / "a.pcap").write_bytes(b"")
        done = listen_command(str(tmp_path / "a.pcap"), option, str(tmp_path / "a.pcap"), "--lang", "en")
        assert done.returncode == 2
        assert "needs the plan" in done.stderr.decode()

    def test_an_answer_in_the_place_of_its_input(self, listen_command: Run, tmp_path: Path) -> None:
        (tmp_path / "listen.json").write_bytes(b"")
        done = listen_command(str(tmp_path / "listen.json"), "--out", str(tmp_path))
        assert done.returncode == 2
        assert (tmp_path / "listen.json").read_bytes() == b""

    @pytest.mark.skipif(sys.platform != "linux", reason="interfaces of Linux")
    def test_interfaces_that_are_none(self, listen_command: Run) -> None:
        absent = listen_command("-i", "nosuch0", "--lang", "en")
        assert absent.returncode == 2
        assert "there is no interface 'nosuch0'" in absent.stderr.decode()
        plain = listen_command("-i", "lo", "--lang", "en")
        assert plain.returncode == 2
        assert "not in monitor mode" in plain.stderr.decode()
        assert "a capture file" in plain.stderr.decode()  # what works without


@pytest.mark.data
def test_real_captures_are_listened_to(shared_data: Path, listen_command: Run) -> None:
    for name in ("80211-icmp.pcap", "wpa-test-decode.pcap", "capture_wds-01.cap", "owe.pcapng"):
        done = listen_command(str(shared_data / "pcaps" / name), "--json")
        assert done.returncode == 0, done.stderr.decode()
        assert json.loads(done.stdout)["bss"]


def test_packed_standard_input(bss: MakeBss, as_pcap: AsPcap, listen_process: Run) -> None:
    content = gzip.compress(as_pcap(walked([bss("02:00:00:00:01:00").beacon()])))
    assert json.loads(listen_process("-", "--json", stdin=content).stdout)["n_frames"] == 58


def test_a_capture_without_a_plan_needs_no_laws(bss: MakeBss, as_pcap: AsPcap, tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(as_pcap(walked([bss("02:00:00:00:01:00").beacon()])))
    code = (
        "import sys\nfrom wifiplan.cli import cli\n"
        f"try: cli.main(['probe', 'listen', {str(tmp_path / 'a.pcap')!r}], standalone_mode=False)\n"
        "except SystemExit: pass\n"
        "heavy = ('numba', 'scipy.optimize', 'matplotlib', 'scapy', 'starlette')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    assert done.stderr.decode().splitlines()[-1] == "[]"
