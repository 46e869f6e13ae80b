"""One school from site to plan: demand, coverage, placement, powers, channels, and the verdict of every room."""

from collections.abc import Sequence
from dataclasses import replace

from wifiplan import __version__
from wifiplan.design.placement import Placement
from wifiplan.errors import SiteError
from wifiplan.predict.coverage import received_dbm
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.audit import audit_site
from wifiplan.study.explaining import explained
from wifiplan.study.installation import final_access_points, installation
from wifiplan.study.other_bands import other_bands
from wifiplan.study.placing import chosen_places
from wifiplan.study.prepared import Prepared, n_passing, prepare
from wifiplan.study.progress import Told, begins, silent
from wifiplan.study.purchase import purchased
from wifiplan.study.records import Plan, Proof
from wifiplan.study.rounds import agreed
from wifiplan.study.scene import Scene, resolved
from wifiplan.study.settings import Settings
from wifiplan.study.spots import spot_assumptions
from wifiplan.study.today import changes
from wifiplan.study.verdicts import Finished, room_verdicts
from wifiplan.units import Array, IntArray


def plan_site(site: Site, settings: Settings, told: Told | None = None) -> Plan:
    """Plan a school's access points: classrooms first, then specialist rooms, then the fewest access points.

    Parameters
    ----------
    site : Site
        The building and what hangs there already.
    settings : Settings
        Number of new access points that are funded (`n_aps`, None: as many as needed) and every option.
    told : callable or None
        Is told every `progress.Step`; the plan is the same whoever listens.

    Returns
    -------
    Plan
        Rooms that can't be served are named with their reason: an answer, not an error.

    Raises
    ------
    SiteError, CatalogError, SettingsError
        If site and settings don't fit together.
    """
    told = told or silent
    begins(told, "prepare")
    prepared = prepare(site, settings)
    begins(told, "place")
    needed = None if settings.n_aps is None else least_aps(prepared)
    return answer(prepared, n_aps=settings.n_aps, n_aps_needed=needed, told=told)


def assess_site(site: Site, settings: Settings) -> Plan:
    """Judge a school with what hangs there, nothing added and nothing changed.

    Parameters
    ----------
    site : Site
        The building and what hangs there.
    settings : Settings
        Every option; the number of new access points is not used.

    Returns
    -------
    Plan
        Without new access points. Radios whose settings are unknown are given the best ones, and rooms that depend on
        them, or that an unknown access point could serve, have `passes_today` None.

    Raises
    ------
    SiteError, CatalogError, SettingsError
        If site and settings don't fit together.
    """
    design = replace(settings.design, retune=False, exactly=False, existing="keep")
    prepared = prepare(site, replace(settings, n_aps=0, design=design))
    return _plan(prepared.placement_today, prepared.finished_today, prepared, silent)


def least_aps(prepared: Prepared, *, classrooms_only: bool = False) -> int:
    """Return the fewest new access points that serve every room, or classroom, that can be served at all."""
    setting = prepared.scene
    design = replace(setting.settings.design, exactly=False)
    setting = replace(setting, settings=replace(setting.settings, design=design, n_aps=None))
    places = chosen_places(setting, prepared.best, prepared.offers[:-1], classrooms_only=classrooms_only)
    return places.placement.n_bought


def answer(prepared: Prepared, *, n_aps: int | None, n_aps_needed: int | None = None, told: Told = silent) -> Plan:
    """Return the plan with at most `n_aps` new access points, None for as many as needed.

    Where every room passes as it stands, nothing is touched. `n_aps_needed` is what serving every room would take
    (`least_aps`), for the reasons of the rooms left out. `told` hears every step.
    """
    return _plan(*decided(prepared, n_aps=n_aps, n_aps_needed=n_aps_needed, told=told), prepared, told)


def decided(
    prepared: Prepared, *, n_aps: int | None, n_aps_needed: int | None = None, told: Told = silent
) -> tuple[Placement, Finished]:
    """Return what `answer` decides, before it is audited, explained and priced: all that a count of rooms needs."""
    settings = replace(prepared.scene.settings, n_aps=n_aps)
    setting = replace(prepared.scene, settings=settings)
    first = chosen_places(setting, prepared.best, prepared.offers[:-1])
    today = replace(prepared.finished_today, scene=setting, n_aps_needed=n_aps_needed)
    if all(prepared.passing_today.values()) and first.placement.n_bought == 0:
        return first.placement, today
    found = agreed(prepared, setting, first, told)
    best = found.best
    design = Finished(
        scene=setting,
        best=prepared.possible,
        tuning=replace(best.tuning, rounds=found.rounds),
        points=final_access_points(setting, best.tuning),
        dropped=best.dropped,
        n_moved=best.placement.n_moved,
        n_aps_needed=n_aps_needed,
    )
    nothing_new = all(i < setting.n_fixed for i in best.placement.chosen_i)
    if nothing_new and n_passing(room_verdicts(design)) < n_passing(prepared.rooms_today):
        # who joins whom is a guess: what hangs there is not made worse by a guess
        design = today
    return found.proven, design


