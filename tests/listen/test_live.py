"""Live listening on a monitor interface without radio: rights, endings, losses. As root and as an ordinary user."""

import json
import os
import random
import shutil
import site
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.root, pytest.mark.waits]

Bed = Callable[..., dict[str, Any]]
MakeBss = Callable[..., Any]
NET_RAW = "-all,+net_raw"
NOBODY = ("--reuid=65534", "--regid=65534", "--clear-groups")
SETPRIV = shutil.which("setpriv") or ""
TRIAL = "import click, numpy, pydantic, subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"


@pytest.fixture(scope="module")
def ordinary() -> dict[str, Any]:
    """Return what a command of an ordinary user needs: an interpreter that such a user may run."""
    if not SETPRIV or os.geteuid() != 0:
        pytest.skip("needs root and setpriv")
    packages = [path for path in (*site.getsitepackages(), *sys.path) if path.endswith("-packages")]
    version = f"python3.{sys.version_info.minor}"
    for python in (sys.executable, shutil.which(version, path="/usr/bin:/usr/local/bin") or ""):
        environment = {"PYTHONPATH": os.pathsep.join(packages), "HOME": "/nonexistent"}
        tried = python and subprocess.run(
            [SETPRIV, *NOBODY, python, "-c", TRIAL],
            capture_output=True, env={**os.environ, **environment}, cwd="/", check=False,
        )  # fmt: skip
        if tried and tried.returncode == 0:
            return {"python": python, "environment": environment}
    pytest.skip("no interpreter that an ordinary user may run")


def as_nobody(*, with_right: bool) -> list[str]:
    rights = (
        [f"--inh-caps={NET_RAW}", f"--ambient-caps={NET_RAW}", f"--bounding-set={NET_RAW}"]
        if with_right
        else ["--inh-caps=-all", "--bounding-set=-all"]
    )
    return [SETPRIV, *NOBODY, *rights]


@pytest.fixture
def frames(bss: MakeBss) -> list[str]:
    own = bss("02:00:00:00:01:00", "教室".encode("big5"), channel=36, load=(3, 51))
    return [own.beacon().hex(), own.data("06:11:22:33:44:55").hex()]


ARGS = ["-i", "mon0", "--json", "--lang", "en", "--seconds"]


def is_free(status: dict[str, list[str]]) -> bool:
    """Return whether a process is an ordinary user without any capability who can get none."""
    sets = [status[f"Cap{name}"][0] for name in ("Inh", "Prm", "Eff", "Amb")]
    return (
        status["Uid"] == ["65534"] * 4
        and status["Gid"] == ["65534"] * 4
        and set(sets) == {"0" * 16}
        and (status["NoNewPrivs"] == ["1"] and status["Groups"] in ([], ["65534"]))
    )


def check_heard(done: dict[str, Any], note: str) -> dict[str, Any]:
    assert done["code"] == 0, done["err"]
    assert note in done["err"]
    assert done["left"] == []
    found: dict[str, Any] = json.loads(done["out"])
    (bss,) = found["bss"]
    assert (bss["ssid"], bss["channel"], bss["level"]["median_dbm"]) == ("教室", 36, -60)
    assert bss["load"]["n_stations"] == 3
    assert found["n_dropped"] == 0
    assert "11:22:33" not in done["out"]
    assert all(is_free(status) for who in done["status"].values() for status in who)
    assert done["status"]["helper"]
    assert done["status"]["analyser"]
    return found


def test_as_root_helper_and_analyser_step_down(monitor_bed: Bed, frames: list[str]) -> None:
    found = check_heard(monitor_bed(args=[*ARGS, "2"], frames=frames), "opened as root; all rights were given up")
    (channel,) = found["channels"]
    assert channel["dwell_s"] == found["seconds"] >= 2.0
    assert found["n_frames"] > 20


def test_under_sudo_they_become_who_called_it(monitor_bed: Bed, frames: list[str]) -> None:
    done = monitor_bed(
        args=[*ARGS, "0"], frames=frames, environment={"SUDO_UID": "4242", "SUDO_GID": "4243"}, action="interrupt"
    )
    assert done["code"] == 0, done["err"]
    for status in (*done["status"]["helper"], *done["status"]["analyser"]):
        assert (status["Uid"], status["Gid"], status["CapEff"]) == (["4242"] * 4, ["4243"] * 4, ["0" * 16])
        assert status["Groups"] == []
    assert json.loads(done["out"])["bss"][0]["ssid"] == "教室"


def test_as_an_ordinary_user_with_the_capability(monitor_bed: Bed, frames: list[str], ordinary: dict[str, Any]) -> None:
    done = monitor_bed(args=[*ARGS, "2"], frames=frames, before=as_nobody(with_right=True), **ordinary)
    check_heard(done, "opened with CAP_NET_RAW alone")


