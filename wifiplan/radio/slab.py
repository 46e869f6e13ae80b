"""Loss of a slab of material (wall, window, floor) by thickness, angle and polarisation: ITU-R P.2040."""

import math
from typing import Literal, TypeAlias

import numpy as np

from wifiplan.catalog.materials import Material
from wifiplan.errors import OutOfRangeError
from wifiplan.units import SPEED_OF_LIGHT_M_S, Array, db_from_ratio

Polarisation: TypeAlias = Literal["te", "tm"]
"""Electric field across the plane of incidence (te: vertical antenna, wall) or in it (tm: and floor)."""

Permittivity: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.complex128]]

MAX_REFLECTION_DB = 60.0
"""A reflection that loses more (Brewster's angle) carries nothing that counts [dB]."""

N_BAND_SAMPLES = 64
"""Frequencies of a band mean: 11 MHz apart in 5 GHz, against 300 MHz between two fringes of a 200 mm slab."""

EDGE_2G4_HZ, EDGE_6G_HZ = 3.0e9, 5.9e9
"""Which flat loss a band takes: below 3 GHz, 5 GHz, and from 5.9 GHz (where the 6 GHz band begins)."""


def relative_permittivity(material: Material, *, frequency_hz: float) -> complex:
    r"""Return a material's complex relative permittivity.

    Parameters
    ----------
    material : Material
        One that is known by its four coefficients.
    frequency_hz : float
        Frequency [Hz].

    Returns
    -------
    complex
        Real part > 0, imaginary part <= 0.

    Raises
    ------
    OutOfRangeError
        The frequency is outside the source's range, or the material is known by flat losses only.

    Notes
    -----
    .. math:: \eta = a f^b - j\,17.98\,\frac{c f^d}{f}, \quad f \text{ in GHz}

    Source: ITU-R P.2040-4.
    """
    a, b, c, d = material.a, material.b, material.c, material.d
    if a is None or b is None or c is None or d is None:
        raise OutOfRangeError(
            f"Material '{material.name}' is known by flat losses, not by its permittivity.",
            remedy="Ask for its loss with material_loss_db.",
            where=material.name,
        )
    if not material.min_hz <= frequency_hz <= material.max_hz:
        raise _outside(material, frequency_hz)
    f_ghz = frequency_hz / 1e9
    return complex(a * f_ghz**b, -17.98 * c * f_ghz**d / f_ghz)


def slab_loss_db(
    permittivity: complex,
    *,
    thickness_m: float,
    frequency_hz: float,
    angle_deg: Array,
    polarisation: Polarisation,
) -> Array:
    r"""Loss of one slab at one frequency.

    Parameters
    ----------
    permittivity : complex
        Relative permittivity, imaginary part <= 0.
    thickness_m : float
        Thickness [m], >= 0.
    frequency_hz : float
        Frequency [Hz], > 0.
    angle_deg : ndarray, any shape
        Angle between the ray and the slab's normal, 0 to 90 [deg].
    polarisation : "te" or "tm"
        Whether the electric field is across or in the plane of incidence.

    Returns
    -------
    ndarray, shape of `angle_deg`
        Loss [dB]; inf at a grazing ray or where nothing comes through.

    Raises
    ------
    OutOfRangeError
        The thickness is negative or an angle outside 0 to 90 degrees.

    Notes
    -----
    .. math:: T = \frac{(1 - R'^2) e^{-jq}}{1 - R'^2 e^{-2jq}}, \quad q = \frac{2\pi d}{\lambda} r,
              \quad r = \sqrt{\eta - \sin^2\theta}

    with :math:`R'_{TE} = (\cos\theta - r)/(\cos\theta + r)` and
    :math:`R'_{TM} = (\eta\cos\theta - r)/(\eta\cos\theta + r)`.

    Source: ITU-R P.2040-4.

    Examples
    --------
    >>> angle_deg = np.array([0.0, 60.0])
    >>> slab = {"thickness_m": 0.1, "frequency_hz": 5e9, "polarisation": "te"}
    >>> slab_loss_db(3.9 - 0.1j, angle_deg=angle_deg, **slab).round(1)
    array([3.7, 4.4])
    """
    angle_deg = np.asarray(angle_deg, dtype=np.float64)
    if thickness_m < 0 or np.any((angle_deg < 0) | (angle_deg > 90)):
        raise OutOfRangeError(
            "A slab needs a thickness of 0 m or more and angles from 0 to 90 degrees.",
            remedy="Give the angle to the slab's normal.",
        )
    power = _transmitted_share(np.array(permittivity), thickness_m, np.array(frequency_hz), angle_deg, polarisation)
    return np.maximum(-db_from_ratio(power), 0.0)


