"""What would serve a room that fails: the cheapest change first, each tried in the plan's own model."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from wifiplan.catalog.radios import AccessPointModel, ap_models
from wifiplan.catalog.spectrum import channels, widths_mhz
from wifiplan.predict.capacity import radio_link
from wifiplan.site.network import AccessPoint, Need
from wifiplan.study.kit import Kit
from wifiplan.study.reason_records import Place, Remedy
from wifiplan.study.robust_added import grown, new_powers_dbm, pairs_of, rows_for, with_radios
from wifiplan.study.robust_network import Network, network
from wifiplan.study.robust_trial import Trial
from wifiplan.study.verdicts import Finished

RATE_STEPS = 10
"""Bit rates are tried in tenths of a Mbit/s."""

MAX_SPOTS = 4
"""Places, the nearest, that are tried for one more access point."""


def remedies(design: Finished) -> dict[str, Remedy]:
    """Return the cheapest change for every room that fails, by room id.

    Parameters
    ----------
    design : Finished
        A finished design.

    Returns
    -------
    dict of str to Remedy
        For each room: other settings of its access point, else one more access point, else two, else a better model,
        else the largest bit rate that holds, else the most devices at once; "none" where nothing of that serves it.
        A change counts if the room then holds and no room that held is lost.
    """
    whole = network(design).standing()
    holds_r = whole.holds_r()
    return {
        need.room_id: _remedy(Trial(design=design, whole=whole, holds_r=holds_r, r=r))
        for r, need in enumerate(whole.network.needs)
        if not holds_r[r]
    }


def _remedy(trial: Trial) -> Remedy:
    return next((found for found in _tried(trial) if found is not None), Remedy(code="none"))


def _tried(trial: Trial) -> Iterator[Remedy | None]:
    """Yield what comes of every change, in the order of their cost; losses are computed where they are asked for."""
    yield _settings(trial)
    rows = rows_for(trial.design, trial.r)
    yield _more(trial, [(int(i),) for i in rows[:MAX_SPOTS]])
    yield _more(trial, pairs_of(trial.design, trial.r, rows))
    yield _model(trial)
    yield _rate(trial)
    yield _devices(trial)


def _settings(trial: Trial) -> Remedy | None:
    """Try other powers, widths and channels of the access point that the room hears loudest."""
    scene, a = trial.scene, trial.loudest
    if a is None:
        return None
    i = trial.design.tuning.powered.chosen[a]
    if i < scene.n_fixed and not scene.settings.design.retune:
        return None
    found = _set_anew(trial, a, scene.models[i])
    return None if found is None else replace(found, code="settings", model=None)


def _model(trial: Trial) -> Remedy | None:
    """Try better models in the place of the access point that the room hears loudest."""
    a = trial.loudest
    if a is None:
        return None
    has, kit = trial.scene.models[trial.design.tuning.powered.chosen[a]], trial.scene.kit
    known = {_does(has, kit)}
    for model in _better(has, kit):
        if _does(model, kit) not in known:
            known.add(_does(model, kit))
            found = _set_anew(trial, a, model)
            if found is not None:
                return found
    return None


def _does(model: AccessPointModel, things: Kit) -> tuple[object, ...]:
    """Return all that tells a model from another for the class's devices."""
    links = tuple(radio_link(model, things.device, width_mhz=width) for width in _widths(things, model, first=0))
    return links, model.max_eirp_dbm(things.band), model.max_clients


def _better(has: AccessPointModel, things: Kit) -> Iterator[AccessPointModel]:
    """Yield the models of today that do more than one: more streams, a newer standard or more devices."""
    today = [m for m in ap_models().values() if m.standard >= things.model.standard and things.band in m.bands]
    for model in sorted(today, key=lambda m: (m.streams, m.power_w, m.name)):
        if (model.streams, model.standard, model.max_clients) != (has.streams, has.standard, has.max_clients):
            yield model


def _set_anew(trial: Trial, a: int, model: AccessPointModel) -> Remedy | None:
    """Try access point a as a model at every width and power, each on the channels that are least crowded."""
    net, kit = trial.net, trial.scene.kit
    for width_mhz in _widths(kit, model, first=net.channel_a[a].width_mhz):
        legal = channels(kit.country, kit.band, width_mhz, dfs=kit.dfs)
        link = radio_link(model, kit.device, width_mhz=width_mhz)
        most_dbm = min(model.max_eirp_dbm(kit.band), max(c.max_eirp_dbm for c in legal))
        for power_dbm in sorted({min(level, most_dbm) for level in kit.eirp_levels_dbm}):
            free = tuple(c for c in legal if c.max_eirp_dbm >= power_dbm - 1e-9)
            changed = net.changed(a, model=model, link=link, power_dbm=power_dbm, channel=free[0])
            if not trial.may_hold(trial.here(changed.rows([a])), [a]):
                continue
            found = trial.on_quiet_channel(changed.standing(trial.able_with(changed, a)), [a], free)
            if found is not None:
                return Remedy(
                    code="model",
                    ap_id=net.points[a].id,
                    model=model.name,
                    channels=tuple(c.number for c in found[0]),
                    width_mhz=width_mhz,
                    eirp_dbm=power_dbm,
                    channel_share=found[1],
                )
    return None


