import csv
import importlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import county, engine, national, projection, scale, short_county, short_design, short_probe, short_radio
from benchmarks import table as summary
from benchmarks.page import ROOT
from benchmarks.rows import TITLES, Row, faster, from_json, left_out, markdown, to_json
from benchmarks.watched import watch
from wifiplan import files

ROW = Row(what="a | b", figure="1 s", peer="p: 2 s", ratio="2.0 x faster", source="benchmarks/x.py")
RUN = county.Run(
    n_schools=10, n_workers=1, n_classes=200, n_rooms=400, n_planned=10, n_resumed=0, n_pdf=10, code=0,
    wall_s=50.0, others_share=0.0,
    main_cpu_s=3.0, main_mb=300.0, workers_cpu_s=48.0, worker_mb=600.0, tasks_wall_s=42.0, tasks_cpu_s=40.0,
    largest_task_s=12.0, closing_s=1.0, bytes_written=10_000_000, failures={},
)  # fmt: skip
MORE = replace(
    RUN, n_schools=100, n_workers=1, n_rooms=4000, n_planned=100, wall_s=420.0, tasks_cpu_s=410.0, main_cpu_s=12.0,
    bytes_written=100_000_000,
)  # fmt: skip
ADDED = engine.Added(n_workers=2, start_s=5.0, empty_cpu_s=0.002, empty_pause_s=0.02, full_cpu_s=0.01, full_pause_s=0.1)
MODULES = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))
NEEDS = {"joint": "ortools", "planner": "playwright"}
"""Benchmarks that are nothing without their peer."""


@pytest.mark.parametrize("name", MODULES)
def test_every_benchmark_can_be_loaded(name: str) -> None:
    pytest.importorskip(NEEDS.get(name, "numpy"))
    assert importlib.import_module(f"benchmarks.{name}").__doc__


def test_a_row_travels_as_a_line_and_its_bars_do_not_break_the_table() -> None:
    line = to_json([ROW])
    assert "\n" not in line
    assert from_json(line) == (ROW,)
    shown = markdown([ROW, left_out("c", "scapy is not installed", "y")]).splitlines()
    assert shown[0] == f"| {' | '.join(TITLES)} |"
    assert [len(re.split(r"(?<!\\)\|", row)) for row in shown] == [len(TITLES) + 2] * 4
    assert "left out: scapy is not installed" in shown[3]


def test_a_ratio_says_who_is_faster() -> None:
    assert faster(2.0, 5.0) == "2.5 x faster"
    assert faster(1.0, 1234.0) == "1,234 x faster"
    assert faster(5.0, 2.0) == "2.5 x slower"


def test_both_tables_have_their_places_in_the_page() -> None:
    page = summary.PAGE.read_text(encoding="utf-8")
    built = scale.sections(summary.rebuilt(page, [ROW]), [RUN, MORE], ADDED)
    for name in ("machine", "summary", "scaling", "projection"):
        assert built.count(f"<!-- {name} -->") == 1
    assert "2.0 x faster" in built
    assert f"{projection.NATION:,} schools take" in built
    assert set(re.findall(r"<!-- end of (\S+) -->", page)) == {"machine", "summary", "scaling", "projection"}


def test_a_part_that_falls_over_keeps_what_it_had_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    said = (to_json([ROW]) + '\n[{"what": "cut').encode()
    for code, reason in ((0, None), (1, "boom"), (None, "not done in 90 s")):
        monkeypatch.setattr(summary, "bounded", lambda *_, code=code: (code, said, b"Traceback\nboom\n"))
        rest = [] if reason is None else [left_out("decoder: the rest", reason, "benchmarks/table.py")]
        assert list(summary.of_part("decoder")) == [ROW, *rest]
    assert "minutes are over" in summary.of_part("decoder", 1.0)[0].peer


