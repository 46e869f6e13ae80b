"""Tables of the survey report: who measured, what calibration found, and where the prediction strays."""

import math
from collections.abc import Mapping, Sequence

from wifiplan.catalog.materials import materials
from wifiplan.report.numbering import site_floor_name
from wifiplan.report.survey_maps import ap_marks, changes, shifts_db, signed
from wifiplan.report.tables import Table, breakable
from wifiplan.report.texts import texts
from wifiplan.site.building import Site
from wifiplan.site.network import Band
from wifiplan.study.measured_errors import Errors, Strayed
from wifiplan.survey.estimates import Calibration, Parameter
from wifiplan.survey.records import Survey

MOST_ROWS = 24
"""Rows of the lists of access points, rooms and places: the worst; all stand in the answer as JSON."""

WORST_PLACES = 12

FAR_DB = 10.0
"""A prediction this far off is printed boldly [dB]: a room's margin is gone."""


def surveys_table(surveys: Sequence[Survey], lang: str) -> Table:
    """Return who measured when and with what, a row a survey."""
    words = texts(lang)
    dash = words["doc.dash"]
    return Table(
        heads=_heads(words, "surveys", ("name", "when", "who", "device", "places", "readings", "source")),
        rows=tuple(
            (
                breakable(survey.name or dash),
                survey.started_at[:16].replace("T", " ") or dash,
                survey.surveyor or dash,
                survey.device or dash,
                str(len({(s.floor, s.x_m, s.y_m) for s in survey.samples})),
                f"{sum(s.rssi_dbm is not None for s in survey.samples):,}",
                breakable(survey.source or dash),
            )
            for survey in surveys
        ),
    )


def bands_table(errors: Errors, calibration: Calibration, lang: str) -> Table:
    """Return the error of the prediction in every band, before and after calibration."""
    words = texts(lang)
    left = {error.band: error for error in calibration.errors}
    rows = []
    for one in errors.by_band:
        told = left.get(one.band)
        rows.append(
            (
                f"{one.band} GHz",
                str(told.n_places) if told else words["doc.dash"],
                f"{one.n:,}",
                f"{told.n_missing:,}" if told else words["doc.dash"],
                signed(one.median_db),
                _decimal(one.rmse_planned_db),
                _decimal(one.rmse_shifted_db),
                _decimal(one.rmse_fitted_db),
                _known(told.rmse_by_point_db if told else None, words),
                _known(told.rmse_by_ap_db if told else None, words),
            )
        )
    names = ("band", "places", "readings", "missing", "median", "planned", "shifted", "fitted", "point", "ap")
    return Table(heads=_heads(words, "bands", names), rows=tuple(rows))


def parameters_table(calibration: Calibration, site: Site, lang: str) -> Table:
    """Return what was believed before and what the readings say, a column a band; powers stand by access point."""
    words = texts(lang)
    bands = [error.band for error in calibration.errors]
    rows: dict[tuple[str, str], dict[Band | None, Parameter]] = {}
    for one in calibration.parameters:
        if one.name != "power_db":
            rows.setdefault((one.name, one.of), {})[one.band] = one
    return Table(
        heads=(*_heads(words, "parameters", ("name", "prior")), *(f"{band} GHz" for band in bands)),
        rows=tuple(_parameter_row(found, bands, site, lang) for found in rows.values()),
    )


def _parameter_row(
    found: Mapping[Band | None, Parameter], bands: Sequence[Band], site: Site, lang: str
) -> tuple[str, ...]:
    words = texts(lang)
    first = next(iter(found.values()))
    cells = []
    for band in bands:
        one = found.get(band, found.get(None))
        cells.append(
            words["doc.dash"]
            if one is None
            else _spread(one.value, one.sd, one)
            if one.is_learned
            else words["survey.stayed"]
        )
    return parameter_text(first, site, lang), _spread(first.prior_value, first.prior_sd, first), *cells


def aps_table(errors: Errors, calibration: Calibration, site: Site, lang: str) -> Table:
    """Return how every access point was heard, those that stray most first."""
    words = texts(lang)
    numbers, names = ap_marks(site), {ap.id: ap.name or ap.id for ap in site.access_points}
    powers = {(p.of, p.band): p for p in calibration.parameters if p.name == "power_db"}
    rows, bold = [], []
    for one in _worst(errors.by_ap):
        power = powers.get((one.key, one.band))
        rows.append(
            (
                numbers.get(one.key, words["doc.dash"]),
                breakable(names.get(one.key, one.key)),
                f"{one.band} GHz",
                *_strayed(one, words),
                words["doc.dash"] if power is None else _spread(power.value, power.sd, power),
            )
        )
        bold.append(one.rmse_fitted_db >= FAR_DB or one.is_silent)
    heads = _heads(words, "aps", ("number", "name", "band", *_STRAYED, "power"))
    return Table(heads=heads, rows=tuple(rows), failing=tuple(bold))


