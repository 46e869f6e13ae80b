"""Files of measured antennas, sound and faulty."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from wifiplan.errors import CatalogError, SiteError
from wifiplan.files import read_antenna, read_site, site_schema, write_site
from wifiplan.radio.antenna import pattern


def losses(tilt: int = 0) -> list[float]:
    return [min(12 * (min((a - tilt) % 360, (tilt - a) % 360) / 65) ** 2, 30.0) for a in range(360)]


def planet(gain: str = "GAIN 6.0 dBd") -> list[str]:
    across = [f"{a}.0 {loss:.2f}" for a, loss in enumerate(losses())]
    over = [f"{a}\t{loss:.2f}" for a, loss in enumerate(losses(tilt=10))]
    head = ["NAME Panel 65", "MAKE nobody", "FREQUENCY 5500", gain, "TILT ELECTRICAL"]
    return [*head, "HORIZONTAL 360", *across, "VERTICAL 360", *over]


def written(folder: Path, lines: list[str], name: str = "panel.msi") -> Path:
    path = folder / name
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        read_antenna(path)
    return [str(fault) for fault in caught.value.faults]


def test_a_planet_file_gives_name_gain_and_both_cuts(tmp_path: Path) -> None:
    found = read_antenna(written(tmp_path, planet()), facing="wall")
    assert (found.name, found.gain_dbi, found.facing) == ("Panel 65", 8.15, "wall")
    assert found.horizontal_db[65] == -12.0
    # its tilt looks down: ten degrees below the horizon is the strongest direction
    assert pattern(found).gain_db_ea[[80, 100], 0] == pytest.approx([0.0, -12 * (20 / 65) ** 2], abs=0.01)
    assert read_antenna(written(tmp_path, planet("gain 7 dBi"))).gain_dbi == 7.0
    assert read_antenna(written(tmp_path, planet("GAIN 6"))).gain_dbi == 8.15
    path = tmp_path / "old.pln"
    path.write_bytes("\n".join(planet("GAIN\t6,5 (dBi)")).replace("nobody", "G\u00fcnter").encode("latin-1"))
    assert (read_antenna(path).gain_dbi, read_antenna(path, facing="wall")) == (
        6.5,
        replace(found, gain_dbi=6.5, source="file old.pln"),
    )


def test_an_ant_file_begins_its_vertical_cut_straight_up(tmp_path: Path) -> None:
    across, over = losses(), losses()
    lines = [f"{-v:.3f}" for v in [*across, *over[-90:], *over[:-90]]]
    found = read_antenna(written(tmp_path, lines, "rod.ant"))
    assert found.name == "rod"
    assert found.vertical_db[0] == 0.0
    assert found.vertical_db[90] == found.vertical_db[270] == pytest.approx(-losses()[90], abs=1e-3)
    assert found.vertical_db.index(max(found.vertical_db)) == 0


def test_all_faults_of_a_file_come_at_once_with_their_lines(tmp_path: Path) -> None:
    lines = planet("GAIN much")
    lines[6] = "0.0 -3.0"
    lines[10] = "4.0 none"
    lines[20] = "90.0 1.0"
    lines[366] = "VERTICAL 181"
    found = "\n".join(faults(written(tmp_path, lines)))
    for word in (
        "line 4: 'much'",
        "line 7: a loss of -3",
        "line 11: '4.0 none'",
        "line 21: the angle 90",
        "values of 181",
    ):
        assert word.replace("values of 181", "a VERTICAL cut of 181") in found
    assert "the HORIZONTAL cut has 359 values" in found


def test_faults_of_an_ant_file(tmp_path: Path) -> None:
    lines = ["0.0"] * 719
    assert "719 lines, not 720" in "\n".join(faults(written(tmp_path, lines, "a.ant")))
    lines = ["0.0", "x", "3", *["0.0"] * 717]
    found = faults(written(tmp_path, lines, "a.ant"))
    assert [text.split(":")[0] for text in found] == ["line 2", "line 3"]
    lines = ["-9.0"] * 360 + ["0.0"] * 360
    assert [text[:8] for text in faults(written(tmp_path, lines, "a.ant"))] == ["in front", "behind t"]


@pytest.mark.parametrize("lines", [[], ["HORIZONTAL 360"], ["VERTICAL"], ["\x00" * 50], ["nan nan"] * 400])
@pytest.mark.parametrize("name", ["a.msi", "a.ant", "a.txt"])
def test_garbage_is_refused_with_a_sentence(tmp_path: Path, lines: list[str], name: str) -> None:
    assert faults(written(tmp_path, lines, name))


SITE = {
    "name": "s",
    "floors": [{"level": 0, "elevation_m": 0, "height_m": 3.2}],
    "access_points": [{"id": "a", "x_m": 1, "y_m": 1, "pattern": "panel"}],
}


def with_antennas(folder: Path, *antennas: object) -> Path:
    path = folder / "site.json"
    path.write_text(json.dumps(SITE | {"antennas": antennas}), encoding="utf-8")
    return path


def test_a_site_names_the_makers_file_and_keeps_its_cuts(tmp_path: Path) -> None:
    written(tmp_path, planet())
    item = {"file": "panel.msi", "name": "panel", "facing": "wall"}
    path = with_antennas(tmp_path, item)
    jsonschema.Draft202012Validator(site_schema()).validate(json.loads(path.read_text(encoding="utf-8")))
    site = read_site(path)
    (antenna,) = site.antennas
    assert antenna == replace(read_antenna(tmp_path / "panel.msi", facing="wall"), name="panel")
    write_site(tmp_path / "elsewhere.json", site)
    (tmp_path / "panel.msi").unlink()
    assert read_site(tmp_path / "elsewhere.json") == site


def test_faults_of_antenna_files_come_with_those_of_the_site(tmp_path: Path) -> None:
    written(tmp_path, [*planet()[:10], "4.0 none", *planet()[11:]])
    bad = [
        {"file": "panel.msi", "name": "panel"},
        {"file": "../panel.msi"},
        {"file": "nothing.msi", "name": "nothing"},
        {"file": "panel.msi", "facing": "floor", "name": "third"},
        {"file": "panel.msi", "mount": "wall"},
    ]
    with pytest.raises(SiteError) as caught:
        read_site(with_antennas(tmp_path, *bad))
    found = [str(fault) for fault in caught.value.faults]
    for where, problem in (
        ("antennas[0] panel.msi line 11", "is no angle and loss"),
        ("antennas[1]", "is not beside the site file"),
        ("antennas[2] nothing.msi", "cannot be read"),
        ("antennas[3]", '"floor" is not one of'),
        ("antennas[4]", 'unknown key "mount"'),
    ):
        assert any(text.startswith(where) and problem in text for text in found), (where, problem, found)
    assert not any("access_points" in text for text in found)


@pytest.mark.parametrize("antennas", [7, {"file": "x"}, [7], [{"file": 7}], [{"file": ""}], [[]]])
def test_antennas_of_any_shape_are_refused_in_sentences(tmp_path: Path, antennas: object) -> None:
    path = tmp_path / "site.json"
    path.write_text(json.dumps(SITE | {"antennas": antennas}), encoding="utf-8")
    with pytest.raises(SiteError):
        read_site(path)
