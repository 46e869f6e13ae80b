"""`wifiplan survey map`: maps from readings, with how sure they are."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from wifiplan import files
from wifiplan.cli.options import FILE, OUT_FOLDER, lang_option, law_option, say, settings_option
from wifiplan.cli.predict import every_two_metres
from wifiplan.cli.survey_common import Readings, read_all
from wifiplan.files.output import check_apart, check_writable, write_bytes, write_csv
from wifiplan.report.figures import png_bytes, survey_figure
from wifiplan.report.survey_maps import COLUMNS, ap_marks, level_panel, map_line, map_rows, spread_panel
from wifiplan.report.survey_words import error_lines
from wifiplan.site.network import Band
from wifiplan.study.measured_maps import MOST_SD_DB, NINETY_SD, FloorMap, measured_maps, single_maps
from wifiplan.survey.interpolation import Interpolator, interpolate
from wifiplan.units import Array, IntArray


@click.command("map")
@click.argument("site_path", metavar="SITE", type=FILE)
@click.argument("survey_paths", metavar="SURVEY...", nargs=-1, required=True, type=FILE)
@click.option("--band", type=click.Choice(["2.4", "5", "6"]), help="Only this band; all that was read without it.")
@click.option(
    "--points", "points_path", type=FILE, help="CSV with the columns x_m, y_m, z_m, floor, to be told instead of a map."
)
@click.option("--json", "as_json", is_flag=True, help="Print levels and spreads of every access point as JSON.")
@click.option("--out", "folder", type=OUT_FOLDER, help="Folder for a picture (PNG) and a table (CSV) a floor and band.")
@click.option("--each", is_flag=True, help="With --out: also a picture of every single access point.")
@click.option(
    "--cell",
    "cell_m",
    type=click.FloatRange(0.1, 10.0),
    help="Edge of a cell [m]; about 6,000 cells without.",
)
@click.option(
    "--most-sd",
    "most_sd_db",
    type=click.FloatRange(1.0, 30.0),
    default=MOST_SD_DB,
    show_default=True,
    help="Cells that are less sure than this are drawn as not known [dB].",
)
@settings_option
@law_option
@lang_option
def map_command(  # noqa: PLR0913, PLR0917 (one name an option)
    site_path: Path,
    survey_paths: tuple[Path, ...],
    band: Band | None,
    points_path: Path | None,
    folder: Path | None,
    cell_m: float | None,
    most_sd_db: float,
    settings_path: Path | None,
    law_path: Path | None,
    lang: str,
    *,
    as_json: bool,
    each: bool,
) -> None:
    """Draw the strongest signal over SITE (a site file or a plan.json) from the readings of one or more SURVEYs.

    The law of --law (as `survey fit` writes it), or one that is fitted to the readings at once, tells what lies between
    them; near a reading the map follows it. What is not known well is hatched, never drawn. With --json or --points as
    `predict` answers, and sd_db, low_dbm and high_dbm beside received_dbm (the last two hold 90 % of readings).
    """
    read = read_all(site_path, survey_paths, law_path=law_path, settings_path=settings_path)
    bands = read.asked(band)
    if as_json or points_path:
        _tell_points(read, _one(bands, read.settings.radio.band), points_path, as_json=as_json)
        return
    if folder:
        names = [f"{_name(level, one)}.{ending}" for level in read.levels for one in bands for ending in ("png", "csv")]
        check_apart((site_path, *survey_paths), [folder / name for name in names])
        check_writable(folder, names)
    for line in error_lines(read.calibration, lang):
        say(line)
    for each_band in bands:
        interpolator = interpolate(read.calibration, read.surveys, read.site, band=each_band)
        found = measured_maps(
            interpolator, read.surveys, read.site, read.levels, band=each_band, cell_m=cell_m, most_sd_db=most_sd_db
        )
        for one in found:
            click.echo(map_line(one, read.site, lang))
            if folder:
                _write(read, one, folder, lang)
        if folder and each:
            _write_each(read, interpolator, found, folder, lang)


def _one(bands: Sequence[Band], usual: Band) -> Band:
    return usual if usual in bands else bands[0]


def _name(level: int, band: Band) -> str:
    return f"floor{level}-{band}GHz"


def _write(read: Readings, found: FloorMap, folder: Path, lang: str) -> None:
    name = _name(found.level, found.band)
    panels = [level_panel(found, read.site, lang), spread_panel(found, read.site, lang)]
    figure = survey_figure(
        read.site, found.level, panels, most_sd_db=found.most_sd_db, numbers=ap_marks(read.site), lang=lang
    )
    write_csv(folder / f"{name}.csv", map_rows(found), COLUMNS)
    write_bytes(folder / f"{name}.png", png_bytes(figure))


def _write_each(read: Readings, interpolator: Interpolator, found: Sequence[FloorMap], folder: Path, lang: str) -> None:
    """Write a picture of every access point that was heard on a floor."""
    numbers = ap_marks(read.site)
    for whole in found:
        for one in single_maps(interpolator, read.surveys, read.site, whole):
            panels = [level_panel(one, read.site, lang), spread_panel(one, read.site, lang)]
            figure = survey_figure(read.site, one.level, panels, most_sd_db=one.most_sd_db, numbers=numbers, lang=lang)
            (name,) = one.access_points
            file = folder / f"{_name(one.level, one.band)}-ap{int(numbers[name]):02d}.png"
            write_bytes(file, png_bytes(figure))


def _tell_points(read: Readings, band: Band, points_path: Path | None, *, as_json: bool) -> None:
    xyz_m, floor_j = (
        files.read_points(points_path, read.levels)
        if points_path
        else every_two_metres(read.site, read.settings.radio.device_height_m)
    )
    estimate = interpolate(read.calibration, read.surveys, read.site, band=band).at(xyz_m, floor_j)
    mean_ij, sd_ij = np.asarray(estimate.mean_dbm_ij), np.asarray(estimate.sd_db_ij)
    click.echo(
        _json(read, band, xyz_m, floor_j, mean_ij, sd_ij) if as_json else _table(read, xyz_m, floor_j, mean_ij, sd_ij)
    )


def _json(read: Readings, band: Band, xyz_m: Array, floor_j: IntArray, mean_ij: Array, sd_ij: Array) -> str:
    half_ij = NINETY_SD * sd_ij
    return json.dumps(
        {
            "band": band,
            "access_points": [{"id": ap.id} for ap in read.site.access_points],
            "points": [
                {"x_m": x, "y_m": y, "z_m": z, "floor": int(level)}
                for (x, y, z), level in zip(xyz_m.tolist(), floor_j, strict=True)
            ],
            "received_dbm": _numbers(mean_ij),
            "sd_db": _numbers(np.where(np.isfinite(mean_ij), sd_ij, np.nan)),
            "low_dbm": _numbers(mean_ij - half_ij),
            "high_dbm": _numbers(mean_ij + half_ij),
        },
        ensure_ascii=False,
    )


def _numbers(values_ij: Array) -> list[list[float | None]]:
    """Return rows of numbers; an access point without a radio in the band is null."""
    return [[round(v, 2) if np.isfinite(v) else None for v in row] for row in values_ij.tolist()]


def _table(read: Readings, xyz_m: Array, floor_j: IntArray, mean_ij: Array, sd_ij: Array) -> str:
    heads = [part for ap in read.site.access_points for part in (ap.id, f"{ap.id} sd")]
    lines = ["\t".join(["x_m", "y_m", "z_m", "floor", *heads])]
    for j, (x, y, z) in enumerate(xyz_m.tolist()):
        cells = [
            f"{value:.1f}" if np.isfinite(mean_ij[i, j]) else ""
            for i in range(len(mean_ij))
            for value in (mean_ij[i, j], sd_ij[i, j])
        ]
        lines.append("\t".join([f"{x:g}", f"{y:g}", f"{z:g}", str(int(floor_j[j])), *cells]))
    return "\n".join(lines)