def test_as_an_ordinary_user_without_it(monitor_bed: Bed, frames: list[str], ordinary: dict[str, Any]) -> None:
    before = as_nobody(with_right=False)
    nowhere = {**ordinary, "environment": {**ordinary["environment"], "PATH": "/nonexistent"}}
    for given in (ordinary, nowhere):
        done = monitor_bed(args=[*ARGS, "2"], frames=frames, before=before, look=False, pump_s=1, **given)
        assert done["code"] == 2
        assert done["out"] == ""
        assert "Traceback" not in done["err"]
        for way in ("sudo wifiplan probe listen -i mon0", "setpriv", "dumpcap", "needs no right at all"):
            assert way in done["err"]


@pytest.fixture
def dumpcap() -> Iterator[str]:
    """Return a folder with a dumpcap that has the capability, as Debian sets it up for a group."""
    program, setcap = shutil.which("dumpcap"), shutil.which("setcap", path="/usr/sbin:/usr/bin")
    if program is None or setcap is None or os.geteuid() != 0:
        pytest.skip("needs dumpcap, setcap and root")
    folder = Path(tempfile.mkdtemp(prefix="listen-"))
    try:
        folder.chmod(0o755)
        copy = folder / "dumpcap"
        shutil.copy(program, copy)
        copy.chmod(copy.stat().st_mode | stat.S_IXOTH)
        if subprocess.run([setcap, "cap_net_raw,cap_net_admin+eip", str(copy)], check=False).returncode:
            pytest.skip("capabilities can't be set on files here")
        yield str(folder)
    finally:
        shutil.rmtree(folder)


def test_through_dumpcap(monitor_bed: Bed, frames: list[str], ordinary: dict[str, Any], dumpcap: str) -> None:
    environment = {**ordinary["environment"], "PATH": dumpcap}
    done = monitor_bed(
        args=[*ARGS, "3"], frames=frames, before=as_nobody(with_right=False)[:-1], look=False, pump_s=10,
        **{**ordinary, "environment": environment},
    )  # fmt: skip
    assert done["code"] == 0, done["err"]
    assert "through dumpcap" in done["err"]
    (bss,) = json.loads(done["out"])["bss"]
    assert bss["ssid"] == "教室"
    assert bss["n_beacons"] > 50


class TestEndings:
    @pytest.mark.parametrize("action", ["interrupt", "terminate"])
    def test_ctrl_c_shows_what_was_heard(self, monitor_bed: Bed, frames: list[str], action: str) -> None:
        done = monitor_bed(args=[*ARGS, "0"], frames=frames, action=action, act_after=1.0)
        found = check_heard(done, "")
        assert found["seconds"] < 60

    def test_a_killed_helper_ends_it_with_what_was_heard(self, monitor_bed: Bed, frames: list[str]) -> None:
        done = monitor_bed(args=[*ARGS, "30"], frames=frames, action="kill_helper", act_after=1.0)
        check_heard(done, "Listening ended early")

    def test_an_interface_that_goes_away_ends_it(self, monitor_bed: Bed, frames: list[str]) -> None:
        done = monitor_bed(args=[*ARGS, "30"], frames=frames, action="remove", act_after=1.0)
        check_heard(done, "Listening ended early")

    def test_a_killed_analyser_is_a_fault_and_the_helper_ends(self, monitor_bed: Bed, frames: list[str]) -> None:
        done = monitor_bed(args=[*ARGS, "30"], frames=frames, action="kill_analyser")
        assert (done["code"], done["left"]) == (2, [])
        assert "the analyser ended before it had an answer" in done["err"]
        assert "Traceback" not in done["err"]

    def test_a_killed_main_process_leaves_nobody_behind(self, monitor_bed: Bed, frames: list[str]) -> None:
        done = monitor_bed(args=[*ARGS, "30"], frames=frames, action="kill_main")
        assert (done["code"], done["left"]) == (-9, [])


class TestLoad:
    @pytest.mark.alone
    def test_10_000_frames_a_second_without_loss(self, monitor_bed: Bed, frames: list[str]) -> None:
        done = monitor_bed(args=[*ARGS, "0"], frames=frames, burst=20_000, rate=10_000, action="interrupt")
        found = check_heard(done, "")
        assert found["n_frames"] == done["sent"] == 20_000

    @pytest.mark.alone
    def test_frames_that_nobody_fetched_are_counted(self, monitor_bed: Bed, frames: list[str], bss: MakeBss) -> None:
        big = bss("02:00:00:00:01:00", channel=36).data("06:11:22:33:44:55", n_bytes=1400).hex()
        done = monitor_bed(
            args=[*ARGS, "0"], frames=[*frames, big], pump_s=0, action="stop_analyser", act_after=0.1, flood=60_000
        )
        assert done["code"] == 0, done["err"]
        found = json.loads(done["out"])
        assert found["n_dropped"] > 0
        assert found["n_frames"] > 0
        assert found["n_frames"] + found["n_dropped"] <= done["sent"]


