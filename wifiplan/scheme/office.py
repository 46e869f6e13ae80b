"""The office for digital learning: its people and operations, and the rounding of money (六(三)5-6)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.scheme.options import EntitlementOptions
from wifiplan.scheme.school import School, Stage, base_school


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Full-time people of the office (六(三)5) and their cost."""

    n_schools: int
    n_advisers: int
    n_network: int
    n_admin: int
    cost_ntd: int

    @property
    def n_persons(self) -> int:
        """All of them."""
        return self.n_advisers + self.n_network + self.n_admin


def n_base_schools(schools: Sequence[School], options: EntitlementOptions) -> int:
    """Return the number of schools that staff and operations are computed from (A10, A15)."""
    counted = [s for s in schools if options.include_national or s.ownership != "national"]
    if options.count_schools == "rows":
        return len(counted)
    return len({base_school(s) for s in counted})


def staff(n_schools: int, options: EntitlementOptions) -> Staff:
    """Return the office's full-time people for a county of `n_schools`.

    >>> staff(32, EntitlementOptions())
    Staff(n_schools=32, n_advisers=1, n_network=1, n_admin=1, cost_ntd=2150000)
    """
    n_advisers = _people(n_schools, options.schools_per_adviser, options)
    n_network = min(options.max_network_staff, _people(n_schools, options.schools_per_network_staff, options))
    n_admin = (1 + sum(n_schools > tier for tier in options.admin_tiers)) if n_schools else 0
    cost = (
        n_advisers * options.adviser_cost_ntd
        + n_network * options.network_staff_cost_ntd
        + n_admin * options.admin_cost_ntd
    )
    if options.staff_prorated:
        cost = _half_up(cost * 11, 12)
    return Staff(n_schools=n_schools, n_advisers=n_advisers, n_network=n_network, n_admin=n_admin, cost_ntd=cost)


def operations_ntd(n_schools: int, options: EntitlementOptions) -> int:
    """Return the office's operations money.

    >>> [operations_ntd(n, EntitlementOptions()) for n in (30, 31, 59, 353, 930, 2000)]
    [1000000, 1010000, 1290000, 4230000, 10000000, 10000000]
    """
    if not n_schools:
        return 0
    more = max(0, n_schools - options.operations_base_schools) * options.operations_per_school_ntd
    return min(options.operations_cap_ntd, options.operations_base_ntd + more)


def mobile_learning_classes(stage: Stage, options: EntitlementOptions, *, first_time: bool, rural: bool) -> int:
    """Return the most classes that the 2017 mobile learning plan funds at a school (四 and 九).

    >>> mobile_learning_classes("junior", EntitlementOptions(), first_time=True, rural=True)
    1
    """
    caps = [4 if stage == "elementary" else 5]
    if options.mobile_caps == "minimum":
        caps += [2] if first_time else []
        caps += [1] if rural else []
    return min(caps)


def thousands(amount_ntd: int, options: EntitlementOptions) -> int:
    """Return NTD as whole thousands (A8).

    >>> thousands(1500, EntitlementOptions()), thousands(1499, EntitlementOptions())
    (2, 1)
    """
    if options.thousand_rounding == "up":
        return -(-amount_ntd // 1000)
    if options.thousand_rounding == "down":
        return amount_ntd // 1000
    return _half_up(amount_ntd, 1000)


def _people(n_schools: int, each: int, options: EntitlementOptions) -> int:
    if options.staff_rounding == "floor":
        return n_schools // each
    if options.staff_rounding == "round":
        return _half_up(n_schools, each)
    return math.ceil(n_schools / each)


def _half_up(amount: int, unit: int) -> int:
    return (2 * amount + unit) // (2 * unit)
