"""A survey in the making: steps undone, walks interpolated, cached scans left out; its journal outlives a torn line."""

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from wifiplan.errors import SurveyError
from wifiplan.files.surveys import dump_survey
from wifiplan.site.building import Floor, Room
from wifiplan.survey.freshness import Heard, judged
from wifiplan.survey.records import Sample, Survey
from wifiplan.survey.suggestions import progress
from wifiplan.survey.walk_record import Scan, WalkRecord, survey_of
from wifiplan.web import walk_journal, walk_link
from wifiplan.web.walk_journal import append, begin_event, cut, plain_scan, read, scan_of, stepped
from wifiplan.web.walk_link import Link, link_to

HEAD = Survey(name="校", device="A", started_at="2026-03-02T09:00:00+08:00")


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk_link, "PAUSE_S", 0.0)


def heard(level_dbm: float, *, bssid: str = "02:00:5e:00:53:01", band: str = "5", age_s: float | None = None) -> Heard:
    sample = Sample(floor=0, x_m=0, y_m=0, bssid=bssid, ssid="x", band=band, channel=36, rssi_dbm=level_dbm)
    return Heard(sample=sample, age_s=age_s)


def scan(level_dbm: float, time_s: float, *, cached: bool = False, band: str = "5") -> Scan:
    return Scan(samples=(heard(level_dbm, band=band).sample,), time_s=time_s, cached=cached)


def with_point(record: WalkRecord, x_m: float, found: Scan) -> WalkRecord:
    added = record.added(kind="point", floor=0, x_m=x_m, y_m=0.0, start_s=found.time_s)
    return added.scanned(added.n_added, found)


def test_a_walk_is_steady_and_one_step_to_undo() -> None:
    record = with_point(WalkRecord(), 1.0, scan(-50, 1.0)).added(kind="walk", floor=0, x_m=0, y_m=0, start_s=10.0)
    record = record.scanned(2, scan(-60, 12.0)).scanned(2, scan(-61, 17.5))
    assert {s.x_m for s in survey_of(record, HEAD).samples} == {1.0}
    ended = record.ended(2, to_x_m=20.0, to_y_m=10.0, end_s=20.0)
    assert [(s.x_m, s.y_m) for s in survey_of(ended, HEAD).samples[1:]] == [(4.0, 2.0), (15.0, 7.5)]
    assert len(ended.undone().items) == 1
    assert ended.undone().redone().items == ended.items


def test_a_note_during_a_walk_leaves_no_walk_without_end_behind() -> None:
    record = with_point(WalkRecord(), 1.0, scan(-50, 1.0)).added(kind="walk", floor=0, x_m=0, y_m=0, start_s=10.0)
    record = record.changed(1, note="door").scanned(2, scan(-60, 12.0)).ended(2, to_x_m=5, to_y_m=0, end_s=14.0)
    back = record.undone()
    assert back.items[0].note == ""
    assert back.items[1].end_s == 14.0


def test_ids_are_never_used_again() -> None:
    record = with_point(WalkRecord(), 1.0, scan(-50, 1.0)).undone()
    assert with_point(record, 2.0, scan(-50, 2.0)).items[0].id == 2


def test_cached_scans_count_only_when_a_person_says_so() -> None:
    record = with_point(with_point(WalkRecord(), 1.0, scan(-50, 1.0)), 2.0, scan(-50, 2.0, cached=True))
    survey = survey_of(record, HEAD)
    assert {s.x_m for s in survey.samples} == {1.0}
    assert survey.remarks == ("cached scans left out: 1",)
    told = survey_of(record.changed(2, accepted=True), HEAD)
    assert {s.x_m for s in told.samples} == {1.0, 2.0}
    assert told.remarks == ("cached scans used because the surveyor said so: 1",)
    assert len(survey_of(record.repeated(2, scan(-70, 3.0)), HEAD).samples) == 2


def test_a_band_in_which_nothing_was_heard_is_a_reading_too() -> None:
    record = with_point(with_point(WalkRecord(), 1.0, scan(-50, 1.0)), 2.0, scan(-80, 2.0, band="2.4"))
    record = with_point(record, 3.0, Scan(time_s=3.0))
    silent = [(s.x_m, s.band) for s in survey_of(record, HEAD).samples if s.rssi_dbm is None]
    assert silent == [(1.0, "2.4"), (2.0, "5"), (3.0, "5"), (3.0, "2.4")]


def test_what_was_heard_before_the_scan_is_left_out_and_counted() -> None:
    found = judged([heard(-50, age_s=0.3), heard(-60, bssid="b", age_s=9.0)], fresh_s=3.0, middle_s=5.0, before=())
    assert (len(found.samples), found.n_stale, found.cached) == (1, 1, False)
    assert judged([heard(-60, age_s=9.0)], fresh_s=3.0, middle_s=5.0, before=()).cached


