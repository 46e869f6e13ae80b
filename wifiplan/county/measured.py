"""What was measured at a school of the county: its own law, fitted to its surveys or read as it was fitted before."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from wifiplan import files
from wifiplan.county.task import SchoolTask
from wifiplan.errors import SettingsError, SurveyError, WifiplanError
from wifiplan.radio.loss import Law, PathLoss
from wifiplan.site.building import Site
from wifiplan.study import Settings
from wifiplan.survey.calibration import fit
from wifiplan.survey.records import Sample


def own_settings(task: SchoolTask, site: Site) -> Settings:
    """Return a task's settings with the school's own law, where it was measured.

    The county's law is believed until the readings tell otherwise.

    Parameters
    ----------
    task : SchoolTask
        With its surveys, or the one law that was fitted to them; without any, its settings stay.
    site : Site
        The drawn plan, with what hangs there.

    Raises
    ------
    SurveyError
        A file is damaged, or no reading is of an access point that the plan knows.
    SettingsError
        A law is damaged, or the county's law cannot be fitted.
    """
    if not task.survey_paths:
        return task.settings
    if not task.survey_files:
        return replace(task.settings, law=_law(task.settings, site, task.survey_paths))
    with TemporaryDirectory(prefix="wifiplan-") as folder:
        # a folder each: two files may have one name at home
        paths = [Path(folder) / str(n) / name for n, (name, _) in enumerate(task.survey_files)]
        for path, (_, content) in zip(paths, task.survey_files, strict=True):
            path.parent.mkdir()
            path.write_bytes(content)
        try:
            return replace(task.settings, law=_law(task.settings, site, paths))
        except WifiplanError as error:
            for path, home in zip(paths, task.survey_paths, strict=True):
                error.where = error.where.replace(str(path), str(home))
            raise


def _law(settings: Settings, site: Site, paths: Sequence[Path]) -> PathLoss:
    if paths[0].suffix.lower() == ".json":
        return files.read_law(paths[0])
    if not isinstance(settings.law, Law):
        raise SettingsError("only a path-loss law can be fitted to surveys", remedy="give another --law", where="--law")
    surveys = [files.read_survey(path) for path in paths]
    levels = {floor.level for floor in site.floors}
    strange = [path.name for path, one in zip(paths, surveys, strict=True) if not _on(levels, one.samples)]
    if strange:
        raise SurveyError(
            f"no reading of {', '.join(strange)} lies on a floor of the plan",
            remedy="check that the survey is of this school, and that its ground floor is 0",
            where=strange[0],
            zh=(f"{'、'.join(strange)} 沒有讀值在平面圖的樓層", "請確認量測的是這所學校，且一樓的樓層編號為 0"),
        )
    return fit(settings.law, surveys, site).law


def _on(levels: set[int], samples: Sequence[Sample]) -> bool:
    return not samples or any(sample.floor in levels for sample in samples)
