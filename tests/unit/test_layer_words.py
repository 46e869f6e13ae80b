import pytest

from wifiplan.catalog.layer_words import layer_words, meaning
from wifiplan.catalog.materials import materials


@pytest.mark.parametrize(
    ("name", "means", "material"),
    [
        ("WALL", "wall", None),
        ("A-WALL-FULL", "wall", None),
        ("A-Wall-Patt", "hatch", None),
        ("xref$0$A-WALL", "wall", None),
        ("ExteriorWalls", "wall", None),
        ("Wand (neu)", "wall", None),
        ("Innenwände", "wall", None),
        ("væg", "wall", None),
        ("外牆", "wall", None),
        ("RC牆", "wall", "concrete"),
        ("紅磚牆", "wall", "brick"),
        ("輕隔間牆", "wall", "plasterboard"),
        ("玻璃隔間", "glass", "glass"),
        ("A-GLAZ", "window", "glass"),
        ("A-GLAZ-CURT", "glass", "glass"),
        ("门", "door", None),
        ("門牌號", "text", None),
        ("門窗", "opening", None),
        ("Doors/Windows", "opening", None),
        ("Fenster", "window", None),
        ("女兒牆", "parapet", None),
        ("柱", "column", None),
        ("柱中心線", "axis", None),
        ("S-COLS", "column", None),
        ("07家具", "furniture", None),
        ("DIM_LEAD", "dimension", None),
        ("Plaster", "insulation", None),
        ("Base", None, None),
        ("0", None, None),
        ("<script>", None, None),
    ],
)
def test_names_of_layers_mean_what_their_drawers_meant(name: str, means: str | None, material: str | None) -> None:
    assert meaning(name) == means
    assert meaning(name, "material") == material


def test_blocks_have_words_of_their_own() -> None:
    assert [meaning(name, "block") for name in ("door 900 a", "door-handle", "wind 1400", "chair(top)", "z_49")] == [
        "door",
        "ignore",
        "window",
        "furniture",
        None,
    ]


def test_every_meaning_of_a_material_is_in_the_catalogue() -> None:
    assert {words.means for words in layer_words()["material"]} <= set(materials())
