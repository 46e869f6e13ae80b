"""`wifiplan probe sheet`: the sheet of a class test again, in another language or beside a plan."""

import sys
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.options import FILE, lang_option, say
from wifiplan.errors import SettingsError, SurveyError
from wifiplan.files.compared import mark_of
from wifiplan.probe.records import ClassTest
from wifiplan.probe.verdict import judge_test
from wifiplan.report.class_sheet import ClassSheet, write_class_sheet
from wifiplan.report.class_words import conclusion
from wifiplan.report.texts import texts
from wifiplan.study.class_tests import beside_plan
from wifiplan.study.records import Plan
from wifiplan.study.retests import Retest, compare_tests


@click.command()
@click.argument("result_path", metavar="RESULT", type=FILE)
@click.option("--plan", "plan_path", type=FILE, help="The school's plan.json: what was predicted stands beside it.")
@click.option(
    "--earlier",
    "earlier_path",
    type=FILE,
    help="The failed test that this one repeats; without it, it is looked for beside RESULT.",
)
@click.option(
    "--out",
    "path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The sheet (.pdf), to be signed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@lang_option
def sheet(
    result_path: Path, plan_path: Path | None, earlier_path: Path | None, path: Path, lang: str, *, as_json: bool
) -> None:
    """Print the sheet of the class test in RESULT, as `wifiplan probe class` wrote it into surveys/.

    A page a room: the verdict and why, the plan beside the measurement, the ramp, the devices, the neighbours, and the
    lines to sign; then the limits with their sources. The verdict follows from the figures in the file.
    Exits 0 for PASS, 1 for FAIL and INCONCLUSIVE.
    """
    if path.suffix.lower() != ".pdf":
        raise SettingsError("the sheet is a .pdf file", remedy="give a name that ends in .pdf", where="--out")
    given = [p for p in (result_path, plan_path, earlier_path) if p is not None]
    files.check_apart(given, [path])
    test = files.read_class_test(result_path)
    plan = None if plan_path is None else files.read_plan(plan_path)
    if plan is not None and plan_path is not None:
        _check_school(test, plan, plan_path)
    beside = beside_plan(test, plan, None if plan is None else mark_of(plan))
    retest = _retest(test, result_path, earlier_path)
    write_class_sheet(ClassSheet(test=test, beside=beside, retest=retest), path, lang=lang)
    judged = judge_test(test)
    if as_json:
        click.echo(files.json_text(files.judgement_to_plain(judged)), nl=False)
    else:
        click.echo(conclusion(test, lang, judged))
    say(texts(lang)["classtest.terminal.sheet"].format(path=path))
    sys.exit(0 if judged.verdict == "pass" else 1)


def _check_school(test: ClassTest, plan: Plan, plan_path: Path) -> None:
    schools = {(school.stage, school.code) for school in plan.site.schools}
    if test.stage is None or not schools or (test.stage, test.code) in schools:
        return
    raise SurveyError(
        f"the plan is of another school than the test ({test.stage} {test.code})",
        remedy="give the plan.json of the school that was tested",
        where=str(plan_path),
    )


def _retest(test: ClassTest, result_path: Path, earlier_path: Path | None) -> Retest | None:
    """Return the retest beside the test that it repeats: the one given, else the one that lies beside it."""
    if earlier_path is None and test.retest_of is not None:
        earlier_path = next(iter(sorted(result_path.parent.glob(f"class-test-*-{test.retest_of}.json"))), None)
        if earlier_path is None:
            say(f"note: the earlier test {test.retest_of} is not beside {result_path.name}")
    return None if earlier_path is None else compare_tests(test, files.read_class_test(earlier_path))