def _widths(things: Kit, model: AccessPointModel, *, first: int) -> list[int]:
    """Return the widths that a model and the country have channels for, the present one first."""
    legal = [
        w
        for w in widths_mhz(things.country, things.band)
        if w <= model.max_width_mhz and channels(things.country, things.band, w, dfs=things.dfs)
    ]
    return sorted(legal, key=lambda w: (w != first, w))


def _more(trial: Trial, choices: Sequence[tuple[int, ...]]) -> Remedy | None:
    """Try new access points at every choice of candidates, each at the lowest powers that the room's seats allow."""
    n, kit = len(trial.net.points), trial.scene.kit
    for choice in choices:
        at = list(range(n, n + len(choice)))
        bare: Network | None = None
        for width_mhz, power_dbm in _radios(trial, choice, at):
            bare = grown(trial.net, trial.design, choice) if bare is None else bare
            net = with_radios(bare, len(choice), kit.link(kit.model, width_mhz), power_dbm)
            able = trial.whole.able
            for a in at:
                able = trial.able_with(net, a, able)
            free = tuple(c for c in kit.channels_at(width_mhz) if c.max_eirp_dbm >= power_dbm - 1e-9)
            found = trial.on_quiet_channel(net.standing(able), at, free)
            if found is not None:
                return Remedy(
                    code="one_ap" if len(choice) == 1 else "two_aps",
                    model=kit.model.name,
                    spots=tuple(_spot(trial.scene.candidates[i]) for i in choice),
                    channels=tuple(c.number for c in found[0]),
                    width_mhz=width_mhz,
                    eirp_dbm=power_dbm,
                    channel_share=found[1],
                )
    return None


def _radios(trial: Trial, choice: Sequence[int], places: Sequence[int]) -> Iterator[tuple[int, float]]:
    """Yield width [MHz] and power [dBm] of new access points: at each width the lowest that the room's seats allow."""
    scene, rows = trial.scene, list(choice)
    losses = scene.loss_db_ij[rows], scene.chance.sd_db_ij[rows]
    for width_mhz in scene.kit.widths_of(scene.kit.model):
        links = [scene.link_at(i, width_mhz) for i in rows]
        for power_dbm in new_powers_dbm(scene):
            row = trial.seats_here(np.full(len(rows), power_dbm), *losses, links)
            if trial.may_hold(row, places):
                yield width_mhz, power_dbm
                break


def _spot(ap: AccessPoint) -> Place:
    return Place(floor=ap.floor, x_m=ap.x_m or 0.0, y_m=ap.y_m or 0.0, room_id=ap.room_id)


def _rate(trial: Trial) -> Remedy | None:
    """Return the largest bit rate, in tenths, with which the room holds as the plan stands; uplink falls alike."""
    need = trial.need
    most = int(need.mbps_per_device * RATE_STEPS)

    def asked(step: int) -> Need:
        mbps = step / RATE_STEPS
        up_mbps = need.mbps_up_per_device * mbps / need.mbps_per_device
        return replace(need, mbps_per_device=mbps, mbps_up_per_device=up_mbps)

    step, share = _largest(trial, asked, most)
    return None if share is None else Remedy(code="rate", value=step / RATE_STEPS, channel_share=share)


def _devices(trial: Trial) -> Remedy | None:
    """Return the most devices at once with which the room holds as the plan stands."""
    need = trial.need
    n, share = _largest(trial, lambda n: replace(need, n_devices=n), need.n_devices - 1)
    return None if share is None else Remedy(code="devices", value=n, channel_share=share)


def _largest(trial: Trial, asked: Callable[[int], Need], most: int) -> tuple[int, float | None]:
    """Return the largest whole number from 1 to `most` with which the room holds, and the share then."""
    everyone = range(len(trial.net.points))
    if most < 1 or not trial.may_hold(trial.here(trial.net, asked(1)), everyone):
        return 0, None
    low, high, best = 1, most, None
    while low <= high:
        middle = (low + high) // 2
        share = trial.share(trial.asking(asked(middle)))
        low, high, best = (low, middle - 1, best) if share is None else (middle + 1, high, share)
    return high, best
