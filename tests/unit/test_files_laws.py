from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan.errors import SettingsError
from wifiplan.files.laws import read_law, write_law
from wifiplan.radio.loss import LAWS, Law, MultiWallP2040


@pytest.mark.parametrize("name", list(LAWS))
def test_every_law_survives_the_disk(tmp_path: Path, name: str) -> None:
    write_law(tmp_path / "law.json", LAWS[name])
    assert read_law(tmp_path / "law.json") == LAWS[name]


def test_parameters_are_kept_exactly(tmp_path: Path) -> None:
    law = replace(MultiWallP2040(), wall_scale=0.1 + 0.2, offset_db=-1 / 3, max_wall_db=12.5)
    write_law(tmp_path / "law.json", law)
    assert read_law(tmp_path / "law.json") == law


def test_parts_may_be_combined(tmp_path: Path) -> None:
    law = Law(distance="p1238_office", walls="cost231", floors="none", offset_db=2.0)
    write_law(tmp_path / "law.json", law)
    assert '"combined"' in (tmp_path / "law.json").read_text(encoding="utf-8")
    assert read_law(tmp_path / "law.json") == law


def test_a_file_names_only_what_it_changes(tmp_path: Path) -> None:
    target = tmp_path / "law.json"
    target.write_text('{"law": "p2040_images", "parameters": {"exponent": 1.8, "walls": "cost231"}}', encoding="utf-8")
    assert read_law(target) == Law(n_images=32, exponent=1.8, walls="cost231")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"law": "inh", "parameters": {"walls": "brick"}}', '"brick" is not one of none, p2040'),
        ('{"law": "inh", "parameters": {"exponent": 2}}', "slopes of its own"),
        ('{"law": "inh", "parameters": {"name": "inh"}}', 'unknown key "name"'),
        ('{"law": "inh", "parameters": 3}', "should be an object"),
        ("{", "line 1"),
        ("[]", 'the keys "law" and "parameters"'),
        ('{"law": "itu"}', 'unknown law "itu"'),
        ('{"law": "inh", "parameters": {"foo": 1}}', 'unknown key "foo"'),
        ('{"law": "inh", "parameter": {}}', 'did you mean "parameters"?'),
        ('{"law": "p2040_multi_wall", "parameters": {"wall_scale": "1"}}', "wall_scale"),
        ('{"law": "p2040_multi_wall", "parameters": {"wall_scale": -1}}', "must not be negative"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, expected: str) -> None:
    target = tmp_path / "law.json"
    target.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_law(target)
    assert expected in str(caught.value)
