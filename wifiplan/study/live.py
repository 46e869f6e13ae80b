"""What if: a plan whose access points are hung elsewhere by hand, judged and drawn anew at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.audit import audit_site
from wifiplan.study.cables import drawn_cabinets, net_of
from wifiplan.study.fields import Fields
from wifiplan.study.hearing import hearing
from wifiplan.study.live_fields import LiveMaps
from wifiplan.study.live_places import Place, moved_points, moved_site
from wifiplan.study.live_points import changed, hung_as, new_runs
from wifiplan.study.live_stage import Stage, standing_scene
from wifiplan.study.live_verdicts import Bench
from wifiplan.study.planned_law import planned_law
from wifiplan.study.purchase import purchased
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom, Proof
from wifiplan.study.scene import scene
from wifiplan.study.today import passes_today

__all__ = ["Judged", "Live", "Place"]

EDITED = "edited"
"""The verdict of a plan that a hand changed: what the solver proved is no longer said of it."""

_BY_HAND, _MIDDLE = "edited_by_hand:", "existing_in_room_middle:"
"""Codes of assumptions with a count behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A plan with access points where a hand hung them: every room's verdict, and every access point.

    `base` is the plan before; `n_moved` of its access points hang elsewhere.
    """

    rooms: tuple[PlannedRoom, ...]
    access_points: tuple[PlannedAccessPoint, ...]
    base: Plan
    n_moved: int

    @property
    def shown(self) -> Plan:
        """The plan to look at while a hand moves: marked as edited, neither audited nor priced anew yet.

        Remedies and robustness are left out, and the settings of the other bands' radios are those that the plan was
        made with: a hand asks what happens, not what would be best.
        """
        base = self.base
        if not self.n_moved:
            return base
        site = moved_site(base.site, self.access_points)
        return replace(
            base,
            site=site,
            rooms=self.rooms,
            access_points=self.access_points,
            assumptions=_assumptions(base.assumptions, site, self.n_moved),
            robustness=None,
            proof=Proof(verdict=EDITED, gap=0.0, n_candidates=base.proof.n_candidates, rounds=base.proof.rounds),
        )

    @property
    def plan(self) -> Plan:
        """The whole plan for files and reports: as `shown`, with its bill, and audited anew where anything moved."""
        if not self.n_moved:
            return self.base
        plan = self.shown
        audit = audit_site(plan)
        proof = replace(plan.proof, n_audited=len(audit.rooms), contradicted=audit.contradicted)
        return purchased(replace(plan, proof=proof))


class Live:
    """A plan held ready for what-if questions: its radios keep channel, width and power wherever they hang.

    Several threads may ask at once; they are answered one after the other.

    Parameters
    ----------
    plan : Plan
        A finished plan, or one that a hand changed before.

    Raises
    ------
    SiteError, CatalogError, SettingsError
        If the plan's site and settings don't fit together.
    """

    def __init__(self, plan: Plan) -> None:
        settings = plan.settings
        # as `assess_site` judges what hangs there: nothing bought, nothing changed
        design = replace(settings.design, retune=False, exactly=False, existing="keep", what_if=False)
        self._plan, self._lock = plan, Lock()
        self._moved = moved_points(plan, {})
        setting = scene(_hung_site(plan, self._moved), replace(settings, n_aps=0, design=design))
        self._bench = Bench(Stage(setting))
        self._today: Bench | None = None
        self._net = net_of(plan.site) if drawn_cabinets(plan.site) else None
        self._maps = LiveMaps(plan.site, planned_law(settings), hearing(settings))

    def judged(self, places: Mapping[str, Place]) -> Judged:
        """Judge the plan with some access points hung elsewhere, all others as the plan hangs them.

        Parameters
        ----------
        places : mapping of str to Place
            Places by the id of an access point that the plan hangs.

        Returns
        -------
        Judged
            Rooms as `study.assess_site` judges the site with these access points, to the last digit that matters.

        Raises
        ------
        SiteError
            Naming every place outside the building, and every id that the plan does not hang; nothing moves then.
        """
        with self._lock:
            moved = moved_points(self._plan, places)
            self._bench.stage.hang(_hung_site(self._plan, moved))
            self._moved = moved
            found = self._bench.standing()
            ends = new_runs(self._plan, self._plan.site, moved, self._net)
            points = hung_as(moved, ends, found.design)
            rooms = changed(self._plan, found.rooms, points, self._passing(moved))
        return Judged(rooms=rooms, access_points=points, base=self._plan, n_moved=len(ends))

    def _passing(self, moved: Sequence[PlannedAccessPoint]) -> dict[str, bool | None] | None:
        """Return which rooms pass as the school stands, None where nothing that hangs there was moved."""
        site = moved_site(self._plan.site, moved)
        if site is self._plan.site:
            return None
        if self._today is None:
            self._today = Bench(Stage(standing_scene(self._bench.stage.scene, site)))
        self._today.stage.hang(site)
        found = self._today.standing()
        return passes_today(found.design.scene, found.rooms)

    def fields(self, level: int, cell_m: float | None = None, bands: Sequence[Band] | None = None) -> Fields:
        """Return the maps of a floor with the access points where they were judged last.

        Parameters
        ----------
        level : int
            The floor.
        cell_m : float or None
            Edge of a cell [m]; None: as fine as follows a hand.
        bands : sequence of "2.4", "5" or "6", or None
            The bands; None: the plan's own.

        Returns
        -------
        Fields
            `strongest_yx` counts in the order of the plan's access points; what the plan removes is not heard.

        Raises
        ------
        SiteError
            If the site has no such floor, or nothing is drawn there.
        """
        with self._lock:
            points = tuple(_sending(planned) for planned in self._moved)
            wanted: tuple[Band, ...] = (self._plan.band,) if bands is None else tuple(bands)
            return self._maps.fields(points, level, cell_m=cell_m, bands=wanted)


def _hung_site(plan: Plan, moved: Sequence[PlannedAccessPoint]) -> Site:
    hung = tuple(p.access_point for p in moved if p.action != "removed")
    return replace(plan.site, access_points=hung)


def _sending(planned: PlannedAccessPoint) -> AccessPoint:
    """Return an access point as it is heard: one that is removed sends nothing."""
    ap = planned.access_point
    return replace(ap, radios=()) if planned.action == "removed" else ap


def _assumptions(base: Sequence[str], site: Site, n_moved: int) -> tuple[str, ...]:
    """Return the assumptions with the hand's share: what it hung is not taken to be in its room's middle any more."""
    n_middle = sum(ap.x_m is None for ap in site.access_points)
    now = [f"{_MIDDLE}{n_middle}" if code.startswith(_MIDDLE) else code for code in base]
    kept = [code for code in now if code != f"{_MIDDLE}0" and not code.startswith(_BY_HAND)]
    return (*kept, f"{_BY_HAND}{n_moved}")
