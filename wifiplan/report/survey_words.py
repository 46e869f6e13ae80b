"""What calibration found, in words."""

from wifiplan.report.texts import number_text, texts
from wifiplan.survey.estimates import BandError, Calibration


def error_lines(calibration: Calibration, lang: str) -> tuple[str, ...]:
    """Return a sentence a band: what it rests on, and the error that is left."""
    return tuple(_line(error, lang) for error in calibration.errors)


def _line(error: BandError, lang: str) -> str:
    words = texts(lang)
    parts = [
        words["survey.error.rests"].format(
            band=error.band, places=error.n_places, readings=error.n_readings, missing=error.n_missing
        ),
        words["survey.error.left"].format(sd=number_text(error.residual_sd_db)),
    ]
    if error.rmse_by_point_db is not None:
        parts.append(words["survey.error.point"].format(rmse=number_text(error.rmse_by_point_db)))
    if error.rmse_by_ap_db is not None:
        parts.append(words["survey.error.ap"].format(rmse=number_text(error.rmse_by_ap_db)))
    if error.n_gross:
        parts.append(words["survey.error.gross"].format(n=error.n_gross))
    return words["survey.error.join"].join(parts)
