import pytest

from wifiplan.catalog.materials import material, materials
from wifiplan.errors import CatalogError

P2040 = [
    "concrete",
    "brick",
    "plasterboard",
    "wood",
    "glass",
    "ceiling_board",
    "chipboard",
    "plywood",
    "marble",
    "vinyl",
    "carpet",
    "metal",
]


def test_all_materials_of_p2040_and_those_of_schools_are_there() -> None:
    known = materials()
    assert all(not known[name].is_flat for name in P2040)
    assert all(known[name].is_flat for name in ("steel_door", "low_e_glass", "hollow_block", "table:brick"))


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        materials()["brick"] = materials()["wood"]


def test_metal_is_capped_at_40_db() -> None:
    assert material("metal").max_loss_db == 40
    assert material("steel_door").max_loss_db == 40


def test_masonry_has_a_spread_of_5_db_or_more() -> None:
    assert all(material(name).spread_db >= 5 for name in ("concrete", "brick", "hollow_block"))


def test_every_spread_is_marked_and_that_of_stone_is_5_db_or_more() -> None:
    for found in materials().values():
        assert found.spread_db > 0
        assert "spread" in found.source, found.name
        stone = ("concrete", "brick", "block", "heavy", "marble")
        assert found.spread_db >= 5 or not any(word in found.name for word in stone)


def test_losses_of_the_leader_are_the_same_on_every_band() -> None:
    for name, loss in (("table:drywall", 3), ("table:brick", 10), ("table:concrete", 12)):
        row = material(name)
        assert (row.loss_2g4_db, row.loss_5g_db, row.loss_6g_db) == (loss, loss, loss)


def test_an_unknown_material_names_the_known_ones() -> None:
    with pytest.raises(CatalogError, match=r"no material 'straw'") as error:
        material("straw")
    assert "concrete" in error.value.remedy
