"""`wifiplan.county`: workers that die cost only the school that kills them; what is kept, and under which key."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan import files
from wifiplan.cli.county_engine import Progress, stoppable
from wifiplan.county import Desk, SchoolTask, Step, packed, plan_schools, troubles
from wifiplan.county.code import Code
from wifiplan.county.crew import Alone
from wifiplan.county.desk import FullDiskError, full_disk
from wifiplan.county.hand import hand
from wifiplan.county.key import content_key
from wifiplan.errors import ClusterError, OutputError, StoppedError
from wifiplan.files.county_records import RECORD_NAME, read_record
from wifiplan.scheme.school import School
from wifiplan.site.archetype import archetype
from wifiplan.study import Settings
from wifiplan.study.records import Plan

ROOT = Path(__file__).parents[2]
SCHOOL = School(stage="elementary", code="000001", name="a", county="c", n_classes=2, n_students=20)

SCRIPT = """
import json, os, sys, time
from pathlib import Path

import numpy as np

from wifiplan.county import Desk, Engine, SchoolTask, hired, plan_schools
from wifiplan.scheme.school import School
from wifiplan.study import Settings


def write(plan, folder, lang):
    if folder.name == "elementary-000002":
        os._exit(9)  # as the system does when memory runs out
    if folder.name == "elementary-000003":
        taken = np.ones(300_000_000)
        time.sleep(60)
        print(taken.sum())


def task(n):
    school = School(stage="elementary", code=f"{n:06}", name=f"n{n}", county="c", n_classes=2, n_students=20)
    return SchoolTask(
        school=school, n_class_sets=1, n_devices=9, settings=Settings(), folder=Path(sys.argv[1]), lang="en"
    )


if __name__ == "__main__":
    seen = []
    with hired(Engine(n_workers=2, memory_bytes=1_500_000_000)) as crew:
        outcomes = plan_schools([task(n) for n in range(1, 5)], Desk(write=write, note=seen.append), crew)
    print(json.dumps([[o.school.code, o.verdict, o.cause] for o in outcomes]), len(seen))
