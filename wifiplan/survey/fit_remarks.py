"""What a fit could not tell, and what looks wrong with the site or the survey."""

from collections.abc import Iterator, Sequence

import numpy as np

from wifiplan.errors import SiteError
from wifiplan.predict.coverage import bounds_m
from wifiplan.site.building import Site
from wifiplan.survey.estimates import Parameter
from wifiplan.survey.fit_solver import Solution
from wifiplan.survey.links import Links
from wifiplan.survey.matching import Matched

FAR_M = 30.0
"""Readings further than this from all that is drawn of their floor are no walk around the building [m]."""

STAYED = "stay near what was believed before"
"""By these words an answer that tells parameters by itself knows the remark that names them."""


def remarks(
    solution: Solution, parameters: Sequence[Parameter], found: Sequence[Links], matched: Matched, site: Site
) -> tuple[str, ...]:
    """Return what a fit could not tell, and what looks wrong with site or survey, in English."""
    said = list(matched.remarks)
    n_strangers, n_lost, n_bad = (
        sum(counts) for counts in zip(*((one.n_strangers, one.n_lost, one.n_bad) for one in found), strict=True)
    )
    for n, what in (
        (n_strangers, "readings are of no access point that the site knows: left out"),
        (n_lost, "readings are on floors that the site does not have: left out"),
        (n_bad, "readings have impossible levels or places: left out"),
    ):
        if n:
            said.append(f"{n} {what}")
    kept = [one for one in parameters if not one.is_learned and one.name != "power_db"]
    if kept:
        names = ", ".join(" ".join(filter(None, (one.name, one.of, one.band))) for one in kept)
        said.append(f"the readings tell too little of: {names}; they {STAYED}")
    odd = [key for key, one in zip(solution.problem.power_keys, solution.spreads.odd_q, strict=True) if one > 1.0]
    if odd:
        names = ", ".join(f"{key.of} ({key.band} GHz)" for key in odd[:8])
        said.append(f"readings of these access points don't fit their places; they may have moved: {names}")
    return (*said, *_silent(found, site), *_far(found, site))


def _silent(found: Sequence[Links], site: Site) -> Iterator[str]:
    """Tell access points that nobody heard in any band though they send in one that was listened to."""
    bands = {one.band for one in found}
    heard = {one.access_points[int(i)].id for one in found for i in np.unique(one.ap_n[one.heard_n])}
    names = [
        ap.id for ap in site.access_points if ap.id not in heard and any(radio.band in bands for radio in ap.radios)
    ]
    if names:
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        yield f"these access points were never heard: {', '.join(names[:8])}{more}; they may be off or elsewhere"


def _far(found: Sequence[Links], site: Site) -> Iterator[str]:
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
        yield (
            f"{n_far} of {n} places lie more than {FAR_M:g} m off the building; check that positions are metres from "
            "the plan's south-west corner"
        )
