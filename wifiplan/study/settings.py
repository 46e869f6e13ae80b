"""Settings of a study: option records that each room owns, composed. Every default is printed in the report."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from wifiplan.predict.demand import DemandOptions
from wifiplan.predict.hearing import RadioOptions
from wifiplan.radio.loss import CappedP2040, PathLoss
from wifiplan.radio.shadowing import Shadowing
from wifiplan.study.band_options import OtherBandOptions
from wifiplan.study.purchase_options import Prices, PurchaseOptions

Existing: TypeAlias = Literal["keep", "move", "remove"]
"""What may be done with the access points that hang there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignOptions:
    """What the designer may choose from.

    Parameters
    ----------
    ap_model : str
        Model class of new access points, a row of `catalog/data/access_points.csv`.
    existing_model : str or None
        Model class assumed for existing access points whose model the catalogue does not hold; None does not count on
        them.
    existing : "keep", "move" or "remove"
        What may be done with existing access points that the plan can count on: they hang where they are; those of the
        model of new ones may be hung elsewhere, which counts nothing of `n_aps`, or taken away; any may be taken away.
    retune : bool
        Existing access points whose settings are known may get others, where a room passes only so; False leaves them
        as they are set.
    width_mhz : int
        Widest channel in 5 GHz and 6 GHz.
    width_by_need : bool
        Every access point gets the narrowest channel that carries its rooms with a reserve, which leaves the others
        more channels; False gives all of them the widest one.
    width_reserve_share : float
        Part of an access point's airtime that a narrower channel must leave free, 0 to 1.
    dfs : bool
        Use channels that need radar detection (DFS); every AP on one gets a backup channel without it.
    candidate_spacing_m : float
        Distance between candidate positions on the ceilings of rooms and corridors [m].
    in_corridors : bool
        Offer corridor ceilings too.
    mount_below_ceiling_m : float
        How far below the slab above an access point hangs [m].
    eirp_dbm : tuple of float
        Transmit powers (EIRP) to choose from, lowest first [dBm].
    own_ap_in_classrooms : bool
        Every classroom is served by an access point of its own (一班一機), as some counties rule; False lets one serve
        neighbouring rooms where it carries them, which takes fewer.
    serve_specialist : bool
        Place APs for specialist rooms from what classrooms leave.
    exactly : bool
        Install exactly `n_aps` instead of at most that many.
    hearing_max_wall_db : float or None
        Most that walls are allowed to hide one access point from another when channels are shared out, under a law
        whose walls add up without a cap [dB]: for interference that would flatter, as stacked walls saturate in
        measured buildings (three brick walls lose about 20 dB). A law with a cap keeps its own. None: no cap.
    seed : int
        Seed of the channel search.
    what_if : bool
        Compute for every finished plan what it bears (an access point lost, more classes at once, other walls) and what
        would serve the rooms that fail; False leaves both out, which saves about a tenth of the time.
    cable_slack_share : float
        Added to every cable length for bends and spare.
    ap_price_ntd : int or None
        Price of one access point [NTD]; the ministry's text names none, so there is no default.
    """

    ap_model: str = "ax-2x2"
    existing_model: str | None = None
    existing: Existing = "keep"
    retune: bool = True
    width_mhz: int = 80
    width_by_need: bool = True
    width_reserve_share: float = 0.1
    dfs: bool = True
    candidate_spacing_m: float = 4.0
    in_corridors: bool = True
    mount_below_ceiling_m: float = 0.3
    eirp_dbm: tuple[float, ...] = (14.0, 17.0, 20.0, 23.0)
    own_ap_in_classrooms: bool = False
    serve_specialist: bool = True
    exactly: bool = False
    hearing_max_wall_db: float | None = 20.0
    seed: int = 0
    what_if: bool = True
    cable_slack_share: float = 0.1
    ap_price_ntd: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a plan depends on besides the site."""

    n_aps: int | None = None
    demand: DemandOptions = field(default_factory=DemandOptions)
    radio: RadioOptions = field(default_factory=RadioOptions)
    design: DesignOptions = field(default_factory=DesignOptions)
    purchase: PurchaseOptions = field(default_factory=PurchaseOptions)
    prices: Prices = field(default_factory=Prices)
    law: PathLoss = field(default_factory=CappedP2040)
    shadowing: Shadowing = field(default_factory=Shadowing)
    other_bands: OtherBandOptions = field(default_factory=OtherBandOptions)
