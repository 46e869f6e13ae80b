"""What the commands on surveys share: site, readings and law, read and fitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wifiplan import files
from wifiplan.cli.common import load_settings
from wifiplan.errors import SettingsError, SurveyError
from wifiplan.files.calibrations import read_calibration
from wifiplan.files.compared import read_compared
from wifiplan.files.surveys import read_survey
from wifiplan.radio.loss import Law, PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import Band
from wifiplan.study.records import Plan
from wifiplan.study.settings import Settings
from wifiplan.study.survey_site import framed_site, hung_site, is_drawn
from wifiplan.survey.calibration import fit
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.records import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """A site with its access points and their powers filled in, the surveys of it, and the law that was fitted to them.

    `plan` is None where a site was given; `planned_law` is what predicted before anything was measured: that of the
    plan, or of the settings.
    """

    site: Site
    surveys: tuple[Survey, ...]
    settings: Settings
    plan: Plan | None
    planned_law: PathLoss
    calibration: Calibration

    @property
    def bands(self) -> tuple[Band, ...]:
        """Bands in which an access point of the site was read."""
        return tuple(error.band for error in self.calibration.errors if error.n_readings)

    def asked(self, band: Band | None) -> tuple[Band, ...]:
        """Return the bands to be told of: the one that is asked for, or all that were read.

        Raises
        ------
        SurveyError
            If nothing was read in it.
        """
        if band is None:
            return self.bands
        if band in self.bands:
            return (band,)
        raise SurveyError(
            f"no access point of the site was read at {band} GHz",
            remedy=f"give a survey of that band, or --band {' or '.join(self.bands)}",
            where="--band",
            zh=(f"沒有 {band} GHz 的讀值屬於本校基地臺", f"提供該頻段的量測檔，或改用 --band {'、'.join(self.bands)}"),
        )

    @property
    def levels(self) -> tuple[int, ...]:
        """Levels of the site's floors of which anything is drawn."""
        return tuple(floor.level for floor in self.site.floors if is_drawn(floor))


def read_all(
    site_path: Path, survey_paths: Sequence[Path], *, law_path: Path | None, settings_path: Path | None
) -> Readings:
    """Read site, surveys and law; fit the law where none is given that was fitted."""
    settings = load_settings(settings_path, None).study
    plan = read_compared(site_path).plan
    if plan is not None and settings_path is None:
        settings = plan.settings
    surveys = tuple(read_survey(path) for path in survey_paths)
    drawn = framed_site(files.read_site_or_plan(site_path), surveys)
    check_floors(surveys, drawn, str(survey_paths[0]))
    site = hung_site(drawn)
    return Readings(
        site=site,
        surveys=surveys,
        settings=settings,
        plan=plan,
        planned_law=settings.law,
        calibration=calibrated(settings.law, law_path, surveys, drawn),
    )


def check_floors(surveys: Sequence[Survey], site: Site, where: str) -> None:
    """Refuse surveys of which no reading lies on a floor of the site: another school's, or floors counted otherwise.

    Raises
    ------
    SurveyError
        With the floors of both.
    """
    read = {sample.floor for survey in surveys for sample in survey.samples}
    levels = {floor.level for floor in site.floors}
    if not read or read & levels:
        return
    theirs, ours = (", ".join(str(level) for level in sorted(some)[:8]) for some in (read, levels))
    raise SurveyError(
        f"no reading lies on a floor of the site: they are on {theirs}, the site has {ours}",
        remedy="check that the survey is of this site, and that its ground floor is 0",
        where=where,
        zh=(f"沒有讀值在案場的樓層：量測檔為 {theirs}，案場有 {ours}", "請確認量測的是這所學校，且一樓的樓層編號為 0"),
    )


def calibrated(planned: PathLoss, law_path: Path | None, surveys: Sequence[Survey], site: Site) -> Calibration:
    """Return the calibration of a file where it is of this site; else one that starts from its law, or the plan's."""
    given = files.read_law(law_path) if law_path else planned
    if law_path and isinstance(given, Law) and given.measured is not None and given.measured.site == site.name:
        return read_calibration(law_path)
    if not isinstance(given, Law):
        raise SettingsError("only a path-loss law can be fitted", remedy="give another --law", where="--law")
    return fit(given, surveys, site)
