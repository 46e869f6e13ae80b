"""Many tries at once say what each says alone."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.catalog.spectrum import channels
from wifiplan.predict.capacity import load, room_share_r, room_shares_tr
from wifiplan.study.channel_moves import shares_after, shares_air
from wifiplan.study.scene import Powered

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(1, 5), st.integers(0, 7), st.integers(1, 9))
def test_shares_of_many_tries_equal_those_one_by_one(seed: int, n_i: int, n_r: int, n_at_once: int) -> None:
    random = np.random.default_rng(seed)
    counts_ir = random.random((n_i, n_r)) < 0.4
    # few different loads: equal ones stand at the border of the heaviest
    on_air_xr = random.integers(0, 4, (6, n_r)) / 4.0
    row_ti = random.integers(0, 6, (4, n_i))
    found = room_shares_tr(counts_ir, on_air_xr, row_ti, n_at_once=n_at_once)
    for share_r, row_i in zip(found, row_ti, strict=True):
        np.testing.assert_array_equal(share_r, room_share_r(counts_ir, on_air_xr[row_i], n_at_once=n_at_once))


@pytest.mark.parametrize("seed", range(4))
def test_a_move_says_what_the_load_on_those_channels_is(seed: int) -> None:
    random = np.random.default_rng(seed)
    n_a, n_r = 6, 9
    every = (*channels("TW", "5", 20), *channels("TW", "5", 40))
    now = tuple(every[k] for k in random.integers(0, len(every), n_a))
    heard = random.uniform(-100.0, -60.0, (n_a, n_a))
    powered = SimpleNamespace(heard_dbm_ab=np.maximum(heard, heard.T), given_ar=random.random((n_a, n_r)))
    counts_ar = random.random((n_a, n_r)) < 0.5
    moves = [(int(a), every[k]) for a in range(n_a) for k in random.integers(0, len(every), 3)]
    known = cast("Powered", powered)
    found = shares_after(known, now, moves, counts_ar, n_at_once=3)
    for share_r, (a, channel) in zip(found, moves, strict=True):
        after = (*now[:a], channel, *now[a + 1 :])
        alone = load(powered.given_ar, shares_air(known, after), n_at_once=3, counts_ir=counts_ar)
        np.testing.assert_allclose(share_r, alone.channel_share_r, rtol=0, atol=1e-12)
