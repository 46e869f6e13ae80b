import importlib
import json
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner

from wifiplan.cli import cli, doctor, doctor_machine, doctor_trials
from wifiplan.cli.doctor_machine import TOOLS, Finding
from wifiplan.report.texts import LANGS, texts

FOUND = [
    Finding(group="trial", name="pdf", key="pdf", state="fails", detail="no font", needed=True),
    Finding(group="extra", name="segno", key="extra.probe", state="missing"),
    Finding(group="package", name="numpy", key="package", state="ok", detail="2.0", needed=True),
]


def test_this_machine_plans_and_the_answer_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["doctor", "--json", "--folder", str(tmp_path)])
    answer = json.loads(done.stdout)
    assert done.exit_code == 0, done.stdout
    assert answer["good"]
    tried = {found["name"]: found for found in answer["findings"] if found["group"] == "trial"}
    assert {"folder", "cache", "kernel", "solver", "pdf", "plan", "workbook", "workers", "port", "raw"} == set(tried)
    assert tried["plan"]["detail"].startswith("2 AP")
    assert not list(tmp_path.iterdir())


def test_what_is_needed_and_fails_ends_with_1_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_trials", lambda _: iter(FOUND))
    done = CliRunner().invoke(cli, ["doctor", "--lang", "en"])
    assert done.exit_code == 1
    assert "1 thing(s)" in done.stdout
    assert "pip install --force-reinstall typst" in done.stdout
    assert 'pip install "wifiplan[probe]"' in done.stdout


def test_a_package_that_cannot_be_loaded_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> object:
        raise ImportError(f"no numba for {name}")

    monkeypatch.setattr(doctor, "import_module", refuse)
    (found,) = doctor._trials(Path())
    assert (found.state, found.needed) == ("fails", True)
    assert "no numba" in found.detail
    assert importlib.import_module("wifiplan.cli.doctor_trials") is doctor_trials


def test_a_trial_that_goes_wrong_in_any_way_is_an_answer() -> None:
    found = doctor_trials._tried("kernel", lambda: str(1 / 0))
    assert (found.state, found.needed) == ("fails", True)
    assert "ZeroDivisionError" in found.detail


def test_versions_are_held_against_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["numpy>=999", "no-such-package-here>=1", 'segno>=1; extra == "probe"', 'ns3==3; extra == "bench"', "click"]
    monkeypatch.setattr(metadata, "requires", lambda _: asked)
    states = {f.name: (f.group, f.state) for f in doctor_machine.packages()}
    assert states["numpy"] == ("package", "fails")
    assert states["no-such-package-here"] == ("package", "missing")
    assert states["segno"][0] == "extra"
    assert states["click"] == ("package", "ok")
    assert "ns3" not in states


@pytest.mark.parametrize("lang", LANGS)
def test_every_finding_has_words_on_what_to_do(lang: str) -> None:
    keys = {f.key for f in (*doctor_machine.machine(Path()), *doctor_machine.packages(), *doctor_machine.tools())}
    keys |= {
        "import",
        "folder",
        "cache",
        "kernel",
        "solver",
        "pdf",
        "plan",
        "workbook",
        "workers",
        "port",
        "raw",
        "memory",
    }
    keys |= {f"tool.{name}" for name in TOOLS}
    keys |= {"memory"}
    assert not [key for key in keys - {"cores"} if f"doctor.{key}.do" not in texts(lang)]
