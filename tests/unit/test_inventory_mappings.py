"""Mappings of columns that users keep."""

from pathlib import Path

import pytest

from wifiplan.catalog.inventories import FIELDS, mappings
from wifiplan.errors import InventoryError
from wifiplan.files.inventory_mappings import config_folder, read_mapping, save_mapping, saved_names


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIFIPLAN_CONFIG_DIR", str(tmp_path / "設定"))


def test_what_is_saved_is_read_again() -> None:
    columns = [("name", 'AP "主"\\名'), ("room", "位置"), ("room", "說明"), ("power_5g", "功率")]
    path = save_mapping("縣網中心", columns, brand="Ruckus", power="eirp")
    assert path.parent.parent == config_folder()
    found = read_mapping("縣網中心")
    assert found.columns == (("name", ('AP "主"\\名',)), ("room", ("位置", "說明")), ("power_5g", ("功率",)))
    assert (found.brand, found.power, saved_names()) == ("Ruckus", "eirp", ("縣網中心",))


def test_a_file_may_be_given_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('power = "conducted"\n[columns]\nroom = "Where"\n', encoding="utf-8")
    assert read_mapping(str(path)).columns == (("room", ("Where",)),)


def test_all_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('brnd = "x"\npower = "watts"\n[columns]\nrooom = "Where"\nname = 3\n', encoding="utf-8")
    with pytest.raises(InventoryError) as caught:
        read_mapping(str(path))
    text = str(caught.value)
    for part in ("brnd", "watts", "did you mean room", "header or a list"):
        assert part in text


@pytest.mark.parametrize("name", ["../x", "a/b", "", "ruckus", "x" * 80])
def test_names_that_cannot_be_used(name: str) -> None:
    with pytest.raises(InventoryError):
        save_mapping(name, [("name", "AP")])


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(InventoryError, match="did you mean ruckus"):
        read_mapping("rukus")


def test_the_usual_folder_without_the_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WIFIPLAN_CONFIG_DIR")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert config_folder() == tmp_path / "wifiplan"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    assert config_folder() == tmp_path / "Roaming" / "wifiplan"


def test_mappings_that_come_along_are_sound() -> None:
    for mapping in mappings().values():
        assert mapping.source
        assert mapping.title_zh
        assert mapping.title_en
        assert {field for field, _ in mapping.columns} <= set(FIELDS)
        assert set(mapping.keys) <= {field for field, _ in mapping.columns}
