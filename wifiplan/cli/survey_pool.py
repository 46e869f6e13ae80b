"""`wifiplan survey pool`: what schools of one building type have in common."""

from dataclasses import asdict
from pathlib import Path

import click

from wifiplan.cli.options import FILE, lang_option, say
from wifiplan.cli.survey_fit_text import prior_text
from wifiplan.errors import SettingsError
from wifiplan.files.calibrations import read_calibration, write_prior
from wifiplan.files.output import check_apart, check_writable
from wifiplan.files.plain import json_text, rounded
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.pooling import pool


@click.command("pool")
@click.argument("law_paths", metavar="LAW.json...", nargs=-1, required=True, type=FILE)
@click.option(
    "--out", "out_path", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Prior to write (JSON)."
)
@click.option("--building", help="Name of the type; needed where the schools name several.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@lang_option
def pool_command(
    *, law_paths: tuple[Path, ...], out_path: Path, building: str | None, as_json: bool, lang: str
) -> None:
    """Pool what `survey fit` wrote for schools of one building type into a prior for those not yet measured.

    The prior is what --prior of `survey fit` takes for the next school, and --law of plan, predict and county for one
    that nobody measures. A number that a school's readings did not tell counts for nothing.
    """
    check_apart(law_paths, (out_path,))
    check_writable(out_path.parent, (out_path.name,))
    prior = pool(_read(law_paths), building=building)
    write_prior(out_path, prior)
    if as_json:
        plain = asdict(prior)
        del plain["law"]
        click.echo(json_text(rounded({"format": 1, **plain}, 6)))
    else:
        click.echo(prior_text(prior, lang))
    say(str(out_path))


def _read(paths: tuple[Path, ...]) -> list[Calibration]:
    """Read all files; the faults of all at once."""
    found, faults = [], []
    for path in paths:
        try:
            found.append(read_calibration(path))
        except SettingsError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SettingsError(
            f"{len(faults)} of {len(paths)} files are no calibrations: " + "; ".join(str(one) for one in faults),
            remedy="give files that `survey fit` wrote",
            zh=(
                f"{len(paths)} 個檔案中有 {len(faults)} 個不是校準檔：" + "；".join(one.where for one in faults),
                "請給 `survey fit` 寫出的檔案",
            ),
        )
    return found
