"""`wifiplan survey`: what was measured on site; one module a question, loaded when it is asked."""

import click

from wifiplan.cli.lazy import Commands, lazy_group

QUESTIONS: Commands = {
    "compare": ("wifiplan.cli.survey_compare", "compare", "Predicted against measured, before and after the fit."),
    "fit": ("wifiplan.cli.survey_fit", "fit_command", "Fit the path-loss law to surveys: LAW.json for --law."),
    "import": ("wifiplan.cli.survey_import", "import_command", "Readings of other tools, as survey files."),
    "map": ("wifiplan.cli.survey_map", "map_command", "Maps from readings, with how sure they are."),
    "next": ("wifiplan.cli.survey_next", "next_command", "Where to measure next, in walking order."),
    "pool": ("wifiplan.cli.survey_pool", "pool_command", "What schools of one building type have in common."),
    "rooms": ("wifiplan.cli.survey_rooms", "rooms_command", "Which classrooms have good wireless, as measured."),
    "walk": ("wifiplan.cli.survey_walk", "walk_command", "A page for the technician: click where you stand."),
}
"""What can be asked of surveys."""


@click.group(cls=lazy_group(QUESTIONS))
def survey() -> None:
    """Measure on site, read other tools' readings, calibrate the law, draw maps, and say where to measure next."""
