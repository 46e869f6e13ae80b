"""Numbers of the medium access: preambles, aggregation limits and contention windows, under two conventions."""

from dataclasses import dataclass
from functools import lru_cache

from wifiplan.catalog.table import check, rows, unknown

CONVENTIONS: tuple[str, ...] = ("standard", "ns-3")
"""What frames look like: as the standard has them, or as the simulator of the golden table sends them."""

CATEGORIES: tuple[str, ...] = ("BE", "VI")


@dataclass(frozen=True, slots=True, kw_only=True)
class MacRow:
    """One standard's frames: times in microseconds, sizes in bytes.

    `preamble_us` is without the long training fields, each of `ltf_us`; symbols end on a grid of `symbol_grid_us` (0:
    none); `beacon_share` is the airtime of one access point's beacons.
    """

    preamble_us: float
    ltf_us: float
    symbol_grid_us: float
    security_bytes: int
    block_ack_window: int
    max_ampdu_bytes: int
    beacon_share: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdcaRow:
    """One access category: waiting (AIFSN slots), window (CWmin, doubled up to n times), transmit opportunity."""

    aifsn: int
    cw_min: int
    n_doublings: int
    txop_us: float
    cf_end: bool
    source: str


@lru_cache(maxsize=32)
def mac_row(conventions: str, standard: str) -> MacRow:
    """Return one standard's frames; raises CatalogError for an unknown convention or standard."""
    table = rows("mac")
    for row in table:
        if (row.text("conventions"), row.text("standard")) == (conventions, standard):
            found = MacRow(
                preamble_us=row.number("preamble_us"),
                ltf_us=row.number("ltf_us"),
                symbol_grid_us=row.number("symbol_grid_us"),
                security_bytes=row.whole("security_bytes"),
                block_ack_window=row.whole("block_ack_window"),
                max_ampdu_bytes=row.whole("max_ampdu_bytes"),
                beacon_share=row.number("beacon_share"),
                source=row.text("source"),
            )
            check(table)
            return found
    known = tuple(f"{row.text('conventions')} {row.text('standard')}" for row in table)
    raise unknown("frame convention and standard", f"{conventions} {standard}", known)


@lru_cache(maxsize=8)
def edca_row(conventions: str, category: str) -> EdcaRow:
    """Return one access category; raises CatalogError for an unknown convention or category."""
    table = rows("edca")
    for row in table:
        if (row.text("conventions"), row.text("category")) == (conventions, category):
            found = EdcaRow(
                aifsn=row.whole("aifsn"),
                cw_min=row.whole("cw_min"),
                n_doublings=row.whole("n_doublings"),
                txop_us=row.number("txop_us"),
                cf_end=row.flag("cf_end"),
                source=row.text("source"),
            )
            check(table)
            return found
    known = tuple(f"{row.text('conventions')} {row.text('category')}" for row in table)
    raise unknown("access category", f"{conventions} {category}", known)
