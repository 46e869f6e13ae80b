from pathlib import Path

import pytest

import wifiplan.catalog
from wifiplan.catalog.table import check, parse, rows, unknown
from wifiplan.errors import CatalogError

TABLES = sorted(path.stem for path in Path(wifiplan.catalog.__file__).parent.glob("data/*.csv"))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_every_table_names_its_source(name: str) -> None:
    table = rows(name)
    assert table
    assert all(row.cells["source"] for row in table)


def test_a_row_without_source_is_an_error() -> None:
    with pytest.raises(CatalogError, match=r"odd\.csv row 3: column 'source' is empty"):
        parse("odd", "name,source\na,book\nb,\n")


def test_a_row_of_the_wrong_length_is_an_error() -> None:
    with pytest.raises(CatalogError, match="row 2: has 3 cells, the header 2"):
        parse("odd", "name,source\na,book,more\n")


def test_bad_cells_are_all_noted_and_raised_once() -> None:
    (row,) = parse("odd", "x,y,z,flag,parts,source\nabc,,nan,maybe,a| b |,book\n")
    row.number("x")
    row.number("y")
    row.optional("z")
    row.flag("flag")
    assert row.words("parts") == ("a", "b")
    with pytest.raises(CatalogError) as error:
        check((row,))
    assert len(error.value.faults) == 5  # x twice: no number, and so none found


def test_unknown_lists_what_there_is() -> None:
    assert "a, b" in str(unknown("thing", "c", ("a", "b")))