def rooms_table(errors: Errors, site: Site, lang: str) -> Table:
    """Return how the prediction strays in every room where somebody stood, the worst first."""
    words = texts(lang)
    names = _room_names(site, lang)
    chosen = _worst(errors.by_room) if names else []
    return Table(
        heads=_heads(words, "rooms", ("name", "band", *_STRAYED)),
        rows=tuple(
            (breakable(names.get(one.key, words["survey.outside"])), f"{one.band} GHz", *_strayed(one, words))
            for one in chosen
        ),
        failing=tuple(one.rmse_fitted_db >= FAR_DB for one in chosen),
    )


def places_table(errors: Errors, site: Site, lang: str) -> Table:
    """Return the places at which the strongest reading is farthest from the plan's, all bands together."""
    words = texts(lang)
    names = {room.id: room.name for floor in site.floors for room in floor.rooms}
    outside = words["survey.outside" if names else "doc.dash"]
    numbers = ap_marks(site)
    apart = [pair for band, shift_db in shifts_db(errors).items() for pair in changes(errors.places, band, shift_db)]
    worst = sorted(apart, key=lambda pair: -abs(pair[1]))[:WORST_PLACES]
    return Table(
        heads=_heads(words, "places", ("room", "place", "band", "measured", "planned", "apart", "aps")),
        rows=tuple(
            (
                breakable(names.get(place.room_id, outside)),
                words["survey.place"].format(
                    floor=site_floor_name(site, place.floor, lang), x=f"{place.x_m:.1f}", y=f"{place.y_m:.1f}"
                ),
                f"{place.band} GHz",
                f"{place.rssi_dbm:.0f}",
                _known(place.planned_dbm, words, 0),
                signed(change),
                " / ".join(numbers.get(ap, words["doc.dash"]) for ap in (place.ap_id, place.planned_ap_id)),
            )
            for place, change in worst
        ),
        failing=tuple(abs(change) >= FAR_DB for _, change in worst),
    )


def _room_names(site: Site, lang: str) -> dict[str, str]:
    """Return the floor and name of every room: corridors of several floors are called alike."""
    return {
        room.id: f"{site_floor_name(site, floor.level, lang)} {room.name}"
        for floor in site.floors
        for room in floor.rooms
    }


_STRAYED = ("readings", "missing", "median", "planned", "fitted")


def _strayed(one: Strayed, words: Mapping[str, str]) -> tuple[str, ...]:
    if not one.n:
        return (str(one.n), str(one.n_missing), *(words["doc.dash"],) * 3)
    return (
        str(one.n),
        str(one.n_missing) if one.n_missing else words["doc.dash"],
        signed(one.median_db),
        _decimal(one.rmse_planned_db),
        _decimal(one.rmse_fitted_db),
    )


def rest_texts(errors: Errors, site: Site, lang: str) -> dict[str, str]:
    """Return a sentence for each list that is cut: how many rows are not printed; blank for a whole one."""
    words = texts(lang)
    drawn = any(floor.rooms for floor in site.floors)
    n_left = {
        "aps": len(errors.by_ap) - MOST_ROWS,
        "rooms": len(errors.by_room) - MOST_ROWS if drawn else 0,
    }
    return {name: words["survey.rest"].format(n=n) if n > 0 else "" for name, n in n_left.items()}


def _worst(rows: Sequence[Strayed]) -> list[Strayed]:
    """Return the rows of most error; those that were never heard come first."""
    return sorted(rows, key=lambda one: (one.n > 0, -one.rmse_fitted_db if one.n else 0.0, one.key))[:MOST_ROWS]


def parameter_text(parameter: Parameter, site: Site, lang: str) -> str:
    """Return a parameter's name in words."""
    words = texts(lang)
    of = parameter.of
    if parameter.name == "wall_db" and of in materials():
        material = materials()[of]
        of = material.name_zh if lang == "zh-TW" else of
    if parameter.name == "power_db":
        of = next((ap.name or ap.id for ap in site.access_points if ap.id == of), of)
    return words[f"survey.param.{parameter.name}"].format(of=of or words["doc.dash"])


def _spread(value: float, sd: float, parameter: Parameter) -> str:
    digits = 1 if parameter.name.endswith("_db") else 2
    return f"{value:.{digits}f} ± {sd:.{digits}f}"


def _decimal(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "-"


def _known(value: float | None, words: Mapping[str, str], digits: int = 1) -> str:
    return words["doc.dash"] if value is None else f"{value:.{digits}f}"


def _heads(words: Mapping[str, str], table: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(words[f"survey.{table}.{name}"] for name in names)
