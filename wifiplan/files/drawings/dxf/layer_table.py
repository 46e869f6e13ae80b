"""A user's table of layers: what each means, of what its walls are, how thick they are."""

from collections.abc import Mapping
from pathlib import Path

from wifiplan.catalog.layer_words import meaning
from wifiplan.catalog.materials import materials
from wifiplan.errors import DrawingError, Fault, RosterError
from wifiplan.files.drawings.records import LayerMeaning
from wifiplan.files.tables import read_table

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "layer": ("layer", "layers", "圖層", "图层", "圖層名稱"),
    "means": ("means", "meaning", "kind", "意義", "用途", "種類"),
    "material": ("material", "材料", "材質"),
    "thickness_m": ("thickness_m", "thickness", "厚度", "厚度（公尺）", "厚度(公尺)"),
}
MEANINGS: Mapping[str, tuple[str, ...]] = {
    "wall": ("wall", "walls", "牆", "墙", "隔間"),
    "door": ("door", "doors", "門", "门"),
    "window": ("window", "windows", "窗"),
    "parapet": ("parapet", "矮牆", "女兒牆"),
    "column": ("column", "columns", "柱"),
    "glass": ("glass", "玻璃"),
    "room": ("room", "rooms", "area", "房間", "空間"),
    "text": ("text", "texts", "name", "文字", "名稱"),
    "ignore": ("ignore", "none", "skip", "略過", "忽略", "不用"),
}
MAX_THICK_M = 2.0
"""No wall is thicker; 120 is meant in millimetres."""


def read_layer_table(path: Path) -> Mapping[str, LayerMeaning]:
    """Return what a user says of layers.

    Parameters
    ----------
    path : Path
        A CSV, .xlsx or .ods with columns layer, means and, if wanted, material and thickness_m, in Chinese or English.

    Returns
    -------
    mapping of str to LayerMeaning
        By the layer's name as the drawing has it.

    Raises
    ------
    DrawingError
        All faults of the table at once.
    """
    try:
        cells = read_table(path).rows()
    except RosterError as error:
        raise DrawingError(error.problem, remedy=error.remedy, where=error.where, zh=error.zh) from error
    header = [cell.strip().lower() for cell in cells[0]]
    place = {
        name: next((header.index(word) for word in words if word in header), None) for name, words in COLUMNS.items()
    }
    if place["layer"] is None or place["means"] is None:
        raise DrawingError(
            "the table of layers has no column 'layer' or none 'means'",
            remedy="begin it with the line: layer,means,material,thickness_m",
            where=path.name,
            zh=("圖層表缺少「圖層」或「意義」欄", "第一列請寫：圖層,意義,材料,厚度"),
        )
    found: dict[str, LayerMeaning] = {}
    faults: list[Fault] = []
    for number, row in enumerate(cells[1:], start=2):
        cell = {name: row[n].strip() if n is not None and n < len(row) else "" for name, n in place.items()}
        if any(cell.values()):
            _read(cell, f"row {number}", found, faults)
    if faults:
        raise DrawingError(
            f"the table of layers has {len(faults)} faults",
            remedy=f"means is one of {', '.join(MEANINGS)}; material a name of the catalogue; thickness in metres",
            where=path.name,
            faults=faults,
            zh=(
                f"圖層表有 {len(faults)} 處錯誤",
                "「意義」請填牆、門、窗、矮牆、柱、玻璃、房間、文字或略過；厚度以公尺計",
            ),
        )
    return found


def _read(cell: Mapping[str, str], where: str, found: dict[str, LayerMeaning], faults: list[Fault]) -> None:
    """Read one row, or note its faults."""
    layer, word = cell["layer"], cell["means"].lower()
    means = next((means for means, words in MEANINGS.items() if word in words), None)
    material = _material(cell["material"])
    thickness = _thickness(cell["thickness_m"])
    before = len(faults)
    if not layer:
        faults.append(Fault(where=where, problem="no layer is named"))
    elif layer in found:
        faults.append(Fault(where=where, problem=f"layer '{layer[:60]}' stands there twice"))
    if means is None:
        faults.append(Fault(where=where, problem=f"unknown meaning '{cell['means'][:60]}'"))
    if cell["material"] and material is None:
        faults.append(Fault(where=where, problem=f"unknown material '{cell['material'][:60]}'"))
    if cell["thickness_m"] and thickness is None:
        said = f"'{cell['thickness_m'][:20]}' is no thickness in metres"
        faults.append(Fault(where=where, problem=said, remedy=f"between 0 and {MAX_THICK_M:g}"))
    if len(faults) == before and means is not None:
        found[layer] = LayerMeaning(means=means, material=material or _usual(means), thickness_m=thickness)


def _material(text: str) -> str | None:
    """Return the name of a material by its name, its Chinese name, or a word for it."""
    if not text:
        return None
    known = materials()
    if text in known:
        return text
    named = next((name for name, one in known.items() if one.name_zh == text), None)
    word = meaning(text, "material")
    return named or (word if word in known else None)


def _usual(means: str) -> str | None:
    return {"glass": "glass", "column": "concrete"}.get(means)


def _thickness(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value <= MAX_THICK_M else None
