"""`wifiplan probe sheet`: the sheet of a class test again, in another language or beside a plan."""

import sys
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.class_sheets import earlier_of, read_extras, write_sheet
from wifiplan.cli.options import FILE, lang_option, say
from wifiplan.errors import SettingsError
from wifiplan.probe.verdict import judge_test
from wifiplan.report.class_words import conclusion
from wifiplan.report.texts import texts


@click.command()
@click.argument("result_path", metavar="RESULT", type=FILE)
@click.option("--plan", "plan_path", type=FILE, help="The school's plan.json: what was predicted stands beside it.")
@click.option(
    "--earlier",
    "earlier_path",
    type=FILE,
    help="The failed test that this one repeats; without it, it is looked for beside RESULT.",
)
@click.option("--services", "services_path", type=FILE, help="What `wifiplan probe services` wrote: printed with it.")
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
    result_path: Path,
    plan_path: Path | None,
    earlier_path: Path | None,
    services_path: Path | None,
    path: Path,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Print the sheet of the class test in RESULT, as `wifiplan probe class` wrote it into surveys/.

    A page a room: the verdict and why, the plan beside the measurement, the ramp, the devices, the neighbours, and the
    lines to sign; then the limits with their sources. The verdict follows from the figures in the file.
    Exits 0 for PASS, 1 for FAIL and INCONCLUSIVE.
    """
    if path.suffix.lower() != ".pdf":
        raise SettingsError("the sheet is a .pdf file", remedy="give a name that ends in .pdf", where="--out")
    given = [p for p in (result_path, plan_path, earlier_path, services_path) if p is not None]
    files.check_apart(given, [path])
    test = files.read_class_test(result_path)
    earlier_path = earlier_path or earlier_of(test, result_path.parent, lang)
    write_sheet(test, path, lang, read_extras(test, plan_path, earlier_path, services_path))
    say(texts(lang)["classtest.terminal.sheet"].format(path=path))
    judged = judge_test(test)
    if as_json:
        click.echo(files.json_text(files.judgement_to_plain(judged)), nl=False)
    else:
        click.echo(conclusion(test, lang, judged))
    sys.exit(0 if judged.verdict == "pass" else 1)
