"""What must hold for every placement and channel plan."""

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.design.channels import assign
from wifiplan.design.placement import Placement, place

CAP = 0.8
SEEDS = st.integers(0, 10_000)


def school(seed: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return loads (one room a hall at times), tiers and how candidates hear each other."""
    generator = np.random.default_rng(seed)
    n_candidates, n_rooms = generator.integers(1, 12), generator.integers(1, 10)
    load = generator.uniform(0.1, 0.9, (n_candidates, n_rooms))
    load[generator.random(load.shape) < 0.5] = np.inf
    if seed % 3 == 0:
        load[:, 0] = generator.uniform(0.9, 2.0, n_candidates)
    heard = generator.random((n_candidates, n_candidates))
    return load, generator.integers(0, 3, n_rooms), heard


def check_sound(load: npt.NDArray[np.float64], found: Placement) -> None:
    """Every room's airtime is there, no access point is over its cap, only chosen ones serve."""
    total = np.zeros(load.shape[0])
    shared = {r for _, r, _ in found.part_ir}
    for r, i in enumerate(found.serving_r):
        if i >= 0 and r not in shared:
            assert i in found.chosen_i
            total[i] += load[i, r]
    for r in shared:
        assert abs(sum(part for _, room, part in found.part_ir if room == r) - 1.0) < 1e-9
    for i, r, part in found.part_ir:
        assert i in found.chosen_i
        total[i] += part * load[i, r]
    assert (total <= CAP + 1e-6).all()
    assert found.verdict == "optimal"


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, n_aps=st.integers(0, 6))
def test_one_more_access_point_never_serves_fewer(seed: int, n_aps: int) -> None:
    load, tier, heard = school(seed)
    few = place(load, tier, n_aps=n_aps, max_share=CAP, heard_ij=heard)
    more = place(load, tier, n_aps=n_aps + 1, max_share=CAP, heard_ij=heard)
    check_sound(load, few)
    assert len(few.chosen_i) <= n_aps
    assert more.n_served_by_tier >= few.n_served_by_tier


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, n_aps=st.integers(1, 6))
def test_one_more_candidate_never_serves_fewer(seed: int, n_aps: int) -> None:
    load, tier, _ = school(seed)
    fewer = place(load[:-1], tier, n_aps=n_aps, max_share=CAP)
    more = place(load, tier, n_aps=n_aps, max_share=CAP)
    check_sound(load, more)
    assert more.n_served_by_tier >= fewer.n_served_by_tier
    if more.n_served_by_tier == fewer.n_served_by_tier:
        assert len(more.chosen_i) <= len(fewer.chosen_i)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, n_aps=st.integers(1, 6))
def test_order_of_rooms_and_candidates_does_not_matter(seed: int, n_aps: int) -> None:
    load, tier, heard = school(seed)
    generator = np.random.default_rng(seed)
    i, r = generator.permutation(load.shape[0]), generator.permutation(load.shape[1])
    one = place(load, tier, n_aps=n_aps, max_share=CAP, heard_ij=heard)
    other = place(load[np.ix_(i, r)], tier[r], n_aps=n_aps, max_share=CAP, heard_ij=heard[np.ix_(i, i)])
    assert one.n_served_by_tier == other.n_served_by_tier
    np.testing.assert_allclose(
        [value for _, value, _ in one.levels], [value for _, value, _ in other.levels], rtol=1e-6, atol=1e-9
    )


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, n_aps=st.integers(1, 6), exactly=st.booleans())
def test_fixed_access_points_stay_and_harm_nothing(seed: int, n_aps: int, *, exactly: bool) -> None:
    load, tier, heard = school(seed)
    fixed = (load.shape[0] - 1,)
    found = place(load, tier, n_aps=n_aps, max_share=CAP, heard_ij=heard, fixed_i=fixed, exactly=exactly)
    assert fixed[0] in found.chosen_i
    assert len(found.chosen_i) <= n_aps
    free = place(load, tier, n_aps=n_aps - 1, max_share=CAP, heard_ij=heard)
    assert found.n_served_by_tier >= free.n_served_by_tier
    if exactly and found.verdict != "infeasible":
        assert len(found.chosen_i) == n_aps


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, n_channels=st.integers(1, 4))
def test_one_more_channel_never_costs_more(seed: int, n_channels: int) -> None:
    generator = np.random.default_rng(seed)
    n_aps = int(generator.integers(1, 9))
    weight = np.triu(generator.integers(0, 9, (n_aps, n_aps)).astype(float), 1)
    few = assign(weight, np.eye(n_channels), effort=0.2)
    more = assign(weight, np.eye(n_channels + 1), effort=0.2)
    assert few.verdict == more.verdict == "optimal"
    assert more.cost <= few.cost
    assert few.bound == few.cost
