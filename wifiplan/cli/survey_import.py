"""`wifiplan survey import`: readings of other tools, as survey files."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wifiplan import files
from wifiplan.cli.options import FILE, lang_option, say
from wifiplan.cli.survey_import_text import account_json, account_lines, told
from wifiplan.errors import SurveyError
from wifiplan.files.readings.asking import Told, whereabouts
from wifiplan.files.readings.importing import Asked, read_all
from wifiplan.files.surveys import ENDINGS, survey_bytes
from wifiplan.report.survey_remarks import remark_in
from wifiplan.site.building import Site
from wifiplan.site.network import BANDS, Band
from wifiplan.survey.places import Origin
from wifiplan.survey.readings import Kind
from wifiplan.survey.records import Survey

if TYPE_CHECKING:
    from wifiplan.survey.matching import Matched

KINDS: tuple[str, ...] = ("auto", "iw", "nmcli", "netsh", "iperf3", "pcap", "csv", "esx", "survey", "parquet")

_ADDRESS = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_NO_ENDINGS = (".json", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".esx", ".pcap")

EPILOG = """\b
Where it was taken, where a file itself does not say:
  --x 12.5 --y 3 --floor N      all on one spot, in metres from the plan's
                                south-west corner
  --from X,Y --to X,Y           one straight walk, from the first reading to
                                the last
  --positions FILE.csv          time,x_m,y_m,floor: places passed and when;
                                point,x_m,y_m,floor: places by name (a column
                                of the readings, or the name of their file);
                                start_time,end_time,start_x_m,start_y_m,
                                end_x_m,end_y_m,floor: straight walks
  --scale 0.05 --picture P.png  positions in pixels of a picture

\b
Keys of --json, one object a survey: source, kind, written, n_readings,
n_silent, n_tests, n_bssids, n_places, floors, bands, device, remarks,
matched {mac, name, place, unclear, none}.
"""


class Finite(click.FloatRange):
    """A number within bounds; "nan" is in no range, and in none of click's comparisons outside one."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or fail as click does."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return float(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A survey that was read, of what kind its file is, and where it will be written."""

    survey: Survey
    kind: Kind
    path: Path


