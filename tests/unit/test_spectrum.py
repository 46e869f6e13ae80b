import json
from pathlib import Path

import numpy as np
import pytest

from wifiplan.catalog.spectrum import band_hz, center_hz, channels, countries, overlap_kl, widths_mhz
from wifiplan.errors import CatalogError

WIDTHS = (20, 40, 80, 160, 320)


@pytest.mark.data
def test_all_legal_channels_of_taiwan_equal_the_regulators_table(shared_data: Path) -> None:
    table = json.loads((shared_data / "spectrum" / "channels_tw.json").read_text(encoding="utf-8"))
    expected = {
        (r["band"], r["width"], r["ch"], r["mhz"] * 1e6, r["psc"], r["eirp"], r["dfs"], r["indoor"]) for r in table
    }
    found = {
        (c.band, c.width_mhz, c.number, c.center_hz, c.psc, c.max_eirp_dbm, c.dfs, c.indoor_only)
        for band in ("2.4", "5", "6")
        for width in WIDTHS
        for c in channels("TW", band, width, all_legal=True)
    }
    assert found == expected


@pytest.mark.parametrize(("width_mhz", "n", "n_without_dfs"), [(20, 25, 9), (40, 12, 4), (80, 6, 2), (160, 2, 0)])
def test_block_counts_of_5_ghz_in_taiwan(width_mhz: int, n: int, n_without_dfs: int) -> None:
    assert len(channels("TW", "5", width_mhz, all_legal=True)) == n
    assert len(channels("TW", "5", width_mhz, all_legal=True, dfs=False)) == n_without_dfs


def test_careful_defaults_of_taiwan() -> None:
    used = {c.number for width in WIDTHS for c in channels("TW", "5", width)}
    assert not used & {138, 142, 144}
    assert {c.max_eirp_dbm for c in channels("TW", "5", 20) if c.high_hz <= 5.25e9} == {23.0}
    assert [c.number for c in channels("TW", "2.4", 20)] == [1, 6, 11]


def test_6_ghz_of_taiwan() -> None:
    assert [len(channels("TW", "6", w)) for w in WIDTHS] == [24, 12, 6, 3, 2]
    assert [c.number for c in channels("TW", "6", 20) if c.psc] == [5, 21, 37, 53, 69, 85]
    assert {c.max_eirp_dbm for c in channels("TW", "6", 20)} == {23.0}
    assert all(c.indoor_only for c in channels("TW", "6", 80))


def test_density_limit_binds_narrow_channels_in_america() -> None:
    narrow, wide = channels("US", "6", 20)[0], channels("US", "6", 320)[0]
    assert narrow.max_eirp_dbm == pytest.approx(18.0, abs=0.05)
    assert wide.max_eirp_dbm == pytest.approx(30.0, abs=0.1)


@pytest.mark.parametrize(("country", "numbers"), [("US", 25), ("DE", 24), ("JP", 20), ("TW", 24)])
def test_20_mhz_channels_by_country(country: str, numbers: int) -> None:
    assert len(channels(country, "5", 20)) == numbers


def test_the_strictest_rule_holds_where_a_channel_spans_two() -> None:
    (channel,) = (c for c in channels("TW", "5", 160) if c.number == 50)
    assert channel.dfs
    assert channel.max_eirp_dbm == 23.0


def test_overlap_of_mixed_widths() -> None:
    wide, narrow = channels("TW", "5", 80)[0], channels("TW", "5", 20)
    overlap = overlap_kl((wide, *narrow[:5]))
    assert overlap[0].tolist() == [1, 1, 1, 1, 1, 0]
    assert np.array_equal(overlap, overlap.T)
    assert np.array_equal(np.diag(overlap), np.ones(6))


def test_overlap_of_neighbours_in_2_4_ghz_is_partial() -> None:
    overlap = overlap_kl(channels("TW", "2.4", 20, all_legal=True))
    assert overlap[0, :6].tolist() == [1, 0.75, 0.5, 0.25, 0, 0]


def test_bands_never_overlap() -> None:
    mixed = channels("TW", "2.4", 20)[:1] + channels("TW", "5", 20)[-1:] + channels("TW", "6", 320)[:1]
    assert np.array_equal(overlap_kl(mixed), np.eye(3))


def test_bands_and_widths() -> None:
    assert band_hz("TW", "6") == (5.945e9, 6.425e9)
    assert widths_mhz("TW", "5") == (20, 40, 80, 160)
    assert 5.945e9 < center_hz("6") < 6.425e9
    assert countries() == ("TW", "US", "DE", "JP")


def test_unknown_country_or_band_is_said() -> None:
    with pytest.raises(CatalogError, match="no country 'XX'"):
        channels("XX", "5", 20)
    with pytest.raises(CatalogError, match="no band of TW '7'"):
        channels("TW", "7", 20)
    with pytest.raises(CatalogError, match="no band '7'"):
        center_hz("7")
