"""A county whose rules of sharing out are compared is taken up again, also where schools kept their share after all."""

from pathlib import Path

import pytest

from wifiplan import files
from wifiplan.county import Desk, SchoolTask, Step, shares
from wifiplan.county.crew import Alone
from wifiplan.scheme.school import School
from wifiplan.study import Settings
from wifiplan.study.allocation import AllocationOptions
from wifiplan.study.outcomes import SchoolOutcome
from wifiplan.study.records import Plan


def write(plan: Plan, folder: Path, lang: str) -> None:
    files.write_text(folder / "n.txt", f"{plan.n_aps_allowed} {lang}")


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def compared(folder: Path, *, resume: bool) -> tuple[tuple[SchoolOutcome, ...], list[tuple[str, str, str]]]:
    tasks = [
        SchoolTask(
            school=School(stage="elementary", code=code, name=code, county="c", n_classes=2, n_students=20),
            n_class_sets=1, n_devices=9, settings=Settings(), folder=folder / "schools", lang="en",
            n_aps_allotted=n_aps,
        )
        for code, n_aps in (("000001", 0), ("000002", 4))
    ]  # fmt: skip
    steps: list[Step] = []
    asked = shares.Shares(n_aps=4, rule="most_classes", options=AllocationOptions(floor_share=0.0))
    outcomes, _ = shares.plan_compared(tasks, Desk(write=write, resume=resume, note=steps.append), Alone(), asked)
    return outcomes, [(step.task.school.code, step.kind, step.origin) for step in steps]


def test_what_was_compared_is_taken_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flips = [(True, False)]
    monkeypatch.setattr(shares, "_flips", lambda *_: flips[-1])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".ready-left").mkdir()
    first, steps = compared(tmp_path / "out", resume=False)
    assert ("000001", "again", "planned") in steps
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"schools", ".curves"}
    whole = tree(tmp_path / "out")
    assert whole["schools/elementary-000001/n.txt"] == b"0 en"

    second, steps = compared(tmp_path / "out", resume=True)
    assert {origin for _, _, origin in steps} == {"resumed"}
    assert len(steps) == 5
    assert (second, tree(tmp_path / "out")) == (first, whole)

    # killed while the school got its share back
    (tmp_path / "out" / "schools" / "elementary-000001" / "outcome.json").unlink()
    third, steps = compared(tmp_path / "out", resume=True)
    assert ("000002", "plan", "resumed") in steps
    assert (third, tree(tmp_path / "out")) == (first, whole)

    # by other schools' answers it would not keep its share now
    flips.append((False, False))
    compared(tmp_path / "out", resume=True)
    flipped = tree(tmp_path / "out")
    assert flipped["schools/elementary-000001/n.txt"] != b"0 en"
    compared(tmp_path / "new", resume=False)
    assert flipped == tree(tmp_path / "new")
