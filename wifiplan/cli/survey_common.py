"""What the commands on surveys share: site, readings and law, read and fitted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from wifiplan.survey.hearing import band_of
from wifiplan.survey.records import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given: a site as it was read, with floors framed and what hangs there filled in, and its surveys.

    `plan` is None where a site was given; `settings` hold the law of --law where one was given, `planned_law` is what
    predicted before anything was measured: that of the plan, or of the settings. `calibration` is that of --law, None
    where none was given that was fitted to this site.
    """

    drawn: Site
    site: Site
    surveys: tuple[Survey, ...]
    settings: Settings
    plan: Plan | None
    planned_law: PathLoss
    calibration: Calibration | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings(Given):
    """What was given, and the law that was fitted to it."""

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


def read_given(
    site_path: Path, survey_paths: Sequence[Path], *, law_path: Path | None, settings_path: Path | None
) -> Given:
    """Read site or plan, surveys, settings and law.

    Raises
    ------
    SiteError, SurveyError, SettingsError
        A file is at fault, or nothing hangs at the site.
    """
    settings = load_settings(settings_path, None).study
    plan = read_compared(site_path).plan
    if plan is not None and settings_path is None:
        settings = plan.settings
    surveys = tuple(read_survey(path) for path in survey_paths)
    drawn = framed_site(files.read_site_or_plan(site_path), surveys)
    if surveys:
        check_floors(surveys, drawn, str(survey_paths[0]))
    return Given(
        drawn=drawn,
        site=hung_site(drawn),
        surveys=surveys,
        settings=replace(settings, law=files.read_law(law_path)) if law_path else settings,
        plan=plan,
        planned_law=settings.law,
        calibration=_fitted(law_path, drawn) if law_path else None,
    )


def _fitted(law_path: Path, site: Site) -> Calibration | None:
    """Return the calibration of a law file, where its law was fitted to this site."""
    law = files.read_law(law_path)
    is_of_site = isinstance(law, Law) and law.measured is not None and law.measured.site == site.name
    return read_calibration(law_path) if is_of_site else None


def read_all(
    site_path: Path, survey_paths: Sequence[Path], *, law_path: Path | None, settings_path: Path | None
) -> Readings:
    """Read site, surveys and law; fit the law where none is given that was fitted."""
    given = read_given(site_path, survey_paths, law_path=law_path, settings_path=settings_path)
    return Readings(
        drawn=given.drawn,
        site=given.site,
        surveys=given.surveys,
        settings=given.settings,
        plan=given.plan,
        planned_law=given.planned_law,
        calibration=given.calibration or _calibrated(given),
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


def _calibrated(given: Given) -> Calibration:
    if not isinstance(given.settings.law, Law):
        raise SettingsError("only a path-loss law can be fitted", remedy="give another --law", where="--law")
    return fit(given.settings.law, given.surveys, given.drawn)


def in_band(given: Given, band: Band | None) -> Given:
    """Return what was given, to be judged in a band; in that of the settings without one.

    Raises
    ------
    SurveyError
        If there are surveys, but nothing was read in it.
    """
    settings = given.settings
    if band is not None:
        settings = replace(settings, radio=replace(settings.radio, band=band))
    used = settings.radio.band
    if given.surveys and not any(band_of(sample) == used for one in given.surveys for sample in one.samples):
        raise SurveyError(
            f"no reading of the surveys is in the {used} GHz band",
            remedy="give another --band, or a survey of that band",
            where=", ".join(one.name for one in given.surveys),
            zh=(f"量測檔中沒有 {used} GHz 的讀值", "請改用 --band，或提供該頻段的量測檔"),
        )
    return replace(given, settings=settings)


def fitted(given: Given) -> Given:
    """Return what was given with a calibration, where a reading is of a known access point; else rooms tell so."""
    if given.calibration is not None or not given.surveys:
        return given
    try:
        return replace(given, calibration=_calibrated(given))
    except SurveyError:
        return given
