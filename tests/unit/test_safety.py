import ipaddress
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan.catalog.load_caps import cap_sources, load_caps
from wifiplan.errors import ProbeError
from wifiplan.probe import safety
from wifiplan.probe.one_test import one_test, runtime_folder
from wifiplan.probe.safety import LoadStep, allow_list, check_load, dry_run_text, is_allowed, pinned

LOCAL = ["10.1.2.3", "172.16.0.1", "172.31.255.254", "192.168.0.9", "169.254.1.1", "127.0.0.1", "::1", "fe80::1"]
LOCAL += ["fd12:3456::1", "::ffff:192.168.1.1"]
OUTSIDE = ["8.8.8.8", "172.32.0.1", "172.15.255.255", "11.0.0.1", "192.169.0.1", "100.64.0.1", "2001:4860:4860::8888"]
OUTSIDE += ["192.0.2.1", "198.51.100.1", "198.18.0.1", "2001:db8::1", "fec0::1"]
TRICKS = ["0.0.0.0", "255.255.255.255", "224.0.0.1", "239.255.255.250", "ff02::1", "::", "::ffff:8.8.8.8"]  # noqa: S104 (none is bound)
TRICKS += ["64:ff9b::8.8.8.8", "64:ff9b::10.0.0.1", "64:ff9b:1::10.0.0.1", "2002:a00:1::1", "::10.0.0.1"]
TRICKS += ["2001:0:a00:1::1", "240.0.0.1", "", "x", "10.0.0.1.", "010.0.0.1", "0x0a000001", "167772161", "10.1"]


@pytest.mark.parametrize("address", LOCAL)
def test_local_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize("address", [*OUTSIDE, *TRICKS])
def test_everything_else_is_not(address: str) -> None:
    assert not is_allowed(address)


def test_an_allow_list_adds_the_schools_range_and_no_more() -> None:
    allowed = allow_list(["203.0.113.0/24", " 2001:db8:1::/48 "])
    assert is_allowed("203.0.113.7", allowed)
    assert is_allowed("::ffff:203.0.113.7", allowed)
    assert is_allowed("2001:db8:1::7", allowed)
    assert not is_allowed("203.0.114.7", allowed)


def test_an_allow_list_tells_all_its_faults_at_once() -> None:
    with pytest.raises(ProbeError) as caught:
        allow_list(["0.0.0.0/0", "203.0.113.0/24", "school", "::/0", "224.0.0.0/24"])
    assert [fault.where for fault in caught.value.faults] == ["0.0.0.0/0", "school", "::/0", "224.0.0.0/24"]


def test_a_public_target_is_refused() -> None:
    with pytest.raises(ProbeError, match=r"8\.8\.8\.8"):
        pinned("8.8.8.8", 80)
    assert pinned("8.8.8.8", 80, sending=False).address == "8.8.8.8"
    assert pinned("127.0.0.1", 80).address == "127.0.0.1"


def test_a_name_with_one_public_address_is_refused_and_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answers(name: str, port: int, **_: object) -> list[object]:
        asked.append(name)
        return [(socket.AF_INET, 2, 17, "", (address, port)) for address in ("192.168.1.9", "8.8.8.8")]

    monkeypatch.setattr(safety.socket, "getaddrinfo", answers)
    with pytest.raises(ProbeError, match=r"8\.8\.8\.8"):
        pinned("server.example", 80)
    target = pinned("server.example", 80, allowed=(ipaddress.ip_network("8.8.8.8/32"),))
    assert target.address == "192.168.1.9"
    assert asked == ["server.example"] * 2


@pytest.mark.parametrize("name", ["a..b", "x" * 300, "\udcff", "no-such-name.invalid"])
def test_a_name_without_address_is_one_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name.endswith("invalid"):  # asks nobody

        def answers(*_: object, **__: object) -> list[object]:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(safety.socket, "getaddrinfo", answers)
    with pytest.raises(ProbeError, match="no address"):
        pinned(name, 80)


def test_caps_hold_for_every_step_and_for_the_whole() -> None:
    check_load([LoadStep(n_streams=30, rate_mbps=4.0, duration_s=60.0)])
    with pytest.raises(ProbeError) as caught:
        check_load(
            [
                LoadStep(n_streams=1000, rate_mbps=100.0, duration_s=30.0),
                LoadStep(n_streams=1, rate_mbps=float("nan"), duration_s=float("inf")),
            ]
        )
    wheres = [fault.where for fault in caught.value.faults]
    assert wheres.count("step 1") == 3
    assert wheres.count("step 2") >= 2
    small = replace(load_caps(), max_bytes=1e6)
    with pytest.raises(ProbeError, match="GB"):
        check_load([LoadStep(n_streams=1, rate_mbps=4.0, duration_s=60.0)], small)


def test_every_cap_has_its_source() -> None:
    assert all(len(source) > 20 for source in cap_sources().values())


@pytest.mark.parametrize(("lang", "word"), [("zh-TW", "試算"), ("en", "Dry run")])
def test_a_dry_run_tells_the_load(lang: str, word: str) -> None:
    steps = [LoadStep(n_streams=n, rate_mbps=4.0, duration_s=30.0) for n in (8, 30)]
    text = dry_run_text(steps, "192.168.0.0/16", "en" if lang == "en" else "zh-TW")
    assert word in text
    assert "192.168.0.0/16" in text
    assert "120 Mbit/s" in text


def test_one_test_at_a_time(tmp_path: Path) -> None:
    with one_test("示範國小 201", folder=tmp_path):
        with pytest.raises(ProbeError, match="示範國小 201") as caught, one_test("other", folder=tmp_path):
            pytest.fail("a second test began")
        assert str(os.getpid()) in str(caught.value)
    with one_test("again", folder=tmp_path):
        pass


def test_the_lock_of_a_killed_test_is_free_again(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from wifiplan.probe.one_test import one_test\n"
        "with one_test('x', folder=Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(ProbeError, match="running already"), one_test("y", folder=tmp_path):
            pytest.fail("a second test began")
        holder.kill()
        holder.wait()
    with one_test("y", folder=tmp_path):
        pass


def test_a_lock_that_somebody_made_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep", encoding="utf-8")
    (tmp_path / "class-test.lock").symlink_to(victim)
    with pytest.raises(ProbeError, match="symbolic"), one_test("x", folder=tmp_path):
        pytest.fail("the link was followed")
    assert victim.read_text(encoding="utf-8") == "keep"


def test_the_runtime_folder_is_this_users_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = runtime_folder()
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="links and locks as Unix has them")
def test_what_stands_in_the_place_of_the_lock_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "class-test.lock").mkdir()
    with pytest.raises(ProbeError, match="cannot be made"), one_test("a", folder=tmp_path):
        pass
    (tmp_path / "wifiplan").touch()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(ProbeError, match="cannot be made"):
        runtime_folder()
