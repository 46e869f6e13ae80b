from fractions import Fraction
from math import ceil, floor

from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.scheme.apportionment import METHODS, share

WEIGHTS = st.lists(st.integers(0, 80), min_size=1, max_size=12).filter(any)
METHOD = st.sampled_from(METHODS)
SOON = settings(max_examples=80, deadline=None)


@SOON
@given(WEIGHTS, st.integers(0, 500), METHOD)
def test_shares_sum_exactly_and_follow_the_weights(weights: list[int], n_seats: int, method: str) -> None:
    shares = share(n_seats, weights, method=method)
    assert sum(shares) == n_seats
    for a, w in zip(shares, weights, strict=True):
        for b, v in zip(shares, weights, strict=True):
            assert a >= b or w <= v
        assert w or not a


@SOON
@given(WEIGHTS, st.integers(0, 500))
def test_largest_remainder_stays_within_the_quota(weights: list[int], n_seats: int) -> None:
    for seats, weight in zip(share(n_seats, weights, method="largest_remainder"), weights, strict=True):
        quota = Fraction(n_seats * weight, sum(weights))
        assert floor(quota) <= seats <= ceil(quota)


@SOON
@given(st.data(), WEIGHTS)
def test_webster_never_takes_a_seat_back_when_there_is_one_more(data: st.DataObject, weights: list[int]) -> None:
    caps = [data.draw(st.integers(0, 30)) if w else 0 for w in weights]
    floors = [data.draw(st.integers(0, cap)) for cap in caps]
    for n_seats in range(sum(floors), sum(caps)):
        few = share(n_seats, weights, method="webster", floor_s=floors, cap_s=caps)
        more = share(n_seats + 1, weights, method="webster", floor_s=floors, cap_s=caps)
        assert all(a <= b for a, b in zip(few, more, strict=True))


@SOON
@given(WEIGHTS, st.integers(0, 300))
def test_webster_is_the_order_of_single_seats(weights: list[int], n_seats: int) -> None:
    seats = [0] * len(weights)
    for _ in range(n_seats):
        best = max(
            (s for s, w in enumerate(weights) if w),
            key=lambda s: (Fraction(2 * weights[s], 2 * seats[s] + 1), weights[s], -s),
        )
        seats[best] += 1
    assert share(n_seats, weights, method="webster") == tuple(seats)


@SOON
@given(st.data(), st.lists(st.integers(1, 200), min_size=1, max_size=9, unique=True), METHOD)
def test_the_order_of_schools_changes_nothing_without_ties(
    data: st.DataObject, weights: list[int], method: str
) -> None:
    order = data.draw(st.permutations(range(len(weights))))
    n_seats = data.draw(st.integers(0, 300))
    straight = share(n_seats, weights, method=method)
    turned = share(n_seats, [weights[s] for s in order], method=method)
    assert turned == tuple(straight[s] for s in order)


@SOON
@given(st.data(), WEIGHTS, METHOD)
def test_floors_and_caps_are_kept(data: st.DataObject, weights: list[int], method: str) -> None:
    floors = [data.draw(st.integers(0, 5)) for _ in weights]
    caps = [f + data.draw(st.integers(0, 9)) for f in floors]
    reach = sum(c if w else f for f, c, w in zip(floors, caps, weights, strict=True))
    n_seats = data.draw(st.integers(sum(floors), reach))
    shares = share(n_seats, weights, method=method, floor_s=floors, cap_s=caps)
    assert sum(shares) == n_seats
    assert all(f <= a <= c for f, a, c in zip(floors, shares, caps, strict=True))


@SOON
@given(WEIGHTS, st.integers(0, 300), st.integers(1, 50), METHOD)
def test_only_the_ratio_of_weights_counts(weights: list[int], n_seats: int, factor: int, method: str) -> None:
    scaled = [factor * w for w in weights]
    assert share(n_seats, weights, method=method) == share(n_seats, scaled, method=method)
