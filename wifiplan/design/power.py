"""Which power: the lowest level of a list that still holds every seat that counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wifiplan.errors import SolverError
from wifiplan.units import Array, BoolArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """Transmit powers.

    Parameters
    ----------
    eirp_dbm_i : tuple of float
        Level of each access point [dBm EIRP].
    holds_i : tuple of bool
        Whether it holds the needed share of seats in every room that it serves; True where it serves none.
    seats_share_i : tuple of float
        Share of seats held in its worst room at that level; 1 where it serves none.
    """

    eirp_dbm_i: tuple[float, ...]
    holds_i: tuple[bool, ...]
    seats_share_i: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerOptions:
    """What may be chosen.

    Parameters
    ----------
    levels_dbm : tuple of float
        Levels to choose from [dBm EIRP], in any order.
    seats_share : float
        Share of a room's seats that must hold the needed signal.
    """

    levels_dbm: tuple[float, ...] = (14.0, 17.0, 20.0, 23.0)
    seats_share: float = 0.95


def lowest_powers(
    gain_db_ij: npt.ArrayLike,
    serves_ir: npt.ArrayLike,
    room_j: npt.ArrayLike,
    *,
    needed_dbm_j: npt.ArrayLike,
    max_dbm_i: npt.ArrayLike,
    options: PowerOptions,
) -> Powers:
    """Choose for each access point the lowest level that holds the needed signal in all rooms it serves.

    Parameters
    ----------
    gain_db_ij : array (i, j)
        What seat j receives from access point i at 0 dBm EIRP, antenna and walls included [dB]; -inf for nothing.
    serves_ir : array of bool (i, r)
        Which rooms an access point serves, those that it shares with others too.
    room_j : array of int (j,)
        Room of each seat.
    needed_dbm_j : float or array (j,)
        Signal that the seat needs [dBm].
    max_dbm_i : float or array (i,)
        Most that the channel, the country and the model allow [dBm EIRP].
    options : PowerOptions
        Levels and the share of seats.

    Returns
    -------
    Powers
        The highest level allowed where none suffices; the maximum itself where it lies below all levels.

    Raises
    ------
    SolverError
        When shapes do not agree, a figure is NaN or there is no level.

    Examples
    --------
    >>> lowest_powers([[-80.0, -82.0]], [[True]], [0, 0], needed_dbm_j=-64.0, max_dbm_i=23.0, options=PowerOptions())
    Powers(eirp_dbm_i=(20.0,), holds_i=(True,), seats_share_i=(1.0,))
    """
    gain = np.asarray(gain_db_ij, dtype=np.float64)
    serves = np.asarray(serves_ir, dtype=np.bool_)
    room = np.asarray(room_j, dtype=np.int64)
    _check(gain, serves, room, options.levels_dbm)
    n_aps, n_seats = gain.shape
    needed = _spread(needed_dbm_j, n_seats, "needed_dbm_j")
    most = _spread(max_dbm_i, n_aps, "max_dbm_i")
    levels = sorted(set(options.levels_dbm))
    eirp, holds, shares = [], [], []
    for i in range(n_aps):
        allowed = [level for level in levels if level <= most[i]] or [float(most[i])]
        level, share = allowed[-1], 0.0
        for level in allowed:
            share = _worst_share(gain[i] + level >= needed, room, serves[i])
            if share >= options.seats_share:
                break
        eirp.append(level)
        shares.append(share)
        holds.append(share >= options.seats_share)
    return Powers(eirp_dbm_i=tuple(eirp), holds_i=tuple(holds), seats_share_i=tuple(shares))


def _worst_share(held_j: BoolArray, room_j: npt.NDArray[np.int64], serves_r: BoolArray) -> float:
    """Return the share of seats held in the worst of the rooms served that have seats."""
    seats = np.bincount(room_j, minlength=serves_r.size)
    held = np.bincount(room_j[held_j], minlength=serves_r.size)
    counted = serves_r & (seats > 0)
    return float((held[counted] / seats[counted]).min(initial=1.0))


def _spread(figure: npt.ArrayLike, size: int, where: str) -> Array:
    array = np.asarray(figure, dtype=np.float64)
    if array.shape not in ((), (size,)) or np.isnan(array).any():
        raise SolverError(
            f"has shape {array.shape} or holds NaN", remedy=f"give one figure or {size} of them", where=where
        )
    return np.broadcast_to(array, (size,)).copy()


def _check(gain_db_ij: Array, serves_ir: BoolArray, room_j: npt.NDArray[np.int64], levels_dbm: Sequence[float]) -> None:
    if gain_db_ij.ndim != 2 or np.isnan(gain_db_ij).any():
        raise SolverError("gain_db_ij is no matrix of figures", remedy="give (access point, seat)", where="power")
    if serves_ir.ndim != 2 or serves_ir.shape[0] != gain_db_ij.shape[0]:
        raise SolverError(f"serves_ir has shape {serves_ir.shape}", remedy="give (access point, room)", where="power")
    in_range = room_j.size == 0 or (int(room_j.min()) >= 0 and int(room_j.max()) < serves_ir.shape[1])
    if room_j.shape != gain_db_ij.shape[1:] or not in_range:
        raise SolverError(
            "room_j does not name a room for each seat", remedy="give one room index per seat", where="power"
        )
    if not levels_dbm or not np.all(np.isfinite(levels_dbm)):
        raise SolverError("there is no finite power level", remedy="give levels in dBm", where="power")
