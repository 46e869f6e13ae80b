"""What a fit could not tell, and what looks wrong with the site or the survey."""

from collections.abc import Iterator, Sequence

import numpy as np

from wifiplan.errors import SiteError
from wifiplan.predict.coverage import bounds_m
from wifiplan.site.building import Site
from wifiplan.site.remark import Remark
from wifiplan.survey.estimates import Parameter
from wifiplan.survey.fit_solver import Solution
from wifiplan.survey.links import Links
from wifiplan.survey.matching import Matched

FAR_M = 30.0
"""Readings further than this from all that is drawn of their floor are no walk around the building [m]."""

MOST_NAMES = 8
"""Access points that a remark names: more are counted."""


def remarks(
    solution: Solution, parameters: Sequence[Parameter], found: Sequence[Links], matched: Matched, site: Site
) -> tuple[Remark, ...]:
    """Return what a fit could not tell, and what looks wrong with site or survey."""
    said = list(matched.remarks)
    n_strangers, n_lost, n_bad = (
        sum(counts) for counts in zip(*((one.n_strangers, one.n_lost, one.n_bad) for one in found), strict=True)
    )
    counted = (("fit_strangers", n_strangers), ("fit_lost", n_lost), ("fit_impossible", n_bad))
    said += [Remark(code=code, values=(str(n),)) for code, n in counted if n]
    kept = [one for one in parameters if not one.is_learned and one.name != "power_db"]
    if kept:
        names = ", ".join(" ".join(filter(None, (one.name, one.of, one.band))) for one in kept)
        said.append(Remark(code="fit_stayed", values=(names,)))
    odd = [key for key, one in zip(solution.problem.power_keys, solution.spreads.odd_q, strict=True) if one > 1.0]
    if odd:
        said.append(_named("fit_moved", [f"{key.of} ({key.band} GHz)" for key in odd]))
    return (*said, *_silent(found, site), *_far(found, site))


def _silent(found: Sequence[Links], site: Site) -> Iterator[Remark]:
    """Tell access points that nobody heard in any band though they send in one that was listened to."""
    bands = {one.band for one in found}
    heard = {one.access_points[int(i)].id for one in found for i in np.unique(one.ap_n[one.heard_n])}
    names = [
        ap.id for ap in site.access_points if ap.id not in heard and any(radio.band in bands for radio in ap.radios)
    ]
    if names:
        yield _named("fit_silent", names)


def _named(code: str, names: Sequence[str]) -> Remark:
    """Return a remark with names, the first few of many and the number of the rest."""
    listed = ", ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return Remark(code=code, values=(listed,))
    return Remark(code=f"{code}_more", values=(listed, str(len(names) - MOST_NAMES)))


def _far(found: Sequence[Links], site: Site) -> Iterator[Remark]:
    """Tell places that lie far off the building."""
    n_far, n = 0, 0
    for floor in site.floors:
        try:
            x_min, y_min, x_max, y_max = bounds_m(floor)
        except SiteError:
            continue
        places = [one.place_xyz_m_j[one.floor_j == floor.level, :2] for one in found]
        xy = np.concatenate([np.zeros((0, 2)), *places])
        off = np.maximum(np.maximum((x_min, y_min) - xy, xy - (x_max, y_max)), 0.0)
        n_far += int(np.sum(off.max(axis=1) > FAR_M)) if off.size else 0
        n += len(xy)
    if n_far:
        yield Remark(code="fit_far", values=(str(n_far), str(n), f"{FAR_M:g}"))