@pytest.mark.waits
def test_what_hangs_ends_with_all_that_it_started(tmp_path: Path) -> None:
    sleep = f"import os,time; open({str(tmp_path / 'pid')!r},'w').write(str(os.getpid())); time.sleep(60)"
    main = f"import subprocess,sys; print('so far',flush=True); subprocess.run([sys.executable,'-c',{sleep!r}])"
    code, out, _ = summary.bounded([sys.executable, "-c", main], 6.0)
    assert (code, out.strip()) == (None, b"so far")
    deadline = time.monotonic() + 10.0
    while psutil.pid_exists(int((tmp_path / "pid").read_text())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_samples_of_every_size_have_the_same_mix() -> None:
    nation = national.made_nation(0)
    assert len(nation) == projection.NATION
    assert nation == national.made_nation(0)
    samples = {n: national.sample(nation, n) for n in (10, 100, 1000)}
    for n, found in samples.items():
        assert len({school.key for school in found}) == n
        assert sum(s.n_classes for s in found) / n == pytest.approx(20.3, abs=0.5)
        assert sum(s.remote for s in found) / n == pytest.approx(0.31, abs=0.1)
    assert national.sample(nation, len(nation) + 1) == national.sample(nation, len(nation))


def test_a_sample_is_read_as_it_was_written(tmp_path: Path) -> None:
    wanted = national.sample(national.made_nation(0), 10)
    national.write_roster(tmp_path / "roster.csv", wanted)
    found = files.read_rosters((tmp_path / "roster.csv",), join=None).schools
    assert {(s.key, s.n_classes, s.n_students, s.remote) for s in found} == {
        (s.key, s.n_classes, s.n_students, s.remote) for s in wanted
    }
    assert {s.county for s in found} == {national.COUNTY}


def test_quantiles_have_a_source() -> None:
    with national.QUANTILES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 4
    assert all(row["source"] and row["year"] for row in rows)
    for row in rows:
        values = [float(row[name]) for name in row if name.startswith("q")]
        assert values == sorted(values)


def test_a_watched_command_tells_its_processes_apart(tmp_path: Path) -> None:
    burn = "import time\nend=time.process_time()+1.3\nx=bytearray(60_000_000)\nwhile time.process_time()<end: pass\n"
    main = f"import subprocess,sys\nsubprocess.run([sys.executable,'-c',{burn!r}])\nprint('done')\nsys.exit(3)\n"
    found = watch([sys.executable, "-c", main], env={}, folder=tmp_path)
    assert (found.code, found.out.strip()) == (3, "done")
    assert len(found.worker_cpu_s) == 1
    assert found.worker_cpu_s[0] >= 1.0 > found.main_cpu_s
    assert found.worker_mb[0] > 60.0


def test_the_second_worker_and_the_time_a_room_stand_beside_their_run() -> None:
    pair = [RUN, MORE, replace(MORE, n_workers=2, wall_s=280.0)]
    assert county.efficiency(pair[2], pair) == pytest.approx(0.75)
    assert county.efficiency(pair[0], pair) is None
    assert county.efficiency(replace(pair[2], n_resumed=3), pair) is None
    assert "| 75% of ideal | 0% |" in county.table(pair)
    assert "| 1.02 |" in county.table(pair)
    said = [row for row, _ in short_county.rows(iter(pair))]
    assert "1.02 x the time a room" in said[1].ratio
    assert "1.50 x as fast as one worker" in said[2].ratio


def test_a_cluster_is_bound_by_workers_then_by_its_client() -> None:
    cost = projection.costs([RUN, MORE], ADDED)
    assert cost.work_s == pytest.approx(4.1)
    assert cost.client_s == pytest.approx(0.1)
    assert projection.most_workers(cost) == pytest.approx(42.0)
    few, many = projection.projected(cost, 2), projection.projected(cost, 256)
    assert (few.bound, many.bound) == ("the workers", "the client")
    assert few.seconds == pytest.approx(3633 * 4.2 / 2 + cost.start_s + cost.closing_s)
    assert many.seconds == pytest.approx(363.3 + cost.start_s + cost.closing_s)
    with pytest.raises(ValueError, match="no whole run"):
        projection.costs([replace(RUN, n_resumed=1), replace(MORE, n_resumed=5)], ADDED)


@pytest.mark.parametrize(
    "rows",
    [
        lambda: short_radio.kernels((40, 400)),
        lambda: short_design.channel_plans(((12, 3),)),
        lambda: short_probe.analyser(20),
    ],
)
def test_the_smallest_sizes_run(rows: Callable[[], Iterable[Row]]) -> None:
    found = list(rows())
    assert found
    assert all(row.ratio and row.source.startswith("benchmarks/") and (ROOT / row.source).is_file() for row in found)


def test_one_school_is_measured_from_outside(tmp_path: Path) -> None:
    school = min(national.made_nation(0), key=lambda s: (s.n_classes < 3, s.n_classes))
    run = county.measure((school,), 1, tmp_path, resume=False)
    assert (run.n_planned, run.n_pdf, run.failures) == (1, 1, {})
    assert run.n_rooms >= school.n_classes
    assert 0.0 < run.tasks_cpu_s < run.main_cpu_s + run.workers_cpu_s
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["totals"]["n_rooms"] == run.n_rooms