"""


def test_a_worker_that_dies_costs_only_its_own_school(tmp_path: Path) -> None:
    script = tmp_path / "many.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], check=False, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    text, _, n_seen = done.stdout.rpartition(" ")
    outcomes = json.loads(text)
    assert [code for code, _, _ in outcomes] == ["000001", "000002", "000003", "000004"]
    assert [cause for _, _, cause in outcomes] == [None, "worker", "memory", None]
    assert int(n_seen) == 4


def task(folder: Path, n_aps: int | None = 2, **school: object) -> SchoolTask:
    one = replace(SCHOOL, **school)
    return SchoolTask(
        school=one, n_class_sets=1, n_devices=9, settings=Settings(), folder=folder, lang="en", n_aps_allotted=n_aps
    )


def write(plan: Plan, folder: Path, lang: str) -> None:
    files.write_text(folder / "n.txt", f"{plan.n_new_aps} {lang}")
    if plan.n_new_aps > 1:
        files.write_text(folder / "more.txt", "more than one")


def asked(one: SchoolTask, *, resume: bool = False, again: bool = False) -> tuple[str, str]:
    """Return where the answer of a task is from, and what was written."""
    steps: list[Step] = []
    desk = Desk(write=write, resume=resume, note=steps.append)
    plan_schools([one], desk, Alone(), kind="again" if again else "plan")
    return steps[0].origin, (one.folder / one.name / "n.txt").read_text(encoding="utf-8")


def test_a_finished_school_is_taken_up_until_something_changes(tmp_path: Path) -> None:
    one = task(tmp_path)
    assert asked(one, resume=True) == ("planned", "2 en")
    assert asked(one, resume=True) == ("resumed", "2 en")
    assert asked(replace(one, school=replace(one.school, row=7)), resume=True)[0] == "resumed"
    assert asked(one)[0] == "planned"
    place = tmp_path / one.name
    (place / "mine.txt").write_text("a note", encoding="utf-8")
    assert asked(task(tmp_path, n_aps=1), resume=True) == ("planned", "1 en")
    # what the plan has no more goes, what people put there stays
    assert {path.name for path in place.iterdir()} == {RECORD_NAME, "mine.txt", "n.txt"}
    (place / "n.txt").write_text("altered", encoding="utf-8")
    assert asked(task(tmp_path, n_aps=1), resume=True) == ("planned", "1 en")


def test_a_school_that_fails_leaves_no_older_answer(tmp_path: Path) -> None:
    asked(task(tmp_path))
    steps: list[Step] = []
    plan_schools([task(tmp_path, n_classes=0)], Desk(write=write, resume=True, note=steps.append), Alone())
    assert [step.origin for step in steps] == ["failed"]
    assert not (tmp_path / "elementary-000001").exists()


def test_an_answer_that_takes_the_place_of_another_keeps_its_outcome(tmp_path: Path) -> None:
    first, second = task(tmp_path, n_aps=1), task(tmp_path, n_aps=2)
    asked(first)
    asked(second, again=True)
    record = read_record(tmp_path / first.name)
    assert record is not None
    assert record.earlier is not None
    steps: list[Step] = []
    desk = Desk(write=write, resume=True, note=steps.append)
    outcomes = plan_schools([first], desk, Alone(), finals=[second])
    assert [step.origin for step in steps] == ["resumed"]
    assert [outcome.n_aps_placed for outcome in outcomes] == [1]
    assert (tmp_path / first.name / "n.txt").read_text(encoding="utf-8") == "2 en"


def test_the_key_is_of_contents_and_not_of_places(tmp_path: Path) -> None:
    for name in ("one", "two"):
        files.write_site(tmp_path / name / "a.json", archetype(SCHOOL))
    one, two = (replace(task(tmp_path / name), site_path=tmp_path / name / "a.json") for name in ("one", "two"))
    assert content_key(packed(one), write) == content_key(packed(two), write)
    assert content_key(packed(one), write) != content_key(packed(one), None)
    files.write_site(tmp_path / "two" / "a.json", replace(archetype(SCHOOL), uplink_mbps=100.0))
    assert content_key(packed(one), write) != content_key(packed(two), write)
    settings = replace(one.settings, design=replace(one.settings.design, seed=1))
    assert content_key(packed(one), write) != content_key(packed(replace(one, settings=settings)), write)
    with pytest.raises(TypeError, match="no digest"):
        content_key(packed(one), object())


def test_a_worker_with_another_code_refuses() -> None:
    with pytest.raises(ClusterError, match="another wifiplan"):
        hand(b"", "tcp://elsewhere", Code(version="0", digest="0" * 64))


class Asked:
    """A client of a cluster, as far as it is asked what its workers are."""

    status = "running"
    scheduler = None

    def __init__(self, threads: dict[str, int], codes: dict[str, Code]) -> None:
        self._threads, self._codes = threads, codes

    def nthreads(self) -> dict[str, int]:
        return self._threads

    def run(self, _: object) -> dict[str, Code]:
        return self._codes


@pytest.mark.parametrize(
    ("threads", "codes", "said"),
    [
        ({"tcp://a": 1, "tcp://b": 4}, {}, "workers have more than one thread: tcp://b"),
        ({"tcp://a": 1}, {"tcp://a": Code(version="0.0.1", digest="f" * 64)}, "1 of 1 workers have another wifiplan"),
    ],
)
def test_workers_that_are_not_alike_are_refused(threads: dict[str, int], codes: dict[str, Code], said: str) -> None:
    from wifiplan.county.cluster import _check_alike  # noqa: PLC0415 (dask, which other tests do without)

    with pytest.raises(ClusterError, match=said):
        _check_alike(Asked(threads, codes), "tcp://elsewhere")  # type: ignore[arg-type]


def test_only_a_full_disk_ends_a_run(tmp_path: Path) -> None:
    held, full = OutputError("p", remedy="r"), OutputError("p", remedy="r")
    held.__cause__, full.__cause__ = PermissionError(13, "held"), OSError(28, "No space left on device")
    assert full_disk(held, tmp_path) is None
    found = full_disk(full, tmp_path / "not" / "made")
    assert isinstance(found, FullDiskError)
    assert "MB are free" in found.problem


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_run_is_stopped_by_every_signal_that_asks_for_it(name: str) -> None:
    state = Progress(n_schools=3, n_steps=3, size_left=9, lang="en")
    before = signal.getsignal(signal.Signals[name])
    with pytest.raises(StoppedError, match="0 of 3 schools are done"), stoppable(state):
        signal.raise_signal(signal.Signals[name])
    assert signal.getsignal(signal.Signals[name]) == before


def test_the_time_left_is_told_after_a_few_schools(tmp_path: Path) -> None:
    state = Progress(n_schools=5, n_steps=5, size_left=10, lang="en")
    for n in range(4):
        assert (state.seconds_left is None) == (n < 3)
        state.note(Step(task=task(tmp_path), outcomes=(), origin="failed" if n == 1 else "planned"))
    assert state.size_left == 2
    assert state.text().startswith("1 failed, about ")


@pytest.mark.parametrize(
    "error",
    [
        troubles.silent("tcp://a:1"),
        troubles.empty("tcp://a:1", 60.0),
        troubles.gone("tcp://a:1"),
        troubles.strange("tcp://a:1", ValueError("x")),
    ],
)
def test_troubles_of_a_cluster_are_told_in_chinese(error: ClusterError) -> None:
    said = error.text("zh-TW")
    assert "請這樣處理" in said
    assert error.problem not in said
    assert error.problem in error.text("en")