@click.command("import", epilog=EPILOG)
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option(
    "--out", "out", required=True, type=click.Path(path_type=Path), help="Survey file (.csv or .parquet) or folder."
)
@click.option("--kind", type=click.Choice(KINDS), default="auto", show_default=True, help="What the files are.")
@click.option(
    "--site", "site_path", type=FILE, help="Site file or plan.json: floors, scale of its pictures, whose a BSSID is."
)
@click.option("--x", "x_m", type=Finite(-5e3, 5e3), help="All was taken here: metres from the plan's west end.")
@click.option("--y", "y_m", type=Finite(-5e3, 5e3), help="The same from its south end.")
@click.option("--floor", help="Level (0 is the ground floor), or the floor's name.")
@click.option("--from", "start", metavar="X,Y", help="Beginning of a straight walk [m].")
@click.option("--to", "end", metavar="X,Y", help="Its end [m].")
@click.option("--positions", "positions_path", type=FILE, help="Table of positions; see below.")
@click.option("--clock", "clock_s", type=Finite(-1e6, 1e6), default=0.0, help="Seconds added to the readings' times.")
@click.option("--scale", "scale_m", type=Finite(1e-5, 100.0), help="Metres a pixel.")
@click.option("--picture", "picture_path", type=FILE, help="Picture in whose pixels the positions are.")
@click.option(
    "--height-px",
    "height_px",
    type=Finite(1, 1e6),
    help="Height in pixels of the picture as the tool showed it, where that is not its own.",
)
@click.option(
    "--origin",
    type=click.Choice(["top-left", "bottom-left"]),
    default="top-left",
    show_default=True,
    help="Where pixels count from.",
)
@click.option("--band", type=click.Choice(BANDS), help="Band of readings that name none.")
@click.option("--device", help="Model of the device that measured, never its address.")
@click.option("--surveyor", help="Who measured.")
@click.option("--partial", is_flag=True, help="Take what is sound of a file with faults.")
@click.option("--force", is_flag=True, help="Write over files that are there; copies NAME.old-N are kept.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@lang_option
def import_command(  # noqa: PLR0913, PLR0917 (options)
    paths: tuple[Path, ...],
    out: Path,
    kind: str,
    site_path: Path | None,
    x_m: float | None,
    y_m: float | None,
    floor: str | None,
    start: str | None,
    end: str | None,
    positions_path: Path | None,
    clock_s: float,
    scale_m: float | None,
    picture_path: Path | None,
    height_px: float | None,
    origin: Origin,
    band: Band | None,
    device: str | None,
    surveyor: str | None,
    lang: str,
    *,
    partial: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Turn readings of other tools into survey files, and account for what was taken and left.

    Reads scans of iw, nmcli and netsh (any language), iperf3 results, captures (pcap, pcapng), tables of other tools
    (one row a reading, or one column a BSSID), heat map programs' JSON, Ekahau projects (.esx) and survey files.
    """
    _check_model(device)
    site = files.read_site_or_plan(site_path) if site_path else None
    around = whereabouts(
        Told(
            site=site,
            site_path=site_path,
            floor=floor,
            x_m=x_m,
            y_m=y_m,
            start=start,
            end=end,
            positions_path=positions_path,
            picture_path=picture_path,
            scale_m=scale_m,
            height_px=height_px,
            origin=origin,
            clock_s=clock_s,
        )
    )
    wanted = next((one for one in _kinds() if one == kind), None)
    say(told("reading", lang, len(paths)))
    read = read_all(paths, Asked(around=around, kind=wanted, partial=partial))
    said = _Said(band=band, device=device, surveyor=surveyor)
    found = [(said.of(survey), one) for _, one, surveys in read for survey in surveys]
    made = [
        Made(survey=survey, kind=one, path=path)
        for (survey, one), path in zip(found, _targets(out, [survey for survey, _ in found]), strict=True)
    ]
    _write(made, paths, lang, force=force)
    _tell(made, site, lang, as_json=as_json)


def _matched(made: Sequence[Made], site: Site) -> "Matched":
    # they bring predictions and their compiled kernels along
    from wifiplan.survey.links import with_places  # noqa: PLC0415
    from wifiplan.survey.matching import match  # noqa: PLC0415

    return match([one.survey for one in made], with_places(site))


def _check_model(device: str | None) -> None:
    """Raise where somebody gives a device's address for its model: no survey keeps one."""
    if device is not None and _ADDRESS.search(device):
        raise SurveyError(
            "that is a device's address, and no survey keeps one",
            remedy="give the model, such as 'Pixel 7'",
            where="--device",
            zh=("這是裝置的位址，量測檔一律不保存", "請填型號，例如 Pixel 7"),
        )


def _kinds() -> tuple[Kind, ...]:
    return ("iw", "nmcli", "netsh", "iperf3", "pcap", "csv", "esx", "survey", "parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a person says of readings that do not say it themselves."""

    band: Band | None
    device: str | None
    surveyor: str | None

    def of(self, survey: Survey) -> Survey:
        """Return a survey with what was said."""
        samples = survey.samples
        if self.band is not None:
            samples = tuple(replace(one, band=self.band) if one.band is None else one for one in samples)
        return replace(
            survey,
            samples=samples,
            device=self.device or survey.device,
            surveyor=self.surveyor or survey.surveyor,
        )


def _targets(out: Path, surveys: Sequence[Survey]) -> list[Path]:
    """Return where each survey goes: the file itself for one, names in a folder for several."""
    if out.suffix.lower() in ENDINGS and not out.is_dir():
        if len(surveys) == 1:
            return [out]
        raise SurveyError(
            f"{len(surveys)} surveys do not go into one file",
            remedy="give --out a folder",
            where=str(out),
            zh=(f"{len(surveys)} 份量測無法寫入同一個檔案", "--out 請給資料夾"),
        )
    if out.suffix.lower() in _NO_ENDINGS and not out.is_dir():
        raise SurveyError(
            f"surveys are not written as {out.suffix}",
            remedy=f"end the name with {' or '.join(ENDINGS)}, or give a folder",
            where=str(out),
            zh=(f"量測檔不能存成 {out.suffix}", f"檔名請以 {' 或 '.join(ENDINGS)} 結尾，或指定資料夾"),
        )
    taken: set[str] = set()
    found = []
    for survey in surveys:
        stem = "".join(c if c.isalnum() or c in " -_.()" else "_" for c in survey.name).strip(" .")[:80] or "survey"
        name = next(n for n in (stem, *(f"{stem}-{k}" for k in range(2, 10_000))) if n.casefold() not in taken)
        taken.add(name.casefold())
        found.append(out / f"{name}.csv")
    return found


def _write(made: Sequence[Made], sources: Sequence[Path], lang: str, *, force: bool) -> None:
    files.check_apart(sources, [one.path for one in made])
    there = [one.path for one in made if one.path.exists()]
    if there and not force:
        raise SurveyError(
            "the file is there already" if len(there) == 1 else f"{len(there)} files are there already",
            remedy="choose another name with --out, or say --force",
            where=", ".join(map(str, there[:5])),
            zh=("檔案已存在", "請以 --out 指定其他名稱，或加上 --force"),
        )
    contents = [(one.path, survey_bytes(one.path, one.survey)) for one in made]
    for path, content in contents:
        if path.exists():
            say(told("kept", lang, path.name, files.keep_copy(path).name))
        files.write_bytes(path, content)


def _tell(made: Sequence[Made], site: Site | None, lang: str, *, as_json: bool) -> None:
    matched = None if site is None else _matched(made, site)
    if as_json:
        plain = [account_json(one.survey, one.kind, str(one.path), matched) for one in made]
        click.echo(files.json_text(plain))
        return
    for one in made:
        for line in account_lines(one.survey, one.kind, str(one.path), lang):
            click.echo(line)
    if matched is not None and matched.reasons:
        counts = {reason: sum(one == reason for one in matched.reasons.values()) for reason in REASONS}
        click.echo(told("matched", lang, len(set(matched.ap_of.values())), len(matched.reasons), *counts.values()))
        for remark in matched.remarks:
            say(told("note", lang, remark_in(lang, remark)))


REASONS = ("mac", "name", "place", "unclear", "none")
