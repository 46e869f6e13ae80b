"""Projects that were made to harm, or are broken: one clear message each, or an account of what was left."""

import math
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import esx_samples as samples
from wifiplan.errors import DrawingError, ScaleError, WifiplanError
from wifiplan.files.drawings.esx import read_esx, read_esx_surveys
from wifiplan.files.site import dump_site, parse_site

Spoil = Callable[[samples.Members], None]


def _million(members: samples.Members) -> None:
    members["wallPoints.json"] = b'{"wallPoints": [' + b'{"id": "x", "status": "CREATED"},' * 1_000_000 + b"{}]}"
    del members["wallPoints"]


def _nested(members: samples.Members) -> None:
    members["areas.json"] = b'{"areas": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    del members["areas"]


def _cut(members: samples.Members) -> None:
    members["wallPoints.json"] = b'{"wallPoints": [{"id": "a", '
    del members["wallPoints"]


def _latin(members: samples.Members) -> None:
    members["project.json"] = '{"project": {"name": "\xe9cole"}}'.encode("latin-1")
    del members["project"]


def _types(members: samples.Members) -> None:
    members["floorPlans"][0]["width"] = "wide"
    members["accessPoints"][0] = 7
    members["areas"][0]["capacityItems"] = [{"deviceCount": 1.5}]


def _no_list(members: samples.Members) -> None:
    members["wallSegments.json"] = b'{"somethingElse": 1, "more": 2}'
    del members["wallSegments"]


def _far(members: samples.Members) -> None:
    for one in members["wallPoints"]:
        one["location"]["coord"]["x"] = 1e300


def _scale(value: float) -> Spoil:
    def spoil(members: samples.Members) -> None:
        for plan in members["floorPlans"]:
            plan["metersPerUnit"] = value

    return spoil


def _numbers(members: samples.Members) -> None:
    members["wallPoints.json"] = b'{"wallPoints": [{"id": ' + b"9" * 10_000 + b"}]}"
    del members["wallPoints"]


REFUSED: dict[str, tuple[Spoil, type[WifiplanError], str]] = {
    "a million wall points": (_million, DrawingError, "times its size|more than"),
    "nested without end": (_nested, DrawingError, "nested"),
    "cut off": (_cut, DrawingError, "not valid JSON"),
    "another encoding": (_latin, DrawingError, "not UTF-8"),
    "wrong types": (_types, DrawingError, "should be"),
    "no list": (_no_list, DrawingError, "no list"),
    "coordinates of 1e300": (_far, DrawingError, "far beyond"),
    "scale 0": (_scale(0.0), ScaleError, "unit_m"),
    "scale 1e9": (_scale(1e9), ScaleError, "km wide"),
    "scale NaN": (_scale(math.nan), DrawingError, "finite"),
    "a number of ten thousand digits": (_numbers, DrawingError, "digits"),
    "no plan": (lambda members: members.pop("floorPlans"), DrawingError, "no floor plan"),
    "too many plans": (lambda m: m.update(floorPlans=[{"id": str(n)} for n in range(400)]), DrawingError, "too many"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_broken_project_is_refused_in_one_message(kind: str, tmp_path: Path) -> None:
    spoil, error, reason = REFUSED[kind]
    members = samples.project()
    spoil(members)
    path = samples.pack(tmp_path / "bad.esx", members)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(error, match=reason) as caught:
        read_esx(path)
    assert caught.value.remedy
    assert len(str(caught.value)) < 5_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 600_000
    assert [p.name for p in tmp_path.iterdir()] == ["bad.esx"]


def test_many_points_that_are_packed_little_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "big.esx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("wallPoints.json", b'{"wallPoints": [' + b"{}," * 2_000_000 + b"{}]}")
        archive.writestr("floorPlans.json", b'{"floorPlans": [{"id": "a"}]}')
    with pytest.raises(DrawingError, match="more than any"):
        read_esx(path)


def _cyclic(members: samples.Members) -> None:
    one = members["wallSegments"][0]
    one["wallPoints"] = [one["id"], one["id"]]
    members["wallSegments"][1]["wallPoints"] = [members["wallSegments"][1]["wallPoints"][0]] * 2
    members["buildings"][0]["id"] = members["floorPlans"][0]["id"]
    members["project"]["projectAncestors"] = [members["project"]["id"]]
    members["referencePoints"] = [{"id": "r", "projections": [{"floorPlanId": "r", "coord": {"x": 1, "y": 1}}]}]


def _scripts(members: samples.Members) -> None:
    bad = '</script><img src=x onerror="alert(1)">\x1b[31m'
    for key in ("areas", "accessPoints", "floorPlans", "wallTypes", "floorTypes", "antennaTypes", "buildings"):
        for row in members[key]:
            row["name"] = bad
    members["project"]["name"] = bad
    members[bad.replace("/", "")[:40].replace("\x1b", "")] = [{"id": "x"}]


def _wild(members: samples.Members) -> None:
    for kind in members["wallTypes"]:
        kind |= {"thickness": -1.0, "lowerEdge": 9.0, "upperEdge": -4.0}
    members["wallTypes"][0] |= {"thickness": 1e9, "lowerEdge": -3.0, "upperEdge": 50.0}
    for row in members["buildingFloors"]:
        row |= {"height": 1e6, "thickness": -2.0, "floorNumber": 10**12, "floorTypeId": "nobody"}
    for radio in members["simulatedRadios"]:
        radio |= {"transmitPower": 1e6, "antennaHeight": -7.0, "antennaTilt": 1e5, "channel": [1, 2, 3, 999, -4]}
    ring = members["areas"][0]["area"]
    members["areas"][0]["area"] = [ring[0], ring[2], ring[1], ring[3]]
    members["areas"][1] |= {"area": ring, "capacityItems": [{"deviceCount": -5}, {"deviceCount": 10**9}]}
    members["areas"][2]["name"] = "gym 三年二班"
    members["areas"][2]["area"] = [{"x": 0, "y": 0}, {"x": 1000, "y": 0}, {"x": 1000, "y": 600}, {"x": 0, "y": 600}]


@pytest.mark.parametrize("spoil", [_cyclic, _scripts, _wild])
def test_odd_projects_are_read_as_far_as_they_make_sense(spoil: Spoil, tmp_path: Path) -> None:
    members = samples.project()
    spoil(members)
    got = read_esx(samples.pack(tmp_path / "odd.esx", members))
    site, faults = parse_site(dump_site(got.site))
    assert site == got.site
    assert not faults
    assert sum(len(floor.walls) for floor in got.site.floors) >= 2
    text = "\n".join(note.text() for part in (got.account.guessed, got.account.left) for note in part)
    assert "\x1b" not in text
    if spoil is _cyclic:
        assert "wallSegments × 1: it names a wall point that is not there" in text
        assert "wallSegments × 1: shorter than 1 cm" in text


def test_a_survey_of_nothing_but_unknown_bytes_is_refused(tmp_path: Path) -> None:
    members = samples.project()
    samples.add_survey(members, track=b"\x02\x01\x22\x00\x00")
    path = samples.pack(tmp_path / "in.esx", members)
    with pytest.raises(WifiplanError, match="unknown tag 0x22"):
        read_esx_surveys(path)
    assert read_esx(path).site.floors
