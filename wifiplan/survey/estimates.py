"""What calibration answers: a law, how well each of its parameters is known, and the error that is left."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.radio.loss import Law
from wifiplan.site.network import Band
from wifiplan.site.remark import Remark

ParameterName: TypeAlias = Literal[
    "offset_db", "device_db", "exponent", "max_wall_db", "slab_scale", "wall_db", "power_db"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number that was estimated, beside what was believed of it before.

    Parameters
    ----------
    name : str
        "offset_db" (of the first device), "device_db" (another device's offset beyond it), "exponent", "max_wall_db",
        "slab_scale", "wall_db" (of one material) or "power_db" (of one access point).
    band : "2.4", "5", "6" or None
        Band that it holds in; None: all.
    of : str
        Material, access point or device; blank where there is only one.
    value, sd : float
        Most likely value and its standard deviation, given the readings.
    prior_value, prior_sd : float
        The same before any reading.
    """

    name: ParameterName
    band: Band | None = None
    of: str = ""
    value: float
    sd: float
    prior_value: float
    prior_sd: float

    @property
    def is_learned(self) -> bool:
        """Whether the readings told something: they cut the spread by a fifth or more."""
        return self.sd < 0.8 * self.prior_sd


@dataclass(frozen=True, slots=True, kw_only=True)
class BandError:
    """What is left in one band.

    Parameters
    ----------
    band : "2.4", "5" or "6"
        The band.
    n_places, n_readings, n_missing : int
        Places, readings of known access points at them, and pairs where one was listened for and not heard.
    floor_dbm : float or None
        Level below which the device reports nothing; None where nothing was missing [dBm].
    residual_sd_db : float
        Spread of measured less predicted, robust to gross errors [dB].
    rmse_by_point_db : float or None
        Root mean square error at places that were left out of the fit (cross-validated); None with too few places [dB].
    rmse_by_ap_db : float or None
        The same at access points that were left out; None with fewer than three [dB].
    n_gross : int
        Readings that the fit took for gross errors.
    heard_dbm : float or None
        Level from which the device hears nine of ten, as learned: far above its floor where hearing is a matter of
        luck; None where nothing was missing [dBm].
    """

    band: Band
    n_places: int
    n_readings: int
    n_missing: int
    floor_dbm: float | None
    residual_sd_db: float
    rmse_by_point_db: float | None
    rmse_by_ap_db: float | None
    n_gross: int = 0
    heard_dbm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A law that was fitted to surveys of one site, and how far it can be trusted.

    Parameters
    ----------
    law : Law
        Of the same type as the law that was fitted; `received_dbm` with it predicts what the device reports.
    parameters : tuple of Parameter
        All that was estimated.
    covariance : tuple of tuple of float
        Of the parameters, in their order: what pooling over buildings needs.
    errors : tuple of BandError
        One a band.
    building : str
        Type of the building, for pooling: what the user calls it; blank: unknown.
    remarks : tuple of Remark or str
        What the fit could not tell: readings of no known access point, parameters that stayed at priors. Sentences in
        files of versions before.
    prior_covariance : tuple of tuple of float
        Of the parameters before any reading; empty: each by itself.
    """

    law: Law
    parameters: tuple[Parameter, ...]
    covariance: tuple[tuple[float, ...], ...]
    errors: tuple[BandError, ...]
    building: str = ""
    remarks: tuple[Remark | str, ...] = ()
    prior_covariance: tuple[tuple[float, ...], ...] = ()

    @property
    def residual_sd_db(self) -> float:
        """Spread of measured less predicted over all bands [dB]."""
        n = sum(one.n_readings for one in self.errors)
        squares = sum(one.n_readings * one.residual_sd_db**2 for one in self.errors)
        return float((squares / n) ** 0.5) if n else float("nan")

    @property
    def rmse_db(self) -> float:
        """Cross-validated root mean square error at places left out, over all bands [dB]; nan with too few places."""
        known = [(one.n_readings, one.rmse_by_point_db) for one in self.errors if one.rmse_by_point_db is not None]
        n = sum(count for count, _ in known)
        return float((sum(count * rmse**2 for count, rmse in known) / n) ** 0.5) if n else float("nan")
