"""How a county's access points are shared out and the schools planned: by class count, or where they serve most."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from wifiplan.cli.options import say
from wifiplan.county import SchoolTask, Writer, plan_schools
from wifiplan.county.shares import Shares, plan_compared
from wifiplan.errors import SettingsError
from wifiplan.scheme.apportionment import Method, share
from wifiplan.scheme.entitlement import Entitlement
from wifiplan.scheme.school import School
from wifiplan.study.allocation import AllocationOptions
from wifiplan.study.outcomes import ALLOCATION_RULES, AllocationRule, Comparison, SchoolOutcome

allocation_option = click.option(
    "--allocation",
    "rule",
    type=click.Choice(ALLOCATION_RULES),
    default="proportional",
    show_default=True,
    help="Share access points out by class count, as the ministry does, or where they serve most classrooms; the "
    "latter sets both side by side.",
)
compare_option = click.option(
    "--compare", is_flag=True, help="Plan by class count and say what sharing out for most classrooms would gain."
)
floor_option = click.option(
    "--floor-share",
    type=click.FloatRange(0.0, 1.0),
    default=AllocationOptions().floor_share,
    show_default=True,
    help="Fairness floor: the share of its proportional share, rounded up, that a school keeps at least.",
)


def shares_of(n_aps: int | None, rule: AllocationRule, floor_share: float, *, compare: bool) -> Shares | None:
    """Return what is to be shared out and compared, None where the ministry's rule stands alone.

    Raises
    ------
    SettingsError
        Nothing is there to be shared out.
    """
    if rule == "proportional" and not compare:
        return None
    if n_aps is None:
        raise SettingsError(
            "there are no access points to be shared out",
            remedy="give --aps, or --ap-budget and --ap-price",
            where="--compare" if rule == "proportional" else f"--allocation {rule}",
        )
    return Shares(n_aps=n_aps, rule=rule, options=AllocationOptions(floor_share=floor_share))


def proportional(
    schools: Sequence[School], entitlements: Sequence[Entitlement], n_aps: int | None, method: Method
) -> list[int | None]:
    """Return every school's access points (以班級數比例分配經費); None for schools that are not funded."""
    if n_aps is None:
        return [None] * len(schools)
    funded = [given.funded for given in entitlements]
    weights = [school.n_classes for school, ok in zip(schools, funded, strict=True) if ok]
    seats = iter(share(n_aps, weights, method=method))
    return [next(seats) if ok else None for ok in funded]


def planned(
    tasks: Sequence[SchoolTask], write: Writer, shares: Shares | None, n_workers: int
) -> tuple[tuple[SchoolOutcome, ...], Comparison | None]:
    """Plan the schools, with a progress bar on a terminal; compare the rules of sharing out where that is asked."""
    en = f"planning {len(tasks)} schools on {n_workers} process{'es' if n_workers > 1 else ''} ..."
    say(f"規劃 {len(tasks)} 處校舍，{n_workers} 個行程 ……" if tasks and tasks[0].lang == "zh-TW" else en)
    with _progress(len(tasks) if shares is None else 2 * len(tasks)) as done:
        if shares is None:
            return plan_schools(tasks, write, n_workers=n_workers, done=done), None
        return plan_compared(tasks, write, shares, n_workers=n_workers, done=done)


@contextmanager
def _progress(n_steps: int) -> Iterator[Callable[[object], None]]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=n_steps, label="schools", file=sys.stderr, show_pos=True) as bar:
        yield lambda _: bar.update(1)
