import pytest

from wifiplan.catalog.mac import CATEGORIES, CONVENTIONS, edca_row, mac_row
from wifiplan.catalog.radios import STANDARDS
from wifiplan.errors import CatalogError


def test_every_convention_knows_every_standard_and_category() -> None:
    for conventions in CONVENTIONS:
        for standard in STANDARDS:
            assert 0 < mac_row(conventions, standard).beacon_share < 0.01
        for category in CATEGORIES:
            assert edca_row(conventions, category).aifsn >= 2


def test_conventions_differ_in_what_the_simulator_leaves_out() -> None:
    ours, theirs = mac_row("standard", "11ac"), mac_row("ns-3", "11ac")
    assert ours.preamble_us == theirs.preamble_us + 4
    assert (ours.security_bytes, theirs.security_bytes) == (16, 0)


def test_unknown_rows_are_said() -> None:
    with pytest.raises(CatalogError):
        mac_row("ns-2", "11ac")
    with pytest.raises(CatalogError):
        edca_row("standard", "VO")
