"""`wifiplan predict`: the power that points receive from what hangs at a site, or from a plan."""

import json
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from wifiplan import files
from wifiplan.cli.common import load_settings
from wifiplan.cli.options import FILE, law_option, settings_option
from wifiplan.predict.coverage import bounds_m
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study import predict_site
from wifiplan.units import Array, IntArray


@click.command()
@click.argument("site_path", metavar="SITE", type=FILE)
@click.option(
    "--points",
    "points_path",
    type=FILE,
    help="CSV with the columns x_m, y_m, z_m, floor; without it a grid of 2 m on every floor.",
)
@click.option("--band", type=click.Choice(["2.4", "5", "6"]), help="Band; the settings' band without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@settings_option
@law_option
def predict(
    site_path: Path,
    points_path: Path | None,
    band: Band | None,
    settings_path: Path | None,
    law_path: Path | None,
    *,
    as_json: bool,
) -> None:
    """Predict the received power [dBm] of every access point of SITE (a site file or a plan.json) at every point.

    The answer is a table, one row a point and one column an access point; with --json an object with the keys band,
    access_points, points and received_dbm (a row an access point, null where it has no radio in the band).
    """
    settings = load_settings(settings_path, law_path).study
    if band is not None:
        settings = replace(settings, radio=replace(settings.radio, band=band))
    site = files.read_site_or_plan(site_path)
    xyz_m, floor_j = (
        files.read_points(points_path, _levels(site))
        if points_path
        else every_two_metres(site, settings.radio.device_height_m)
    )
    hung, received_ij = predict_site(site, settings, xyz_m, floor_j)
    click.echo(
        _json(settings.radio.band, hung, xyz_m, floor_j, received_ij)
        if as_json
        else _table(hung, xyz_m, floor_j, received_ij)
    )


def _levels(site: Site) -> tuple[int, ...]:
    return tuple(floor.level for floor in site.floors)


def every_two_metres(site: Site, height_m: float, step_m: float = 2.0) -> tuple[Array, IntArray]:
    """Return points (j, 3) on a grid over every floor and their levels: what is told where no points are named."""
    xyz, levels = [], []
    for floor in site.floors:
        x_min, y_min, x_max, y_max = bounds_m(floor)
        xx, yy = np.meshgrid(np.arange(x_min + 1, x_max, step_m), np.arange(y_min + 1, y_max, step_m))
        xyz.append(np.column_stack([xx.ravel(), yy.ravel(), np.full(xx.size, height_m)]))
        levels.append(np.full(xx.size, floor.level, dtype=np.int64))
    return np.concatenate(xyz), np.concatenate(levels)


def _json(band: Band, hung: tuple[AccessPoint, ...], xyz_m: Array, floor_j: IntArray, received_ij: Array) -> str:
    return json.dumps(
        {
            "band": band,
            "access_points": [{"id": ap.id} for ap in hung],
            "points": [
                {"x_m": x, "y_m": y, "z_m": z, "floor": int(level)}
                for (x, y, z), level in zip(xyz_m.tolist(), floor_j, strict=True)
            ],
            # JSON has no -inf: an access point without a radio in the band is not received at all
            "received_dbm": [[round(v, 2) if np.isfinite(v) else None for v in row] for row in received_ij.tolist()],
        },
        ensure_ascii=False,
    )


def _table(hung: tuple[AccessPoint, ...], xyz_m: Array, floor_j: IntArray, received_ij: Array) -> str:
    lines = ["\t".join(["x_m", "y_m", "z_m", "floor", *(ap.id for ap in hung)])]
    for j, (x, y, z) in enumerate(xyz_m.tolist()):
        powers = [f"{v:.1f}" if np.isfinite(v) else "" for v in received_ij[:, j]]
        lines.append("\t".join([f"{x:g}", f"{y:g}", f"{z:g}", str(int(floor_j[j])), *powers]))
    return "\n".join(lines)
