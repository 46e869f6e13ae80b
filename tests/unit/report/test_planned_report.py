"""The report of a plan that was really computed, on the hand-drawn remote school."""

import shutil
import subprocess
from pathlib import Path

import pytest

from wifiplan import files, report, study
from wifiplan.report.texts import LANGS
from wifiplan.study.records import Plan

SITE = Path(__file__).parents[3] / "floorplans" / "demo-remote.json"


@pytest.fixture(scope="module")
def planned() -> Plan:
    return study.plan_site(files.read_site(SITE), study.Settings())


@pytest.mark.parametrize("lang", LANGS)
def test_a_real_plan_is_printed_with_all_its_rooms(planned: Plan, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "report.pdf"
    report.write_pdf(planned, path, lang=lang)
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("poppler-utils is not installed")
    text = subprocess.run([program, str(path), "-"], capture_output=True, check=True).stdout.decode("utf-8")
    assert planned.site.name in text
    assert all(room.name in text for room in planned.rooms if room.need)
    assert "{" not in text


@pytest.mark.parametrize("lang", LANGS)
def test_every_code_that_study_gives_has_words(planned: Plan, lang: str) -> None:
    summary = report.summarise(planned, lang)
    codes = {code.partition(":")[0] for code in planned.assumptions}
    assert not codes & set(summary.basis.assumptions)
    levels = {name for name, _, _ in planned.proof.levels}
    assert not any(line.startswith(tuple(levels)) for line in summary.basis.proof if levels)