def test_the_same_levels_twice_are_a_list_in_store() -> None:
    first = [heard(-50), heard(-60, bssid="b")]
    assert not judged(first, fresh_s=3, middle_s=1, before=()).cached
    assert judged(first, fresh_s=3, middle_s=2, before=[*reversed(first)]).cached
    assert not judged([heard(-51), first[1]], fresh_s=3, middle_s=2, before=first).cached
    assert not judged([], fresh_s=3, middle_s=2, before=()).cached


def test_a_torn_line_costs_the_last_step_only(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    added = {"do": "add", "kind": "point", "floor": 1, "x_m": 2.5, "y_m": 3.0, "start_s": 1.0}
    append(path, [begin_event(HEAD), added, {"do": "scan", "id": 1, "scan": plain_scan(scan(-55.5, 1.5))}])
    whole = read(path)
    assert whole is not None
    with path.open("ab") as file:
        file.write('{"do": "set", "id": 1, "note": "教'.encode()[:-1])
    torn = read(path)
    assert torn == whole
    assert torn is not None
    cut(path, torn.size)
    append(path, [{"do": "set", "id": 1, "note": "室"}])
    kept = read(path)
    assert kept is not None
    assert kept.record.items[0].note == "室"
    assert kept.record.items[0].scans[0].samples[0].rssi_dbm == -55.5
    assert dump_survey(survey_of(kept.record, kept.head)).count("\n") == 3


@pytest.mark.parametrize(
    "line",
    [
        b'{"do": "scan", "id": 1, "scan": {"t": 1e999, "cached": false, "stale": 0, "heard": []}}',
        b'{"do": "set", "id": 1, "x_m": "far"}',
        b'{"do": "fly", "id": 1}',
        b'{"do": "set", "id": 1, "photos": ["../x-photo-1-abcdef.jpg"]}',
        b"[[[[[[",
        b"\xff\xfe",
        b'{"do": "scan", "id": 1, "scan": {"t": 1, "cached": false, "stale": 0, "heard": [[1]]}}',
    ],
)
def test_a_damaged_journal_is_told_with_its_line(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "x.journal"
    append(path, [begin_event(HEAD)])
    with path.open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(SurveyError, match="line 2"):
        read(path)


def test_a_journal_of_nothing_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    assert read(path) is None
    path.write_bytes(b'{"do": "beg')
    assert read(path) is None


def test_every_step_survives_its_way_through_json() -> None:
    found = Scan(samples=(heard(-61.5).sample, heard(-70, bssid="b", band="2.4").sample), time_s=3.25, n_stale=2)
    assert scan_of(json.loads(json.dumps(plain_scan(found)))) == found
    with pytest.raises(KeyError):
        stepped(WalkRecord(), {"do": "delete"})
    assert walk_journal.MAX_BYTES > walk_journal.MAX_LINE


def test_the_connection_itself_is_a_reading_without_a_bssid() -> None:
    answers = iter([3.0, None, 2.0, 4.0, None, 5.0, 3.0, 3.0, 2.0, 9.0])
    found = Link(rtt_ms=lambda _: next(answers)).measured(scan(-50, 1.0), threading.Event())
    assert (found.delay_s, found.loss_share) == (0.003, 0.2)
    assert scan_of(json.loads(json.dumps(plain_scan(found)))) == found
    *_, link = survey_of(with_point(WalkRecord(), 1.0, found), HEAD).samples
    assert (link.bssid, link.rssi_dbm, link.delay_s, link.loss_share, link.x_m) == ("", None, 0.003, 0.2, 1.0)
    silent = Link(rtt_ms=lambda _: None).measured(scan(-50, 1.0), threading.Event())
    assert (silent.delay_s, silent.loss_share) == (None, 1.0)
    assert link_to("") is None
    assert link_to("127.0.0.1") is not None


def test_suggestions_fill_what_was_not_measured() -> None:
    room = Room(id="1", name="1", use="classroom", polygon=((0, 0), (9, 0), (9, 7), (0, 7)))
    store = Room(id="2", name="2", use="other", polygon=((0, 0), (2, 0), (2, 2), (0, 2)))
    floor = Floor(level=0, elevation_m=0, height_m=3.6, rooms=(room, store))
    (before,) = progress(floor, [])
    assert (before.n_needed, before.n_measured, len(before.places_m)) == (2, 0, 2)
    (after,) = progress(floor, [(2.5, 3.5), (1.0, 1.0)])
    assert after.n_measured == 1
    assert np.hypot(after.places_m[0][0] - 2.5, after.places_m[0][1] - 3.5) > 3