def _plan(placement: Placement, design: Finished, prepared: Prepared, told: Told) -> Plan:
    setting, tuning = design.scene, design.tuning
    begins(told, "bands")
    others = other_bands(design)
    planned = installation(design, others)
    rooms, today = room_verdicts(design), prepared.passing_today
    standing = {room.room_id: room for room in prepared.rooms_today}
    change = changes(rooms, standing, today, {p.access_point.id: p.action for p in planned})
    plan = Plan(
        version=__version__,
        site=setting.site,
        settings=setting.settings,
        band=setting.kit.band,
        rooms=tuple(
            replace(room, change=change.get(room.room_id), passes_today=today.get(room.room_id)) for room in rooms
        ),
        access_points=planned,
        bill=(),
        proof=Proof(
            verdict=placement.verdict,
            gap=placement.gap,
            levels=placement.levels,
            channel_verdict=tuning.spectrum.plan.verdict,
            channel_cost=tuning.spectrum.plan.cost,
            channel_bound=tuning.spectrum.plan.bound,
            n_candidates=len(setting.candidates),
            rounds=tuning.rounds,
        ),
        n_aps_allowed=setting.settings.n_aps,
        n_class_sets=setting.demand.n_class_sets,
        n_rooms_at_once=setting.demand.n_rooms_at_once,
        assumptions=(*setting.demand.assumptions, *_assumptions(setting), *spot_assumptions(design, rooms)),
        other_bands=others.uses,
    )
    return _proven(plan, design, told)


def _proven(plan: Plan, design: Finished, told: Told) -> Plan:
    """Return a plan recomputed, explained and priced."""
    begins(told, "audit")
    recomputed = audit_site(plan)
    proof = replace(plan.proof, n_audited=len(recomputed.rooms), contradicted=recomputed.contradicted)
    begins(told, "explain")
    plan = explained(replace(plan, proof=proof), design)
    begins(told, "purchase")
    plan = purchased(plan)
    begins(told, "done")
    return plan


def _assumptions(setting: Scene) -> list[str]:
    """Return codes, with a count after the colon, of what was assumed rather than known; `report` words them."""
    found = [] if setting.site.access_points_known else ["inventory_unknown"]
    by_room = sum(ap.x_m is None for ap in setting.site.access_points)
    if by_room:
        found.append(f"existing_in_room_middle:{by_room}")
    if setting.unusable:
        found.append(f"existing_not_counted_on:{len(setting.unusable)}")
    band = setting.kit.band
    unsure = sum(
        radio.band == band and radio.channel is not None and radio.width_mhz is None
        for ap in setting.site.access_points
        for radio in ap.radios
    )
    if unsure:
        found.append(f"existing_width_of_channel:{unsure}")
    return found


def predict_site(
    site: Site, settings: Settings, points_xyz_m: Array, floor_j: IntArray | Sequence[int]
) -> tuple[tuple[AccessPoint, ...], Array]:
    """Return the access points that hang at a site and the power that every point receives from them.

    Parameters
    ----------
    points_xyz_m : ndarray (j, 3)
        Points [m], z above the slab of their floor.
    floor_j : sequence of int
        Floor level of every point.

    Returns
    -------
    tuple
        The access points i, with what was assumed filled in, and the received power (i, j) [dBm].

    Raises
    ------
    SiteError
        If nothing hangs there.
    """
    band = settings.radio.band
    if not site.access_points:
        raise SiteError(
            "no access points hang at this site",
            remedy="add access_points to the site file, or give a plan.json",
        )
    hung = tuple(_with_radio(ap, settings) for ap in resolved(site, settings))
    return hung, received_dbm(site, hung, points_xyz_m, floor_j, band=band, law=settings.law)


def _with_radio(ap: AccessPoint, settings: Settings) -> AccessPoint:
    """Fill in the middle of the allowed powers where a radio's power, or all of its radios, are unknown."""
    band, levels = settings.radio.band, settings.design.eirp_dbm
    usual_dbm = sorted(levels)[len(levels) // 2]
    radios = ap.radios or (Radio(band=band),)
    return replace(ap, radios=tuple(replace(r, eirp_dbm=usual_dbm) if r.eirp_dbm is None else r for r in radios))
