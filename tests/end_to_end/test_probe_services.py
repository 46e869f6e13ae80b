"""`wifiplan probe services` as typed: what it refuses, and what it would ask; nothing is sent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from wifiplan.cli.probe import probe
from wifiplan.cli.probe_class import class_command
from wifiplan.cli.probe_services import services_command
from wifiplan.errors import ProbeError
from wifiplan.probe.one_test import one_test

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "floorplans" / "demo-elementary.json"


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wifiplan", "probe", "services", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **env},
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--dhcp", "30"), "--yes-take-leases"),
        (("--dhcp", "500", "--yes-take-leases"), "1<=x<=60"),
        (("--dns", "8.8.8.8"), "not an address inside the school"),
        (("--gateway", "router"), "is no address"),
        (("--peer", "10.0.0.1"), "ADDRESS:PORT"),
        (("--peer", "10.0.0.1:99999"), "ADDRESS:PORT"),
        (("--peer", "8.8.8.8:80"), "8.8.8.8"),
        (("--expect-subnet", "10.0.0.0/99"), "is no network"),
        (("--under-load",), "--county"),
        (("--county", "ftp://10.0.0.1"), "is no address of a server"),
        (("--county", "http://10.0.0.1:abc"), "is no address of a server"),
        (("--county", "http://8.8.8.8"), "8.8.8.8"),
        (("--name", "a..b"), "is no name of a host"),
        (("--allow", "0.0.0.0/0"), "wider than"),
        (("--mbps", "5000"), "<=x<=100"),
        (("--site", "facebook"), "cloud"),
    ],
)
def test_what_may_not_be_asked_is_refused_before_anything_is_sent(words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(services_command, ["--dry-run", "--lang", "en", *words])
    assert isinstance(done.exception, ProbeError | SystemExit)
    assert said in (str(done.exception) if isinstance(done.exception, ProbeError) else done.output)
    assert "Dry run" not in done.output


@pytest.mark.parametrize(
    ("words", "said"), [(("--gateway", "-f"), "is no address"), (("--dns", "8.8.8.8"), "inside the school")]
)
def test_a_class_test_watches_nothing_outside_the_school(words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(
        class_command,
        [str(PLAN), "--room", "A101", "--devices", "3", "--authorised-by", "x", "--dry-run", *words],
    )
    assert isinstance(done.exception, ProbeError)
    assert said in str(done.exception)
    assert not done.output


def test_a_token_that_is_none_is_refused_and_not_repeated() -> None:
    variables = {"WIFIPLAN_TOKEN": "secret-of-mine"}
    done = run("--dry-run", "--county", "http://10.0.0.1", **variables)
    assert done.returncode == 2
    assert "權杖" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret-of-mine" not in done.stderr + done.stdout


def test_a_dry_run_tells_everything_in_both_languages() -> None:
    words = ["--dry-run", "--gateway", "10.0.0.1", "--dns", "10.0.0.2", "--sites", "--portal", "--dhcp", "30"]
    words += ["--yes-take-leases", "--county", "http://10.9.9.9:8080", "--under-load", "--peer", "10.0.0.7:80"]
    english, chinese = CliRunner().invoke(services_command, [*words, "--lang", "en"]), run(*words)
    assert english.exit_code == chinese.returncode == 0
    for said in ("not one packet", "10.0.0.1", "10.0.0.2", "adl.edu.tw", "30 made-up", "10.9.9.9:8080", "10.0.0.7:80"):
        assert said in english.output
    assert "不會送出任何封包" in chinese.stdout
    assert len(english.output.splitlines()) == len(chinese.stdout.splitlines())


def test_the_schools_own_public_addresses_may_be_named() -> None:
    words = ["--dry-run", "--lang", "en", "--dns", "203.0.113.53"]
    assert isinstance(CliRunner().invoke(services_command, words).exception, ProbeError)
    done = CliRunner().invoke(services_command, [*words, "--allow", "203.0.113.0/24"])
    assert done.exit_code == 0
    assert "203.0.113.53" in done.output


def test_help_names_the_command() -> None:
    assert "services" in CliRunner().invoke(probe, ["--help"]).output


def test_leases_and_load_are_not_taken_beside_a_class_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with one_test("a class test"):
        # no such interface: nothing could be sent, were it tried
        words = ["--interface", "absent0", "--dhcp", "3", "--yes-take-leases"]
        done = CliRunner().invoke(services_command, words)
    assert isinstance(done.exception, ProbeError)
    assert "running" in str(done.exception)
