"""The cell that `wifiplan airtime` answers for: its records, and a strict reading of the contract's mapping."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, cast

from wifiplan.catalog.mac import CATEGORIES, CONVENTIONS
from wifiplan.catalog.radios import STANDARDS, Standard, phy_table
from wifiplan.errors import CatalogError, Fault, SettingsError
from wifiplan.radio.frames import Category, Conventions, Transport
from wifiplan.radio.link import phy_rate_mbps

Direction: TypeAlias = Literal["down", "up"]

MAX_PAYLOAD_BYTES = 2304
"""Largest payload of a frame without aggregation inside it; IEEE 802.11-2020 [M]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellClients:
    """Devices of a cell that are alike. `offered_mbps` is each one's payload; None is as much as fits."""

    count: int
    standard: Standard
    width_mhz: int
    spatial_streams: int
    mcs: int
    offered_mbps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A channel with `co_channel_aps` access points, each of which serves these clients."""

    clients: tuple[CellClients, ...]
    conventions: Conventions = "standard"
    standard: Standard = "11ac"
    width_mhz: int = 20
    guard_interval_ns: int = 800
    access_category: Category = "BE"
    rts_cts: bool = False
    block_ack_window: int | None = None
    max_ampdu_bytes: int | None = None
    co_channel_aps: int = 1
    direction: Direction = "down"
    transport: Transport = "udp"
    payload_bytes: int = 1400
    packets_per_burst: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLoad:
    """What a cell carries.

    Capacity (at equal throughput of all clients), carried and busy are of the whole channel, `busy_share` with
    everything on the air; `worst_client_mbps` is what the client gets that misses most of its offer. `p95_delay_ms`
    is None where the offer exceeds what the channel carries: queues then grow until frames are thrown away.
    `sustainable`: every client gets 99 % of its offer, and the delay stays below 100 ms.
    """

    capacity_mbps: float
    carried_mbps: float
    worst_client_mbps: float
    busy_share: float
    mpdus_per_ppdu: float
    p95_delay_ms: float | None
    sustainable: bool
    limits: tuple[str, ...]


class _Reader:
    """Takes typed values out of a mapping and collects every fault on the way."""

    def __init__(self, mapping: Mapping[str, object], known: tuple[str, ...], where: str, faults: list[Fault]) -> None:
        self.mapping, self.where, self.faults = mapping, where, faults
        for key in mapping:
            if key not in known:
                self.fault(str(key), "is not a key of a cell", f"use only {', '.join(known)}")

    def fault(self, key: str, problem: str, remedy: str) -> None:
        self.faults.append(Fault(where=f"{self.where}{key}", problem=problem, remedy=remedy))

    def whole(self, key: str, default: int | None, *, most: int) -> int:
        """Return a whole number from 1 (an MCS: from 0) to `most`; without a default it must be given."""
        least = 0 if key == "mcs" else 1
        value = self.mapping.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.fault(key, f"is {value!r}", f"give a whole number from {least} to {most}")
        return least

    def optional(self, key: str, *, most: int) -> int | None:
        return None if self.mapping.get(key) is None else self.whole(key, None, most=most)

    def word(self, key: str, default: str | None, allowed: Sequence[str]) -> str:
        value = self.mapping.get(key, default)
        if isinstance(value, str) and value in allowed:
            return value
        self.fault(key, f"is {value!r}", f"give one of {', '.join(allowed)}")
        return allowed[0]

    def flag(self, key: str) -> bool:
        value = self.mapping.get(key, False)
        if not isinstance(value, bool):
            self.fault(key, f"is {value!r}", "give true or false")
        return value is True

    def offer(self, key: str) -> float | None:
        value = self.mapping.get(key, "missing")
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
            return float(value)
        self.fault(key, f"is {value!r}", "give Mbit/s above 0, or null for as much as fits")
        return None


_CLIENT_KEYS = tuple(CellClients.__dataclass_fields__)
_CELL_KEYS = tuple(Cell.__dataclass_fields__)


def cell_from_mapping(mapping: object, *, where: str = "") -> Cell:
    """Return the cell that a mapping describes, as the contract lists its keys.

    Parameters
    ----------
    mapping : object
        What a JSON file holds: a mapping with plain values. `clients` must be given, everything else has a
        default; `standard` that of the newest client.
    where : str
        The file, for messages.

    Returns
    -------
    Cell
        A cell in which every client's link exists.

    Raises
    ------
    SettingsError
        With all faults at once: unknown keys, wrong types, values out of range, links that no standard has.
    """
    faults: list[Fault] = []
    if not isinstance(mapping, Mapping):
        raise _error([Fault(where="", problem="is not a JSON object", remedy="see `wifiplan airtime --help`")], where)
    reader = _Reader(mapping, _CELL_KEYS, "", faults)
    clients = _clients(mapping.get("clients"), faults)
    newest = max((c.standard for c in clients), key=STANDARDS.index, default=STANDARDS[0])
    cell = Cell(
        clients=clients,
        conventions=cast("Conventions", reader.word("conventions", "standard", CONVENTIONS)),
        standard=cast("Standard", reader.word("standard", newest, STANDARDS)),
        width_mhz=reader.whole("width_mhz", 20, most=_widest_mhz()),
        guard_interval_ns=reader.whole("guard_interval_ns", 800, most=3200),
        access_category=cast("Category", reader.word("access_category", "BE", CATEGORIES)),
        rts_cts=reader.flag("rts_cts"),
        block_ack_window=reader.optional("block_ack_window", most=1024),
        max_ampdu_bytes=reader.optional("max_ampdu_bytes", most=15_523_200),
        co_channel_aps=reader.whole("co_channel_aps", 1, most=100),
        direction=cast("Direction", reader.word("direction", "down", ("down", "up"))),
        transport=cast("Transport", reader.word("transport", "udp", ("udp", "tcp"))),
        payload_bytes=reader.whole("payload_bytes", 1400, most=MAX_PAYLOAD_BYTES),
        packets_per_burst=reader.whole("packets_per_burst", 1, most=1000),
    )
    faults.extend(() if faults else _link_faults(cell))
    if faults:
        raise _error(faults, where)
    return cell


def _clients(value: object, faults: list[Fault]) -> tuple[CellClients, ...]:
    if not isinstance(value, list) or not value:
        faults.append(Fault(where="clients", problem="is missing or empty", remedy="list at least one kind of client"))
        return ()
    found = []
    for number, entry in enumerate(value):
        place = f"clients[{number}]"
        if not isinstance(entry, Mapping):
            faults.append(Fault(where=place, problem="is not an object", remedy=f"give {', '.join(_CLIENT_KEYS)}"))
            continue
        reader = _Reader(entry, _CLIENT_KEYS, f"{place}.", faults)
        found.append(
            CellClients(
                count=reader.whole("count", None, most=10_000),
                standard=cast("Standard", reader.word("standard", None, STANDARDS)),
                width_mhz=reader.whole("width_mhz", None, most=320),
                spatial_streams=reader.whole("spatial_streams", None, most=8),
                mcs=reader.whole("mcs", None, most=13),
                offered_mbps=reader.offer("offered_mbps"),
            )
        )
    return tuple(found)


def _link_faults(cell: Cell) -> list[Fault]:
    """Return what is wrong with each client's link: values that are fine alone and impossible together."""
    faults = []
    if (cell.standard, cell.width_mhz) not in phy_table():
        faults.append(Fault(where="width_mhz", problem=f"{cell.standard} has no {cell.width_mhz} MHz"))
    for number, client in enumerate(cell.clients):
        place = f"clients[{number}]"
        if client.width_mhz > cell.width_mhz:
            faults.append(Fault(where=place, problem=f"is wider than the cell's {cell.width_mhz} MHz"))
        if STANDARDS.index(client.standard) > STANDARDS.index(cell.standard):
            faults.append(Fault(where=place, problem=f"speaks {client.standard}, the cell only {cell.standard}"))
        wrong = _link_problem(
            client.standard, client.mcs, client.width_mhz, client.spatial_streams, cell.guard_interval_ns
        )
        if wrong is not None:
            faults.append(Fault(where=place, problem=wrong[0], remedy=wrong[1]))
    return faults


@lru_cache(maxsize=1)
def _widest_mhz() -> int:
    return max(width for _, width in phy_table())


@lru_cache(maxsize=4096)
def _link_problem(standard: str, mcs: int, width_mhz: int, streams: int, guard_ns: int) -> tuple[str, str] | None:
    """Return what is wrong with a link and what to do, or None: an optimiser asks for the same few links again."""
    try:
        rate = phy_rate_mbps(standard, mcs, width_mhz, streams, guard_ns)
    except CatalogError as error:
        return error.problem, error.remedy
    if rate <= 0:
        return f"{standard} excludes MCS {mcs} at this width and number of streams", "take the next lower MCS"
    return None


def _error(faults: list[Fault], where: str) -> SettingsError:
    return SettingsError(
        "The description of the radio cell is faulty.",
        remedy="Correct every point above; the keys are listed in `wifiplan airtime --help`.",
        where=where,
        faults=faults,
    )
