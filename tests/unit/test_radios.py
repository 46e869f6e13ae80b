import math
import re
from itertools import pairwise

import pytest

from wifiplan.catalog.radios import (
    ap_model,
    ap_models,
    device,
    devices,
    excluded_schemes,
    mcs_rows,
    mcs_table,
    phy_row,
    phy_table,
)
from wifiplan.errors import CatalogError


def test_generic_access_points_and_devices_are_there() -> None:
    assert {"ac-2x2", "ax-2x2", "ax-4x4", "axe-2x2", "be-2x2"} <= set(ap_models())
    assert {
        "tablet-11ac-1ss",
        "tablet-11ac-2ss",
        "tablet-11ax-2ss",
        "tablet-11n-1ss",
        "laptop-11ax-2ss",
        "tablet-11ax-2ss-6ghz",
        "tablet-11be-2ss",
    } <= set(devices())


def test_a_model_has_power_exactly_in_its_bands() -> None:
    for model in ap_models().values():
        for band in ("2.4", "5", "6"):
            if band in model.bands:
                assert model.max_eirp_dbm(band) > 10
            else:
                with pytest.raises(CatalogError, match="no radio"):
                    model.max_eirp_dbm(band)


def test_only_declared_devices_have_6_ghz() -> None:
    assert {d.name for d in devices().values() if "6" in d.bands} == {"tablet-11ax-2ss-6ghz", "tablet-11be-2ss"}


def test_snr_and_rate_rise_with_the_scheme() -> None:
    for standard, n in (("11n", 8), ("11ac", 10), ("11ax", 12), ("11be", 14)):
        schemes = mcs_rows(standard)
        assert [row.mcs for row in schemes] == list(range(n))
        for low, high in pairwise(schemes):
            assert low.min_snr_db < high.min_snr_db
            assert low.min_sensitivity_dbm < high.min_sensitivity_dbm
            assert low.modulation_bits * low.coding_rate < high.modulation_bits * high.coding_rate
    assert len(mcs_table()) == 44


def test_excluded_schemes_are_those_of_11ac() -> None:
    assert ("11ac", 20, 9, 1) in excluded_schemes()
    assert ("11ac", 20, 9, 3) not in excluded_schemes()
    assert all((standard, width) in phy_table() for standard, width, _, _ in excluded_schemes())


def test_unknown_names_are_said() -> None:
    for call, message in (
        (lambda: ap_model("magic"), "no access point model 'magic'"),
        (lambda: device("slate"), "no device 'slate'"),
        (lambda: mcs_rows("11z"), "no Wi-Fi standard '11z'"),
        (lambda: phy_row("11n", 80), "channel width"),
    ):
        with pytest.raises(CatalogError, match=message):
            call()


def test_power_over_all_chains_and_gain_make_the_eirp() -> None:
    for model in ap_models().values():
        assert model.n_chains >= model.streams
        for band in model.bands:
            eirp = model.max_eirp_dbm(band)
            chains = model.n_chains * 10 ** (model.chain_dbm(band, eirp) / 10)
            assert 10 * math.log10(chains) + model.antenna_gain_dbi(band) == pytest.approx(eirp)
            # what a chain of an indoor device sends: 10 to 100 mW
            assert 10.0 <= model.chain_dbm(band, eirp) <= 20.0
            assert 0.0 <= model.antenna_gain_dbi(band) <= 8.0
        for band in {"2.4", "5", "6"} - set(model.bands):
            with pytest.raises(CatalogError, match="no radio"):
                model.antenna_gain_dbi(band)


def test_the_powers_that_a_source_names_are_those_of_its_row() -> None:
    named = re.compile(
        r"EIRP (\d+) dBm.* = (\d+) dBm conducted over (?:both|four) chains \((\d+) dBm a chain\) \+ (\d+) dBi"
    )
    found = {m.name: named.search(m.source) for m in ap_models().values()}
    assert {name for name, match in found.items() if match} == {"ac-2x2", "ax-2x2", "ax-4x4", "n-2x2"}
    for name, match in found.items():
        if match is None:
            continue
        eirp, conducted, chain, gain = map(float, match.groups())
        model = ap_model(name)
        assert model.max_eirp_dbm("5") == eirp
        assert model.antenna_gain_dbi("5") == gain
        assert model.conducted_dbm("5", eirp) == conducted
        assert model.chain_dbm("5", eirp) == pytest.approx(chain, abs=0.05)