def material_loss_db(
    material: Material,
    *,
    thickness_m: float | None = None,
    band_hz: tuple[float, float],
    angle_deg: Array,
    polarisation: Polarisation,
) -> Array:
    """Loss of one crossing of a material, averaged over a band.

    Parameters
    ----------
    material : Material
        A row of the catalogue.
    thickness_m : float or None
        Thickness [m]; None takes the material's usual one. Flat losses don't depend on it.
    band_hz : (float, float)
        Lowest and highest frequency of the band [Hz].
    angle_deg : ndarray, any shape
        Angle between the ray and the slab's normal, 0 to 90 [deg].
    polarisation : "te" or "tm"
        As for `slab_loss_db`.

    Returns
    -------
    ndarray, shape of `angle_deg`
        Loss of the power mean over the band [dB], from 0 to the material's `max_loss_db`.

    Raises
    ------
    OutOfRangeError
        The band leaves the range of the material's source, or thickness or angle are impossible.

    Examples
    --------
    >>> from wifiplan.catalog.materials import material
    >>> wall, angle_deg = material("concrete"), np.array([0.0, 60.0])
    >>> material_loss_db(wall, band_hz=(5.15e9, 5.85e9), angle_deg=angle_deg, polarisation="te").round(1)
    array([20.2, 24.4])
    """
    angle_deg, thickness = _checked(material, thickness_m, band_hz, angle_deg)
    if material.is_flat:
        return np.full(angle_deg.shape, min(_flat_loss_db(material, band_hz), material.max_loss_db))
    frequency_hz, eta = _samples(material, band_hz)
    shares = _transmitted_share(eta, thickness, frequency_hz, angle_deg[..., np.newaxis], polarisation)
    return np.clip(-db_from_ratio(shares.mean(axis=-1)), 0.0, material.max_loss_db)


def material_reflection_db(
    material: Material,
    *,
    thickness_m: float | None = None,
    band_hz: tuple[float, float],
    angle_deg: Array,
    polarisation: Polarisation,
) -> Array:
    r"""Loss of one mirror reflection off a material, averaged over a band.

    Parameters
    ----------
    material, thickness_m, band_hz, angle_deg, polarisation
        As for `material_loss_db`.

    Returns
    -------
    ndarray, shape of `angle_deg`
        Loss of the reflected wave [dB], from 0 to `MAX_REFLECTION_DB`. A material that is known by flat losses takes
        its `reflection_db` at every angle.

    Raises
    ------
    OutOfRangeError
        As for `material_loss_db`.

    Notes
    -----
    .. math:: R = \frac{R' (1 - e^{-2jq})}{1 - R'^2 e^{-2jq}}

    with q and R' as in `slab_loss_db`. Source: ITU-R P.2040-4.

    Examples
    --------
    >>> from wifiplan.catalog.materials import material
    >>> wall, angle_deg = material("concrete"), np.array([0.0, 60.0])
    >>> material_reflection_db(wall, band_hz=(5.15e9, 5.85e9), angle_deg=angle_deg, polarisation="te").round(1)
    array([8.1, 4.2])
    """
    angle_deg, thickness = _checked(material, thickness_m, band_hz, angle_deg)
    if material.is_flat:
        # one that nobody gave a reflection mirrors nothing
        return np.full(angle_deg.shape, MAX_REFLECTION_DB if material.reflection_db is None else material.reflection_db)
    frequency_hz, eta = _samples(material, band_hz)
    shares = _reflected_share(eta, thickness, frequency_hz, angle_deg[..., np.newaxis], polarisation)
    with np.errstate(divide="ignore"):
        return np.clip(-db_from_ratio(shares.mean(axis=-1)), 0.0, MAX_REFLECTION_DB)


