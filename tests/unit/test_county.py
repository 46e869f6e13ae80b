"""`wifiplan.county`: workers that die cost only the school that kills them."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import json, os, sys
from pathlib import Path

from wifiplan.county import Desk, Engine, SchoolTask, hired, plan_schools
from wifiplan.scheme.school import School
from wifiplan.study import Settings


def write(plan, folder, lang):
    if folder.name == "elementary-000002":
        os._exit(9)  # as the system does when memory runs out


def task(n):
    school = School(stage="elementary", code=f"{n:06}", name=f"n{n}", county="c", n_classes=2, n_students=20)
    return SchoolTask(
        school=school, n_class_sets=1, n_devices=9, settings=Settings(), folder=Path(sys.argv[1]), lang="en"
    )


if __name__ == "__main__":
    seen = []
    with hired(Engine(n_workers=2)) as crew:
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
    assert [cause for _, _, cause in outcomes] == [None, "worker", None, None]
    assert int(n_seen) == 4
