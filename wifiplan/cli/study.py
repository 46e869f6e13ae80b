"""`wifiplan study`: what follows if it were otherwise; one module a question, loaded when it is asked."""

import click

from wifiplan.cli.lazy import Commands, lazy_group

QUESTIONS: Commands = {
    "archetype": (
        "wifiplan.cli.study_archetype",
        "archetype_command",
        "How far assumed buildings are off drawn plans.",
    ),
    "compare": ("wifiplan.cli.study_compare", "compare_command", "Settings compared over a county: APs, rooms, money."),
    "sensitivity": ("wifiplan.cli.study_sensitivity", "sensitivity_command", "Which assumptions move the answer most."),
}
"""What can be asked."""


@click.group(cls=lazy_group(QUESTIONS))
def study() -> None:
    """Compare settings over a county, find which assumptions matter, and how far assumed buildings are off."""
