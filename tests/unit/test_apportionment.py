from fractions import Fraction

import pytest

from wifiplan.errors import RosterError
from wifiplan.scheme.apportionment import METHODS, Method, share


def test_the_two_methods_differ_where_they_must() -> None:
    # Quotas 14.242, 2.410, 4.349: the largest fraction against 7270/14.5 = 501, 1230/2.5 = 492, 2220/4.5 = 493.
    weights = (7270, 1230, 2220)
    assert share(21, weights, method="largest_remainder") == (14, 3, 4)
    assert share(21, weights, method="webster") == (15, 2, 4)


@pytest.mark.parametrize("method", METHODS)
def test_ties_go_to_the_larger_weight_then_to_the_earlier_school(method: Method) -> None:
    assert share(1, (3, 3), method=method) == (1, 0)
    assert share(3, (1, 1, 1, 1), method=method) == (1, 1, 1, 0)
    # quotas 1.5 and 0.5: equal remainders, and in Webster equal priorities are broken the same way
    assert share(2, (3, 1), method="largest_remainder") == (2, 0)


@pytest.mark.parametrize("method", METHODS)
def test_floors_and_caps_hold_and_the_total_is_exact(method: Method) -> None:
    shares = share(100, (50, 30, 20, 0), method=method, floor_s=(0, 0, 30, 5), cap_s=(40, 40, 100, 100))
    assert sum(shares) == 100
    assert shares[3] == 5
    assert shares[0] == 40
    assert shares[2] >= 30
    assert share(7, (1, 2), method=method, floor_s=(3, 4)) == (3, 4)
    assert share(7, (1, 2), method=method, cap_s=(3, 4)) == (3, 4)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_and_nobody(method: Method) -> None:
    assert share(0, (1, 2), method=method) == (0, 0)
    assert share(0, (), method=method) == ()
    assert share(0, (0, 0), method=method) == (0, 0)
    assert share(3, (0, 4), method=method) == (0, 3)


@pytest.mark.parametrize("method", METHODS)
def test_money_to_thousands_of_schools_is_exact(method: Method) -> None:
    weights = [1 + (7 * s) % 61 for s in range(3633)]
    shares = share(50_000_000, weights, method=method)
    assert sum(shares) == 50_000_000
    quota = [Fraction(50_000_000 * w, sum(weights)) for w in weights]
    assert max(abs(a - q) for a, q in zip(shares, quota, strict=True)) < 1


def test_floats_are_taken_exactly() -> None:
    assert share(3, (0.5, 0.25, 0.75), method="webster") == (1, 0, 2)


@pytest.mark.parametrize(
    ("n_seats", "weights", "floors", "caps", "said"),
    [
        (3, (1, 1), (2, 2), None, "floors add up to 4"),
        (9, (1, 1), None, (4, 4), "caps of schools with classes allow 8"),
        (3, (0, 0), None, None, "allow 0"),
        (-1, (1,), None, None, "negative"),
        (1, (-1, 2), None, None, "negative"),
        (1, (1, 2), (0,), None, "1 floors"),
        (5, (1, 2), (2, 0), (1, 5), "floor is above its cap"),
        (1, (float("nan"),), None, None, "finite"),
        (1, (float("inf"),), None, None, "finite"),
    ],
)
def test_impossible_wishes_are_refused_with_their_reason(
    n_seats: int,
    weights: tuple[float, ...],
    floors: tuple[int, ...] | None,
    caps: tuple[int, ...] | None,
    said: str,
) -> None:
    with pytest.raises(RosterError, match=said):
        share(n_seats, weights, method="webster", floor_s=floors, cap_s=caps)


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(RosterError, match="dhondt"):
        share(1, (1,), method="dhondt")  # type: ignore[arg-type]
