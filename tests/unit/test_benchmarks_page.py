import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import packet_simulator, page, ray_tracer
from benchmarks.page import SECTIONS, Section, filled, printed
from wifiplan.errors import MissingError


def test_the_page_has_every_section_and_the_scripts_are_there() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    for section in SECTIONS:
        assert filled(text, section.name, "x") != text
        assert (page.ROOT / (section.module.replace(".", "/") + ".py")).is_file()
    assert set(re.findall(r"<!-- end of (\S+) -->", text)) == {"machine", *(s.name for s in SECTIONS)}


def test_a_section_is_filled_between_its_markers_alone() -> None:
    assert filled("a<!-- t -->old<!-- end of t -->b", "t", "new") == "a<!-- t -->\nnew\n<!-- end of t -->b"
    with pytest.raises(ValueError, match="no section u"):
        filled("a<!-- t --><!-- end of t -->", "u", "new")


def test_what_can_not_run_says_why(tmp_path: Path) -> None:
    assert "no-such-data" in printed(Section(name="t", module="benchmarks.page", data=tmp_path / "no-such-data"))
    said = printed(Section(name="t", module="benchmarks.page", arguments=("nonsense",)))
    assert said.startswith("Left out: no section nonsense; there are kernels")


def test_the_simulator_is_asked_for_what_the_model_is_asked() -> None:
    options = packet_simulator.SCENARIO.read_text(encoding="utf-8")
    for name in (*packet_simulator.OPTIONS, "load"):
        assert f'AddValue("{name}"' in options
    for run in packet_simulator.RUNS:
        cell = packet_simulator.question(packet_simulator.DEFAULTS | {"id": ""} | run)
        assert sum(c["count"] for c in cell["clients"]) == int(run.get("n", "1"))  # type: ignore[attr-defined]


def test_without_the_simulator_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_simulator.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingError, match="ns-3 is not installed"), packet_simulator.simulator():
        pass
    monkeypatch.setattr(ray_tracer, "_there", lambda _name: False)
    with pytest.raises(MissingError, match="Sionna RT is not installed"):
        ray_tracer.Sionna(ray_tracer.own_scene())


def test_the_ray_tracer_is_given_every_wall_where_it_stands() -> None:
    site = ray_tracer.own_scene().site
    xml = ray_tracer.mitsuba_xml(site)
    matrices = [np.array(m.split(), float).reshape(4, 4) for m in re.findall(r'<matrix value="([^"]+)"', xml)]
    n_walls = sum(len(floor.walls) for floor in site.floors)
    assert len(matrices) == n_walls + len(site.floors)
    # the corners of Mitsuba's rectangle are (±1, ±1, 0)
    wall, first = site.floors[0].walls[-1], matrices[n_walls - 1]
    corner = first @ (-1.0, -1.0, 0.0, 1.0), first @ (1.0, 1.0, 0.0, 1.0)
    np.testing.assert_allclose(corner[0][:3], (*wall.line[0], wall.bottom_m), atol=1e-4)
    np.testing.assert_allclose(corner[1][:3], (*wall.line[1], wall.top_m), atol=1e-4)
