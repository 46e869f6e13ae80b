"""Surveys of a county's schools: read beside their drawn plans, so that each is planned with its own law."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from wifiplan.cli.options import FOLDER, note_some
from wifiplan.county import SchoolTask
from wifiplan.files.site_folder import Key
from wifiplan.files.survey_folder import read_survey_folders

MOST_NOTES = 10
"""So many files that are of no school are named one by one."""

surveys_option = click.option(
    "--surveys",
    "survey_folders",
    type=FOLDER,
    multiple=True,
    help="Folder of surveys, or of laws that `survey fit` wrote: a school with a drawn plan is planned with a law of "
    "its own. Files are found by STAGE-CODE, by the name of the plan's file, or by the site's name.",
)


def with_surveys(
    tasks: Sequence[SchoolTask],
    folders: Sequence[Path],
    plans: Mapping[Key, Path],
    schools: Sequence[Key],
    lang: str,
) -> list[SchoolTask]:
    """Return the tasks with the surveys or the law of each school; say which files fit none."""
    if not folders:
        return list(tasks)
    found = read_survey_folders(folders, plans, schools)
    rest = "--surveys 還有 {n} 個檔案略過", "and {n} more files of --surveys that were left aside"
    note_some(lang, found.notes, MOST_NOTES, rest)
    return [
        replace(task, survey_paths=found.paths.get(task.site_path, ())) if task.site_path is not None else task
        for task in tasks
    ]
