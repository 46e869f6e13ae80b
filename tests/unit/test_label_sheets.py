import pytest

from wifiplan.catalog.label_sheets import A4_MM, LabelSheet, label_sheet, label_sheets
from wifiplan.errors import CatalogError


@pytest.mark.parametrize("sheet", label_sheets().values(), ids=lambda s: s.name)
def test_all_labels_lie_on_the_page_and_none_on_another(sheet: LabelSheet) -> None:
    right = sheet.left_mm + (sheet.n_columns - 1) * sheet.pitch_x_mm + sheet.width_mm
    bottom = sheet.top_mm + (sheet.n_rows - 1) * sheet.pitch_y_mm + sheet.height_mm
    assert right <= A4_MM[0] + 0.11
    assert bottom <= A4_MM[1] + 0.11
    assert sheet.pitch_x_mm >= sheet.width_mm
    assert sheet.pitch_y_mm >= sheet.height_mm
    assert sheet.name.startswith(f"{sheet.n_columns}x{sheet.n_rows}-{sheet.width_mm:g}x{sheet.height_mm:g}")


@pytest.mark.parametrize("sheet", label_sheets().values(), ids=lambda s: s.name)
def test_sheets_are_as_good_as_centred(sheet: LabelSheet) -> None:
    """A wrong margin would show here: makers centre their grids within two millimetres."""
    right = sheet.left_mm + (sheet.n_columns - 1) * sheet.pitch_x_mm + sheet.width_mm
    assert abs(A4_MM[0] - right - sheet.left_mm) <= 4.0


def test_an_unknown_sheet_names_the_known_ones() -> None:
    with pytest.raises(CatalogError, match="no label sheet '9x9'") as caught:
        label_sheet("9x9")
    assert "3x8-70x37" in caught.value.remedy
