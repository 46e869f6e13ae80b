"""What an antenna radiates into every direction, and how its mounting turns it: tables that kernels look up."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from wifiplan.catalog.antennas import N_CUT, Antenna, Facing, MeasuredAntenna, Mount
from wifiplan.errors import OutOfRangeError
from wifiplan.units import Array, db_from_ratio, ratio_from_db

N_ELEVATIONS, N_AZIMUTHS = 181, 361
"""A table's rows from straight down to straight up and its columns once round, both ends included: one a degree."""

HALF_POWER_FACTOR = 12.0
"""A parabola of 12 (angle / width)^2 dB is 3 dB down at half the width: 3GPP TR 38.901, table 7.3-1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """Gain of an antenna relative to its strongest direction, which EIRP is stated for.

    `gain_db_ea` (e, a) is <= 0 [dB]: row e for the elevation e - 90 degrees above the pattern's own horizon, column a
    for the azimuth of a degrees clockwise from its front. An antenna that is the same all round has one column.
    `facing` is the mount that it is drawn for.
    """

    gain_db_ea: Array
    facing: Facing

    @property
    def is_isotropic(self) -> bool:
        """Whether every direction is as strong as the strongest, so that nobody need look anything up."""
        return not self.gain_db_ea.any()


@lru_cache(maxsize=256)
def pattern(antenna: Antenna | MeasuredAntenna) -> Pattern:
    r"""Return the table of an antenna.

    Parameters
    ----------
    antenna : Antenna or MeasuredAntenna
        A row of the catalogue, or two measured cuts.

    Returns
    -------
    Pattern
        Its strongest direction has 0 dB.

    Raises
    ------
    OutOfRangeError
        A beam without a width, or a cut that has not one finite value a degree.

    Notes
    -----
    A dipole of half a wave: :math:`\cos(\tfrac\pi2 \sin\epsilon) / \cos\epsilon`, squared. A beam:
    :math:`-\min(12 (\phi/\phi_3)^2 + 12 ((\epsilon - \epsilon_0)/\epsilon_3)^2, A_{max})`, 3GPP TR 38.901, table 7.3-1.
    Two cuts, the horizontal one raised to meet the vertical one in front: between front and back the vertical cut is
    interpolated by azimuth, and what the horizontal cut says beyond that fades with the cosine of the elevation: exact
    on both cuts, and one value straight up and down.

    Examples
    --------
    >>> from wifiplan.catalog.antennas import antenna
    >>> pattern(antenna("dipole")).gain_db_ea[[30, 60, 90], 0].round(1) + 0.0
    array([-7.6, -1.8,  0. ])
    """
    if isinstance(antenna, MeasuredAntenna):
        gain_db_ea = _of_cuts(antenna)
    elif antenna.shape == "isotropic":
        gain_db_ea = np.zeros((N_ELEVATIONS, 1))
    else:
        elevation_deg = np.arange(N_ELEVATIONS, dtype=np.float64)[:, None] - 90.0
        gain_db_ea = _dipole_db(elevation_deg) if antenna.shape == "dipole" else _beam_db(antenna, elevation_deg)
        gain_db_ea = np.maximum(gain_db_ea, -antenna.max_loss_db)
    # straight up and down are one direction whatever the azimuth; a beam's formula gives it several values
    gain_db_ea[[0, -1]] = db_from_ratio(ratio_from_db(gain_db_ea[[0, -1]]).mean(axis=1, keepdims=True))
    gain_db_ea = gain_db_ea - gain_db_ea.max()
    gain_db_ea.flags.writeable = False
    return Pattern(gain_db_ea=gain_db_ea, facing=antenna.facing)


def axes_xyz(facing: Facing, *, azimuth_deg: float, tilt_deg: float, mount: Mount) -> Array:
    """Return how a mounted pattern lies in the building: rows are its front, its right hand and its up (3, 3).

    `axes_xyz(…) @ direction` is a direction in the pattern's own frame: x front, y right, z up.

    Parameters
    ----------
    facing : "ceiling", "wall" or "upright"
        The mount that the pattern is drawn for.
    azimuth_deg : float
        Where the device looks to, clockwise from the plan's north (y); on a ceiling where its top edge points [deg].
    tilt_deg : float
        How far its face is turned: on a wall from the horizon down, on a ceiling from straight down to the azimuth
        [deg].
    mount : "ceiling" or "wall"
        What it hangs on.

    Notes
    -----
    A device under the ceiling with a tilt of 90 degrees lies as one on the wall without any. A pattern that is drawn
    for a ceiling lies on its side on a wall, as the device does; an upright one stays upright on both.

    Examples
    --------
    >>> axes_xyz("wall", azimuth_deg=90.0, tilt_deg=0.0, mount="wall").round(1)[0] + 0.0
    array([1., 0., 0.])
    """
    down = np.radians(90.0 - tilt_deg if mount == "ceiling" and facing != "upright" else tilt_deg)
    along = np.array([np.sin(np.radians(azimuth_deg)), np.cos(np.radians(azimuth_deg)), 0.0])
    up = np.array([0.0, 0.0, 1.0])
    face, top = np.cos(down) * along - np.sin(down) * up, np.sin(down) * along + np.cos(down) * up
    front, above = (top, -face) if facing == "ceiling" else (face, top)
    return np.stack([front, np.cross(front, above), above])


def relative_gain_db(
    pattern: Pattern, direction_xyz: Array, *, azimuth_deg: float = 0.0, tilt_deg: float = 0.0, mount: Mount = "ceiling"
) -> Array:
    """Gain into some directions relative to the strongest, for one mounting.

    Parameters
    ----------
    pattern : Pattern
        The antenna's table.
    direction_xyz : ndarray, shape (..., 3)
        Directions in which waves leave, in the building's frame, of any length > 0; straight up where it is 0.
    azimuth_deg, tilt_deg, mount
        As for `axes_xyz`.

    Returns
    -------
    ndarray, shape (...)
        <= 0 [dB]. A wave that a mirror sends back leaves towards the mirror: take the direction before it.

    Examples
    --------
    >>> from wifiplan.catalog.antennas import antenna
    >>> down_and_aside = np.array([[0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
    >>> relative_gain_db(pattern(antenna("dipole")), down_and_aside).round(1) + 0.0
    array([-30.,   0.])
    """
    direction = np.asarray(direction_xyz, dtype=np.float64)
    if pattern.is_isotropic:
        return np.zeros(direction.shape[:-1])
    own = direction @ axes_xyz(pattern.facing, azimuth_deg=azimuth_deg, tilt_deg=tilt_deg, mount=mount).T
    level = np.hypot(own[..., 0], own[..., 1])
    elevation_deg = np.where((level == 0) & (own[..., 2] == 0), 90.0, np.degrees(np.arctan2(own[..., 2], level)))
    return table_db(pattern.gain_db_ea, elevation_deg, np.degrees(np.arctan2(own[..., 1], own[..., 0])))


def table_db(gain_db_ea: Array, elevation_deg: Array, azimuth_deg: Array) -> Array:
    """Return the values of a table between its degrees, linear in dB; shape of the angles [dB]."""
    row = np.clip(np.asarray(elevation_deg) + 90.0, 0.0, N_ELEVATIONS - 1.0)
    low = np.minimum(row.astype(np.int64), N_ELEVATIONS - 2)
    above = row - low
    if gain_db_ea.shape[1] == 1:
        return np.asarray(gain_db_ea[low, 0] * (1 - above) + gain_db_ea[low + 1, 0] * above)
    column = np.mod(np.asarray(azimuth_deg), 360.0)
    left = np.minimum(column.astype(np.int64), N_AZIMUTHS - 2)
    right = column - left
    lower = gain_db_ea[low, left] * (1 - right) + gain_db_ea[low, left + 1] * right
    upper = gain_db_ea[low + 1, left] * (1 - right) + gain_db_ea[low + 1, left + 1] * right
    return np.asarray(lower * (1 - above) + upper * above)


def directivity_dbi(pattern: Pattern) -> float:
    """Return the gain of the strongest direction over the mean of all directions [dBi].

    The gain that a maker states is below it by the losses inside the antenna.

    Examples
    --------
    >>> from wifiplan.catalog.antennas import antenna
    >>> round(directivity_dbi(pattern(antenna("dipole"))), 2)
    2.15
    """
    edges_deg = np.clip(np.arange(N_ELEVATIONS + 1) - 90.5, -90.0, 90.0)
    share_e = np.diff(np.sin(np.radians(edges_deg))) / 2
    columns = pattern.gain_db_ea[:, :-1] if pattern.gain_db_ea.shape[1] > 1 else pattern.gain_db_ea
    return float(-db_from_ratio(share_e @ ratio_from_db(columns).mean(axis=1)))


def _dipole_db(elevation_deg: Array) -> Array:
    elevation = np.radians(elevation_deg)
    level = np.cos(elevation)
    field = np.divide(np.cos(np.pi / 2 * np.sin(elevation)), level, out=np.zeros_like(level), where=level > 1e-9)
    return 2 * db_from_ratio(np.abs(field))


def _beam_db(antenna: Antenna, elevation_deg: Array) -> Array:
    if antenna.width_elevation_deg is None:
        raise OutOfRangeError(
            f"The beam of antenna '{antenna.name}' has no width.",
            remedy="Give its width_elevation_deg.",
            where=antenna.name,
        )
    away_e = (elevation_deg - antenna.peak_elevation_deg) / antenna.width_elevation_deg
    loss_db = HALF_POWER_FACTOR * away_e**2
    if antenna.width_azimuth_deg is not None:
        azimuth_deg = np.arange(N_AZIMUTHS, dtype=np.float64)
        away_a = np.minimum(azimuth_deg, 360.0 - azimuth_deg) / antenna.width_azimuth_deg
        # each cut is capped by itself before they are added, as in the source
        loss_db = np.minimum(loss_db, antenna.max_loss_db)
        loss_db = loss_db + np.minimum(HALF_POWER_FACTOR * away_a**2, antenna.max_loss_db)[None, :]
    return -loss_db


def _of_cuts(antenna: MeasuredAntenna) -> Array:
    horizontal, vertical = np.array(antenna.horizontal_db), np.array(antenna.vertical_db)
    if {horizontal.shape, vertical.shape} != {(N_CUT,)} or not np.isfinite([*horizontal, *vertical]).all():
        raise OutOfRangeError(
            f"Antenna '{antenna.name}' has cuts of {horizontal.size} and {vertical.size} values.",
            remedy=f"Give {N_CUT} finite values a cut, one a degree.",
            where=antenna.name,
        )
    # makers put each cut's own strongest direction at 0: in front both are the same direction
    horizontal = horizontal - horizontal[0] + vertical[0]
    elevation = np.arange(N_ELEVATIONS) - 90
    front, back = vertical[-elevation % N_CUT], vertical[(180 + elevation) % N_CUT]
    azimuth = np.arange(N_AZIMUTHS)
    backward = np.minimum(azimuth, N_CUT - azimuth) / (N_CUT / 2)
    between = front[:, None] * (1 - backward) + back[:, None] * backward
    beyond = horizontal[azimuth % N_CUT] - between[-int(elevation[0])]
    return np.asarray(between + beyond[None, :] * np.cos(np.radians(elevation))[:, None])
