"""How a county's access points are shared out and the schools planned: by class count, or where they serve most."""

from collections.abc import Sequence
from dataclasses import replace

import click

from wifiplan.cli.county_engine import Progress, progress, stoppable
from wifiplan.cli.options import say
from wifiplan.county import Desk, Engine, SchoolTask, hired, plan_schools
from wifiplan.county.shares import Shares, plan_compared
from wifiplan.errors import SettingsError
from wifiplan.scheme.apportionment import Method, share
from wifiplan.scheme.entitlement import Entitlement
from wifiplan.scheme.options import Lang
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
    tasks: Sequence[SchoolTask], desk: Desk, shares: Shares | None, engine: Engine, lang: Lang
) -> tuple[tuple[SchoolOutcome, ...], Comparison | None, Progress]:
    """Plan the schools, with a progress bar on a terminal; compare the rules of sharing out where that is asked."""
    say(_opening(len(tasks), engine, lang))
    with progress(tasks, 1 if shares is None else 2, lang) as (state, note), stoppable(state), hired(engine) as crew:
        heard = replace(desk, note=note)
        if shares is None:
            return plan_schools(tasks, heard, crew), None, state
        return *plan_compared(tasks, heard, crew, shares), state


def _opening(n_tasks: int, engine: Engine, lang: Lang) -> str:
    if engine.scheduler is not None:
        where = (f"排程器 {engine.scheduler} 的各工作行程", f"by the workers of {engine.scheduler}")
    elif engine.n_workers == 0:
        where = ("本行程", "in this process")
    else:
        n = engine.n_workers
        where = (f"{n} 個行程", f"on {n} process{'es' if n > 1 else ''}")
    return f"規劃 {n_tasks} 處校舍，{where[0]} ……" if lang == "zh-TW" else f"planning {n_tasks} schools {where[1]} ..."
