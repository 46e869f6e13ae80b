"""Readings that came with a project, kept beside its site."""

import itertools
from collections.abc import Sequence
from pathlib import Path

from wifiplan.files.output import write_bytes
from wifiplan.files.surveys import dump_survey
from wifiplan.survey.records import Survey


def write_surveys(folder: Path, name: str, surveys: Sequence[Survey]) -> tuple[Path, ...]:
    """Write surveys into a folder under names that nobody has (NAME-1.csv, NAME-2.csv and so on) and return those.

    A survey that lies there already is not written again.

    Raises
    ------
    OutputError
        One cannot be written.
    """
    return write_new(folder / name, [dump_survey(survey).encode() for survey in surveys])


def write_new(stem: Path, texts: Sequence[bytes]) -> tuple[Path, ...]:
    """Write tables as STEM-1.csv, STEM-2.csv and so on, where nothing lies yet, and return those; none is doubled.

    Raises
    ------
    OutputError
        One cannot be written.
    """
    # a name may hold what a pattern would read as more than itself
    beside = stem.parent.iterdir() if texts and stem.parent.is_dir() else ()
    own = [path for path in beside if path.name.startswith(f"{stem.name}-") and path.suffix == ".csv"]
    known = {path.read_bytes() for path in own if path.is_file()}
    new = [text for text in texts if text not in known]
    free = (stem.with_name(f"{stem.name}-{n}.csv") for n in itertools.count(1))
    paths = tuple(itertools.islice((path for path in free if not path.exists()), len(new)))
    for path, text in zip(paths, new, strict=True):
        write_bytes(path, text)
    return paths
