from dataclasses import asdict

import pytest

from wifiplan.catalog.grants import figure, grant, grants
from wifiplan.errors import CatalogError
from wifiplan.scheme.options import EntitlementOptions, describe


def test_every_row_has_its_words_and_its_source() -> None:
    for row in grants():
        assert row.text
        assert row.source
        assert row.meaning_zh
        assert row.meaning_en


def test_every_option_is_a_row_and_its_default_is_the_row_s() -> None:
    assert [row.name for row in grants()] == list(asdict(EntitlementOptions()))
    assert not [row.name for row in describe(EntitlementOptions(), "zh-TW") if row.changed]


def test_every_ambiguity_of_the_text_is_an_option() -> None:
    assert {f"A{n}" for n in range(1, 16)} <= {row.point for row in grants()}


def test_an_unknown_figure_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(CatalogError, match="no_such"):
        grant("no_such")
    assert figure("cart_price_ntd") == 50_000