@pytest.mark.parametrize("kind", [801, 802, 803])
def test_hostile_frames_end_no_analyser(monitor_bed: Bed, bss: MakeBss, kind: int) -> None:
    """The analyser is an ordinary user: what it had not loaded before would be out of its reach now."""
    chance = random.Random(kind)  # noqa: S311 (no secret)
    own = bss("02:00:00:00:01:00", b"\xa4\xa4\xff\xfe", channel=36, width=80, middle=42, load=(3, 51))
    good = [own.beacon(), own.beacon(subtype=5), own.data("06:11:22:33:44:55"), own.ack()]
    frames = [*good, *(chance.randbytes(chance.randrange(1, 400)) for _ in range(300))]
    for _ in range(1500):
        frame = bytearray(chance.choice(good))
        for _ in range(chance.randrange(1, 8)):
            frame[chance.randrange(len(frame))] = chance.randrange(256)
        frames.append(bytes(frame[: chance.randrange(1, len(frame) + 1)]))
    done = monitor_bed(
        args=[*ARGS, "0"],
        frames=[f.hex() for f in frames],
        kind=kind,
        burst=len(frames),
        rate=4000,
        action="interrupt",
    )
    assert done["code"] == 0, done["err"]
    found = json.loads(done["out"])
    assert found["n_frames"] == len(frames)
    assert found["n_dropped"] == 0


def test_progress_is_shown_on_a_terminal_only(monitor_bed: Bed, frames: list[str]) -> None:
    on_terminal = monitor_bed(args=[*ARGS, "1"], frames=frames, tty=True, look=False)
    assert "\rlistening for" in on_terminal["err"]
    assert json.loads(on_terminal["out"])["bss"]
    piped = monitor_bed(args=[*ARGS, "1"], frames=frames, look=False)
    assert "listening for" not in piped["err"]
    assert "\r" not in piped["err"]


class TestInterface:
    def test_the_only_monitor_is_taken(self, monitor_bed: Bed, frames: list[str]) -> None:
        done = monitor_bed(args=["--json", "--seconds", "1"], frames=frames, look=False)
        assert done["code"] == 0, done["err"]
        assert json.loads(done["out"])["source"] == "mon0"

    @pytest.mark.parametrize(
        ("plan", "word"),
        [
            ({"second": True}, "2 interfaces are in monitor mode"),
            ({"kind": 1}, "no interface is in monitor mode"),
            ({"up": False, "args": [*ARGS, "1"]}, "ip link set mon0 up"),
            ({"kind": 1, "args": [*ARGS, "1"]}, "mon0 is not in monitor mode"),
        ],
    )
    def test_what_can_not_be_listened_to_is_told(self, monitor_bed: Bed, plan: dict[str, Any], word: str) -> None:
        done = monitor_bed(
            **{"args": ["--lang", "en", "--seconds", "1"], "frames": [], "look": False, "pump_s": 0, **plan}
        )
        assert done["code"] == 2
        assert word in done["err"]
        assert "Traceback" not in done["err"]

    def test_plain_802_11_without_radiotap(self, monitor_bed: Bed, bss: MakeBss) -> None:
        bare = bss("02:00:00:00:01:00", b"bare", channel=11, radio=False).beacon().hex()
        done = monitor_bed(args=[*ARGS, "1.5"], frames=[bare], kind=801, look=False)
        assert done["code"] == 0, done["err"]
        found = json.loads(done["out"])
        assert [b["ssid"] for b in found["bss"]] == ["bare"]
        assert found["notes"] == ["no_radio", "no_signal"]


class TestHopping:
    def walk(self, bed: Bed, frames: list[str], folder: Path, body: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        program = folder / "iw"
        program.write_text(f'#!/bin/sh\necho "$@" >> {folder}/said\n{body}\n')
        program.chmod(0o755)
        path = {"PATH": f"{folder}:{os.environ['PATH']}"}
        return bed(
            args=[*ARGS, "2", "--hop", "--band", "2.4", "--dwell-ms", "150"], frames=frames, environment=path, **more
        )

    def test_channels_are_walked(self, monitor_bed: Bed, frames: list[str], tmp_path: Path) -> None:
        done = self.walk(monitor_bed, frames, tmp_path, "exit 0")
        assert done["code"] == 0, done["err"]
        said = (tmp_path / "said").read_text().splitlines()
        assert said[:4] == [f"dev mon0 set freq {f}" for f in (2412, 2437, 2462, 2412)]
        found = {c["frequency_mhz"]: c["dwell_s"] for c in json.loads(done["out"])["channels"]}
        assert found.keys() == {2412, 2437, 2462, 5180}
        assert 1.0 < sum(found.values()) < 1.2 * json.loads(done["out"])["seconds"]
        assert found[5180] == 0  # the bed's frames say that they came from there: nobody was there

    def test_without_the_right_it_stays_and_says_so(self, monitor_bed: Bed, frames: list[str], tmp_path: Path) -> None:
        refuse = 'echo "command failed: Operation not permitted (-1)" >&2; exit 255'
        done = self.walk(monitor_bed, frames, tmp_path, refuse)
        found = check_heard(done, "The channel can't be switched (command failed: Operation not permitted (-1))")
        assert [c["dwell_s"] for c in found["channels"]] == [found["seconds"]]
