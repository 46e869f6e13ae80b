"""The sheet of a class test, with all that can stand beside it."""

from dataclasses import dataclass
from pathlib import Path

from wifiplan import files
from wifiplan.cli.options import say
from wifiplan.errors import SurveyError
from wifiplan.files.compared import mark_of
from wifiplan.files.services import read_services
from wifiplan.probe.records import ClassTest
from wifiplan.probe.services.records import ServicesRun
from wifiplan.report.class_services import services_section
from wifiplan.report.class_sheet import ClassSheet, write_class_sheet
from wifiplan.report.texts import texts
from wifiplan.study.class_tests import beside_plan
from wifiplan.study.records import Plan
from wifiplan.study.retests import compare_tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What stands beside a test on its sheet: the plan, the earlier test, the services' answers."""

    plan: Plan | None = None
    earlier: ClassTest | None = None
    services: ServicesRun | None = None


def read_extras(
    test: ClassTest, plan_path: Path | None, earlier_path: Path | None, services_path: Path | None
) -> Extras:
    """Read the files that stand beside a test.

    Raises
    ------
    SiteError, SurveyError
        A file cannot be read, or the plan is of another school.
    """
    plan = None if plan_path is None else files.read_plan(plan_path)
    if plan is not None:
        _check_school(test, plan, str(plan_path))
    return Extras(
        plan=plan,
        earlier=None if earlier_path is None else files.read_class_test(earlier_path),
        services=None if services_path is None else read_services(services_path),
    )


def write_sheet(test: ClassTest, path: Path, lang: str, extras: Extras) -> None:
    """Write the sheet of a test.

    Raises
    ------
    OutputError
        The sheet cannot be written.
    """
    plan, earlier, services = extras.plan, extras.earlier, extras.services
    whole = ClassSheet(
        test=test,
        beside=beside_plan(test, plan, None if plan is None else mark_of(plan)),
        retest=None if earlier is None else compare_tests(test, earlier),
        sections=() if services is None else (services_section(services, lang),),
    )
    write_class_sheet(whole, path, lang=lang)


def earlier_of(test: ClassTest, folder: Path, lang: str) -> Path | None:
    """Return the file of the test that this one repeats, None where it is not in the folder."""
    if test.retest_of is None:
        return None
    found = next(iter(sorted(folder.glob(f"class-test-*-{test.retest_of}.json"))), None)
    if found is None:
        say(texts(lang)["classtest.terminal.no_earlier"].format(id=test.retest_of, folder=folder))
    return found


def _check_school(test: ClassTest, plan: Plan, where: str) -> None:
    schools = {(school.stage, school.code) for school in plan.site.schools}
    if test.stage is None or not schools or (test.stage, test.code) in schools:
        return
    raise SurveyError(
        f"the plan is of another school than the test ({test.stage} {test.code})",
        remedy="give the plan.json of the school that was tested",
        where=where,
    )
