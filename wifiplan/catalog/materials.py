"""Walls, doors, windows and slabs: what a material does to a radio wave, each row with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from wifiplan.catalog.table import Row, check, rows, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One material.

    Either `a`, `b`, `c`, `d` are given (ITU-R P.2040: relative permittivity a f^b, conductivity c f^d in S/m,
    f in GHz), or the losses of one crossing by band, which then hold at every angle and thickness.

    Parameters
    ----------
    name, name_zh : str
        Key in a site file, and the Chinese name.
    a, b, c, d : float or None
        The four coefficients of ITU-R P.2040.
    loss_2g4_db, loss_5g_db, loss_6g_db : float or None
        Flat loss of one crossing [dB].
    reflection_db : float or None
        Loss of a mirror reflection off a material that is known by flat losses, at every angle [dB].
    min_hz, max_hz : float
        Range of the source, both ends included [Hz].
    default_thickness_m : float
        Usual thickness [m].
    max_loss_db : float
        No crossing loses more: beyond it other ways (gaps, frames, diffraction) carry the wave [dB].
    spread_db : float
        Standard deviation between buildings: how far a prior may be off [dB].
    source : str
        Where the numbers come from, with the mark [S] seen, [2nd] second hand or [M] remembered.
    """

    name: str
    name_zh: str
    a: float | None = None
    b: float | None = None
    c: float | None = None
    d: float | None = None
    loss_2g4_db: float | None = None
    loss_5g_db: float | None = None
    loss_6g_db: float | None = None
    reflection_db: float | None = None
    min_hz: float
    max_hz: float
    default_thickness_m: float
    max_loss_db: float
    spread_db: float
    source: str

    @property
    def is_flat(self) -> bool:
        """Whether the material is known by flat losses instead of by its permittivity."""
        return self.a is None


@lru_cache(maxsize=1)
def materials() -> Mapping[str, Material]:
    """Return all materials by name, read-only.

    Raises
    ------
    CatalogError
        The table is faulty.

    Examples
    --------
    >>> materials()["concrete"].name_zh
    '混凝土'
    """
    table = rows("materials")
    found = {row.text("name"): _material(row) for row in table}
    check(table)
    return MappingProxyType(found)


def material(name: str) -> Material:
    """Return one material; raises CatalogError, which lists all names, where there is none of that name."""
    found = materials().get(name)
    if found is None:
        raise unknown("material", name, tuple(materials()))
    return found


def _material(row: Row) -> Material:
    return Material(
        name=row.text("name"),
        name_zh=row.text("name_zh"),
        a=row.optional("a"),
        b=row.optional("b"),
        c=row.optional("c"),
        d=row.optional("d"),
        loss_2g4_db=row.optional("loss_2g4_db"),
        loss_5g_db=row.optional("loss_5g_db"),
        loss_6g_db=row.optional("loss_6g_db"),
        reflection_db=row.number("reflection_db") if row.optional("a") is None else row.optional("reflection_db"),
        min_hz=row.number("min_ghz") * 1e9,
        max_hz=row.number("max_ghz") * 1e9,
        default_thickness_m=row.number("default_thickness_m"),
        max_loss_db=row.number("max_loss_db"),
        spread_db=row.number("spread_db"),
        source=row.text("source"),
    )
