"""What a fit found, as text on a terminal."""

from collections.abc import Sequence

from wifiplan.cli.scheme_text import table
from wifiplan.report.survey_remarks import remark_in
from wifiplan.report.survey_tables import aps_table, bands_table, parameter_text, parameters_table
from wifiplan.report.survey_words import findings, headline
from wifiplan.report.tables import Table
from wifiplan.report.texts import number_text, texts
from wifiplan.site.building import Site
from wifiplan.study.measured_errors import Errors
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.priors import Prior
from wifiplan.survey.records import Survey


def fit_text(surveys: Sequence[Survey], site: Site, found: Errors, calibration: Calibration, lang: str) -> str:
    """Return the error before and after, what was estimated, how access points were heard, and what to look at."""
    words = texts(lang)
    lines = headline(found, calibration, lang)
    told = (
        ("bands", bands_table(found, calibration, lang), (0,)),
        ("parameters", parameters_table(calibration, site, lang), (0,)),
        ("aps", aps_table(found, calibration, site, lang), (0, 1)),
    )
    for head, rows, left in told:
        if rows.rows:
            lines += ["", words[f"survey.head.{head}"], _aligned(rows, left)]
    lines += ["", words["survey.head.findings"]]
    lines += [f"- {line}" for line in findings(surveys, site, found, calibration, lang)]
    return "\n".join(lines)


def prior_text(prior: Prior, lang: str) -> str:
    """Return what schools of a type have in common, beside what is believed of any school."""
    words = texts(lang)
    rows = [
        (
            parameter_text(one, Site(name="", floors=()), lang),
            words["survey.pool.all"] if one.band is None else f"{one.band} GHz",
            f"{number_text(one.prior_value, 2)} ± {number_text(one.prior_sd, 2)}",
            f"{number_text(one.value, 2)} ± {number_text(one.sd, 2)}",
            str(n),
        )
        for one, n in zip(prior.parameters, prior.n_informed, strict=True)
    ]
    heads = [words[key] for key in ("survey.parameters.name", "survey.pool.band", "survey.parameters.prior")]
    dash = words["doc.dash"]
    devices = words["survey.names"].join(prior.devices) or dash
    lines = [
        words["survey.pool.head"].format(n=prior.n_schools, building=prior.building or dash, devices=devices),
        "",
        table([*heads, words["survey.pool.next"], words["survey.pool.schools"]], rows, (0, 1)),
        *(words["survey.finding.remark"].format(text=remark_in(lang, remark)) for remark in prior.remarks),
    ]
    return "\n".join(lines)


def _aligned(rows: Table, left: Sequence[int]) -> str:
    def bare(row: Sequence[str]) -> list[str]:
        # places where a page may break a word are no characters on a terminal
        return [cell.replace("\u200b", "") for cell in row]

    return table(bare(rows.heads), [bare(row) for row in rows.rows], left)
