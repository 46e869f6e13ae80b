"""What calibration found, in words."""

from collections.abc import Mapping, Sequence

from wifiplan.report.numbering import site_floor_name
from wifiplan.report.survey_remarks import remark_in, tells_stayed
from wifiplan.report.survey_tables import parameter_text
from wifiplan.report.texts import number_text, texts
from wifiplan.site.building import Site
from wifiplan.study.measured_errors import Errors
from wifiplan.survey.estimates import BandError, Calibration
from wifiplan.survey.records import Survey

MOST_NAMES = 8
"""Names in a sentence: more are counted."""


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


def headline(errors: Errors, calibration: Calibration, lang: str) -> list[str]:
    """Return what the survey says of the prediction, a sentence a band."""
    words = texts(lang)
    left = {error.band: error for error in calibration.errors}
    found = []
    for one in errors.by_band:
        told = left.get(one.band)
        by_point = told.rmse_by_point_db if told else None
        found.append(
            words["survey.headline" if by_point is not None else "survey.headline.few"].format(
                band=one.band,
                median=number_text(abs(one.median_db)),
                side=words["survey.weaker" if one.median_db < 0 else "survey.stronger"],
                planned=number_text(one.rmse_planned_db),
                shifted=number_text(one.rmse_shifted_db),
                point=number_text(by_point if by_point is not None else one.rmse_fitted_db),
            )
        )
    return found or [words["survey.headline.none"]]


def findings(surveys: Sequence[Survey], site: Site, errors: Errors, calibration: Calibration, lang: str) -> list[str]:
    """Return what a person should look at: silent access points, what stayed unknown, what readers left out."""
    words = texts(lang)
    found = []
    heard = {one.key for one in errors.by_ap if one.n}
    silent = [ap.name or ap.id for ap in site.access_points if ap.id not in heard]
    if silent:
        found.append(words["survey.finding.silent"].format(n=len(silent), names=_names(silent, words)))
    missing = [one for one in errors.by_ap if one.is_silent and one.n]
    if missing:
        names = {ap.id: ap.name or ap.id for ap in site.access_points}
        told = [f"{names.get(one.key, one.key)} ({one.band} GHz)" for one in missing]
        found.append(words["survey.finding.missing"].format(n=len(told), names=_names(told, words)))
    stayed = [p for p in calibration.parameters if not p.is_learned and p.name != "power_db"]
    if stayed:
        told = list(dict.fromkeys(parameter_text(p, site, lang) for p in stayed))
        found.append(words["survey.finding.stayed"].format(n=len(told), names=_names(told, words)))
    unread = [site_floor_name(site, f.level, lang) for f in site.floors if not _was_read(f.level, errors)]
    if unread:
        found.append(words["survey.finding.unread"].format(names=_names(unread, words)))
    if any(not survey.device for survey in surveys):
        found.append(words["survey.finding.device"])
    found += [
        words["survey.finding.remark"].format(text=remark_in(lang, remark))
        for remark in calibration.remarks
        if not tells_stayed(remark)  # told above, in words of its own
    ]
    found += [
        words["survey.finding.reader"].format(name=survey.name, text=remark_in(lang, remark))
        for survey in surveys
        for remark in survey.remarks
    ]
    return found or [words["survey.finding.none"]]


def _was_read(level: int, errors: Errors) -> bool:
    return any(place.floor == level for place in errors.places)


def _names(names: Sequence[str], words: Mapping[str, str]) -> str:
    """Return names in a row, the first few of many."""
    rest = words["survey.more"].format(n=len(names) - MOST_NAMES) if len(names) > MOST_NAMES else ""
    return words["survey.names"].join(names[:MOST_NAMES]) + rest