def _checked(
    material: Material, thickness_m: float | None, band_hz: tuple[float, float], angle_deg: Array
) -> tuple[Array, float]:
    angle_deg = np.asarray(angle_deg, dtype=np.float64)
    thickness = material.default_thickness_m if thickness_m is None else thickness_m
    if thickness < 0 or np.any((angle_deg < 0) | (angle_deg > 90)) or not 0 < band_hz[0] <= band_hz[1]:
        raise OutOfRangeError(
            "A crossing needs a thickness of 0 m or more, angles from 0 to 90 degrees and a rising band.",
            remedy="Check the wall's thickness and the band.",
            where=material.name,
        )
    return angle_deg, thickness


def _samples(material: Material, band_hz: tuple[float, float]) -> tuple[Array, Permittivity]:
    """Return frequencies over a band and the permittivity at each."""
    edges = np.linspace(band_hz[0], band_hz[1], N_BAND_SAMPLES + 1)
    frequency_hz = (edges[:-1] + edges[1:]) / 2
    return frequency_hz, np.array([relative_permittivity(material, frequency_hz=float(f)) for f in frequency_hz])


def _transmitted_share(
    eta: Permittivity, thickness_m: float, frequency_hz: Array, angle_deg: Array, polarisation: Polarisation
) -> Array:
    """Return |T|^2, broadcast over the shapes of frequency and angle."""
    reflected, phase = _face(eta, thickness_m, frequency_hz, angle_deg, polarisation)
    passed = (1 - reflected**2) * np.exp(-1j * phase)
    lost = 1 - reflected**2 * np.exp(-2j * phase)
    # a slab of no thickness reflects nothing: the limit of passed / lost is 1 even where both vanish
    ratio = np.divide(passed, lost, out=np.ones_like(passed), where=lost != 0)
    return np.asarray(np.abs(ratio) ** 2, dtype=np.float64)


def _reflected_share(
    eta: Permittivity, thickness_m: float, frequency_hz: Array, angle_deg: Array, polarisation: Polarisation
) -> Array:
    """Return |R|^2, broadcast over the shapes of frequency and angle."""
    reflected, phase = _face(eta, thickness_m, frequency_hz, angle_deg, polarisation)
    turned = np.exp(-2j * phase)
    lost = 1 - reflected**2 * turned
    ratio = np.divide(reflected * (1 - turned), lost, out=np.zeros_like(lost), where=lost != 0)
    return np.asarray(np.abs(ratio) ** 2, dtype=np.float64)


def _face(
    eta: Permittivity, thickness_m: float, frequency_hz: Array, angle_deg: Array, polarisation: Polarisation
) -> tuple[Permittivity, Permittivity]:
    """Return what one face reflects (R'), and the phase q through the slab."""
    angle = np.radians(angle_deg)
    cosine = np.cos(angle)
    root = np.sqrt(eta - np.sin(angle) ** 2)
    normal = cosine if polarisation == "te" else eta * cosine
    phase = 2 * math.pi * thickness_m * frequency_hz / SPEED_OF_LIGHT_M_S * root
    return (normal - root) / (normal + root), phase


def _flat_loss_db(material: Material, band_hz: tuple[float, float]) -> float:
    for edge in band_hz:
        if not material.min_hz <= edge <= material.max_hz:
            raise _outside(material, edge)
    middle = sum(band_hz) / 2
    if middle < EDGE_2G4_HZ:
        loss = material.loss_2g4_db
    else:
        loss = material.loss_5g_db if middle < EDGE_6G_HZ else material.loss_6g_db
    if loss is None:
        raise _outside(material, middle)
    return loss


def _outside(material: Material, frequency_hz: float) -> OutOfRangeError:
    low, high = material.min_hz / 1e9, material.max_hz / 1e9
    return OutOfRangeError(
        f"Material '{material.name}' is known from {low:g} to {high:g} GHz only, not {frequency_hz / 1e9:g}.",
        remedy="Choose another material, or give the wall's loss in this band.",
        where=material.name,
    )
