"""One band beside the planned one as a plan's access points see it: who has a radio there, and what lies between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.catalog.brands import brand_verdict
from wifiplan.catalog.radios import AccessPointModel
from wifiplan.catalog.spectrum import Channel, channel_named
from wifiplan.predict.coverage import antenna_xyz_m
from wifiplan.predict.losses import aerials, loss_db, path
from wifiplan.predict.obstacles import obstacles
from wifiplan.predict.seats import Chance
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.kit import Kit
from wifiplan.study.planned_law import hearing_law, planned_law
from wifiplan.study.scene import Scene
from wifiplan.study.sureness import chance
from wifiplan.study.verdicts import Finished
from wifiplan.units import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A radio that stays as it is set; `eirp_dbm` None where nobody knows its power, so that it covers nothing."""

    access_point: AccessPoint
    channel: Channel
    eirp_dbm: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BandView:
    """Radios in one band: first those to decide on (`rows`, access points a of the plan), then the `fixed` ones.

    `loss_db_ij` is the path loss from all of them to the seats, `heard_db_ir` that by which they disturb rooms and
    `hearing_db_ii` each other [dB]; `chance` is how the signal strays on the way.
    """

    kit: Kit
    scene: Scene
    rows: tuple[int, ...]
    models: tuple[AccessPointModel, ...]
    fixed: tuple[Fixed, ...]
    loss_db_ij: Array
    chance: Chance
    heard_db_ir: Array
    hearing_db_ii: Array

    @property
    def n_free(self) -> int:
        """How many radios are to be decided on."""
        return len(self.rows)

    @property
    def levels_dbm_na(self) -> Array:
        """What every radio radiates at each level (n, a) [dBm]."""
        levels = self.kit.eirp_levels_dbm
        return np.array([[self.kit.power_dbm(m, level) for m in self.models] for level in levels]).reshape(
            len(levels), len(self.models)
        )

    @property
    def top_dbm(self) -> float:
        """The highest level to choose from [dBm]."""
        return self.kit.eirp_levels_dbm[-1]

    def at_device_dbm(self, eirp_dbm_i: Array, radios: slice) -> Array:
        """Return the median signal of some radios at the class's device in every seat (i, j) [dBm]."""
        lost_db = self.loss_db_ij[radios] + self.scene.settings.shadowing.mean_db
        return np.asarray(eirp_dbm_i[:, None] - lost_db + self.kit.device.antenna_gain_dbi)


def band_view(design: Finished, band: Band, free_a: BoolArray) -> BandView:
    """Return the radios of a band beside the planned one.

    Parameters
    ----------
    design : Finished
        The plan as far as its own band goes.
    band : "2.4", "5" or "6"
        The band to look at.
    free_a : ndarray of bool (a,)
        Access points whose other radios this plan sets.

    Returns
    -------
    BandView
        With those only whose model has the band, where the country allows it.
    """
    scene = design.scene
    kit = band_kit(scene, band)
    chosen = design.tuning.powered.chosen
    rows = tuple(
        a
        for a, i in enumerate(chosen)
        if free_a[a] and band in scene.models[i].bands and kit.width_of(scene.models[i]) > 0
    )
    fixed = _fixed(design, band, free_a)
    points = [design.points[a] for a in rows] + [f.access_point for f in fixed]
    planned = planned_law(scene.settings)
    things = obstacles(scene.site, law=planned, bands=(band,))
    antennas = antenna_xyz_m(scene.site, points)
    send, law = aerials(scene.site, points), hearing_law(scene.settings)
    way = things, antennas, scene.seats_xyz_m
    ways = path(*way, band=band)
    loss = loss_db(*way, planned, band=band, antennas=send, ways=ways)
    heard = loss if law == planned else loss_db(*way, law, band=band, antennas=send, ways=ways)
    return BandView(
        kit=kit,
        scene=scene,
        rows=rows,
        models=tuple(scene.models[chosen[a]] for a in rows),
        fixed=fixed,
        loss_db_ij=loss,
        chance=chance(scene.settings.shadowing, ways),
        heard_db_ir=_room_means(heard, scene.room_j, len(scene.demand.needs)),
        hearing_db_ii=loss_db(things, antennas, antennas, law, band=band),
    )


def band_kit(scene: Scene, band: Band) -> Kit:
    """Return the kit of a band; radar detection is left out, as only the planned band has backup channels."""
    settings = scene.settings
    levels = settings.other_bands.eirp_2g4_dbm if band == "2.4" else settings.design.eirp_dbm
    width_mhz = 20 if band == "2.4" else settings.design.width_mhz
    return replace(scene.kit, band=band, width_mhz=width_mhz, dfs=False, eirp_levels_dbm=tuple(sorted(levels)))


def _fixed(design: Finished, band: Band, free_a: BoolArray) -> tuple[Fixed, ...]:
    """Return the radios that stay: those of access points left as they are, and of those that are not counted on."""
    scene = design.scene
    renewed = {scene.candidates[i].room_id for i in design.tuning.powered.chosen if i >= scene.n_fixed} - {None}
    left = [point for point, free in zip(design.points, free_a, strict=True) if not free]
    left += [
        ap
        for ap in scene.unusable
        if ap.room_id not in renewed and brand_verdict(ap.model or "").status != "prohibited"
    ]
    found = (_fixed_radio(ap, band, scene.site.country) for ap in left)
    return tuple(fixed for fixed in found if fixed is not None)


def _fixed_radio(ap: AccessPoint, band: Band, country: str) -> Fixed | None:
    radio = next((r for r in ap.radios if r.band == band and r.channel is not None), None)
    if radio is None or radio.channel is None:
        return None
    channel = channel_named(country, band, radio.channel, radio.width_mhz or 20)
    return None if channel is None else Fixed(access_point=ap, channel=channel, eirp_dbm=radio.eirp_dbm)


def _room_means(value_ij: Array, room_j: IntArray, n_rooms: int) -> Array:
    """Return the mean over the seats of every room (i, r)."""
    means: Sequence[Array] = [value_ij[:, room_j == r].mean(axis=1) for r in range(n_rooms)]
    return np.array(means, dtype=np.float64).reshape(n_rooms, len(value_ij)).T
