"""Why a room passes or fails: the binding limit, with its figures."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from wifiplan.catalog.brands import brand_verdict
from wifiplan.predict.capacity import Service
from wifiplan.site.network import AccessPoint, Need
from wifiplan.study.reason_records import Reason, ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """New access points: how many are funded (None: no limit), and how many would serve every room, where known."""

    allowed: int | None
    needed: int | None = None


def unserved(need: Need, best: Service, r: int, count: Count) -> Reason:
    """Return the limit that keeps a room unserved, from what the best candidate at full power could do.

    Signal first, then SNR, then airtime; where candidates could serve the room, alone or together, the number of access
    points binds.

    Parameters
    ----------
    need : Need
        The room's need.
    best : Service
        What candidates could do for it.
    r : int
        The room's column in `best`.
    count : Count
        How many access points there may be.
    """
    received = float(best.received_dbm_ir[:, r].max(initial=-np.inf))
    snr = float(best.snr_db_ir[:, r].max(initial=-np.inf))
    if received < need.min_received_dbm:
        # of a room that no candidate reaches nobody knows how little it gets
        value = received if np.isfinite(received) else None
        return Reason(code="no_signal", value=value, limit=need.min_received_dbm)
    if snr < need.min_snr_db:
        return Reason(code="low_snr", value=snr, limit=need.min_snr_db)
    load_i = best.load_ir[:, r]
    if not np.isfinite(load_i).any():
        return Reason(code="weak_seats", value=float(best.seats_ir[:, r].max()), limit=need.min_seats_share)
    # a hall that no access point can carry alone may still be shared by several
    with np.errstate(divide="ignore"):
        together = float(np.minimum(1.0, need.max_airtime_share / load_i).sum())
    if float(load_i.min()) > need.max_airtime_share and (together < 1.0 or count.allowed is None):
        return Reason(code="airtime", value=float(load_i.min()), limit=need.max_airtime_share)
    return Reason(code="no_budget", value=count.allowed, limit=count.needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a served room gets: figures of its serving access point and channel."""

    received_dbm: float
    second_dbm: float | None
    snr_db: float
    seats_share: float
    airtime_share: float
    channel_share: float
    n_clients: float
    max_clients: float


def served(need: Need, got: Received, serving: AccessPoint, brand: str) -> Reason:
    """Return "served", or the first limit that a room breaks although an access point is meant for it."""
    if forbidden(brand):
        return Reason(code="prohibited_brand", rooms=(serving.id,))
    limits: list[tuple[bool, ReasonCode, float | None, float | None]] = [
        (
            got.seats_share < need.min_seats_share and got.received_dbm < need.min_received_dbm,
            "no_signal",
            got.received_dbm,
            need.min_received_dbm,
        ),
        (got.seats_share < need.min_seats_share, "weak_seats", got.seats_share, need.min_seats_share),
        (_below(got.second_dbm, need.min_second_dbm), "low_second_signal", got.second_dbm, need.min_second_dbm),
        (got.airtime_share > need.max_airtime_share + 1e-9, "airtime", got.airtime_share, need.max_airtime_share),
        (got.n_clients > got.max_clients + 1e-6, "associations", got.n_clients, got.max_clients),
        (got.channel_share > need.max_airtime_share + 1e-9, "co_channel", got.channel_share, need.max_airtime_share),
    ]
    for broken, code, value, limit in limits:
        if broken:
            return Reason(code=code, value=value, limit=limit)
    return Reason(code="served", value=got.channel_share, limit=need.max_airtime_share)


@lru_cache(maxsize=256)
def forbidden(brand: str) -> bool:
    """Return whether a brand, or the model that carries its name, must not be used."""
    return brand_verdict(brand).status == "prohibited"


def _below(value: float | None, limit: float | None) -> bool:
    """Whether a value that is wanted at all is missing or too low."""
    return limit is not None and (value is None or value < limit)
