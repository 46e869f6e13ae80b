"""`wifiplan convert`: plans in and out of the tools that people have."""

from dataclasses import replace
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.convert_text import account_json, account_text, told
from wifiplan.cli.options import FILE, lang_option, say
from wifiplan.errors import DrawingError
from wifiplan.files.drawings.dxf.layer_table import read_layer_table
from wifiplan.files.drawings.formats import (
    FORMATS,
    WRITTEN,
    Format,
    read_drawing,
    read_surveys,
    write_drawing,
    written_format,
)
from wifiplan.files.drawings.joining import apart_from, with_floors_of
from wifiplan.files.drawings.readings import write_surveys
from wifiplan.files.drawings.records import Account, Imported, ImportOptions, Picture
from wifiplan.files.drawings.underlay import scale_of_clicks
from wifiplan.scheme.options import Lang

UNITS = {"mm": 0.001, "cm": 0.01, "m": 1.0, "in": 0.0254, "ft": 0.3048}
"""Metres a unit."""


@click.command()
@click.argument("source", metavar="IN", type=click.Path(exists=True, path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "kind", type=click.Choice(FORMATS), help="What IN is, where its name does not say.")
@click.option("--to", "wanted", type=click.Choice(WRITTEN), help="What OUT shall be, where its name does not say.")
@click.option(
    "--unit", type=click.Choice([*UNITS]), help="Unit of the drawing, where it does not say or says it wrongly."
)
@click.option(
    "--unit-m",
    "unit_m",
    type=click.FloatRange(1e-6, 1e4),
    help="The same as a number: metres of a drawing unit, or of a picture's pixel.",
)
@click.option(
    "--scale",
    metavar="X1,Y1,X2,Y2,METRES",
    help="Scale of a picture: two points of it in pixels from its upper left corner, and how far apart they are.",
)
@click.option("--layers", "layers_path", type=FILE, help="Table (CSV) of layers: layer, means, material, thickness_m.")
@click.option("--level", type=int, default=0, show_default=True, help="Level of the floor, for drawings of one floor.")
@click.option(
    "--height", "height_m", type=click.FloatRange(2, 20), default=3.3, show_default=True, help="Storey height [m]."
)
@click.option("--material", default="brick", show_default=True, help="Material of walls where nothing tells.")
@click.option("--name", help="Name of the site, instead of the one in the file.")
@click.option("--add", is_flag=True, help="Add the floors to the site file OUT instead of writing a new one.")
@click.option("--force", is_flag=True, help="Write over OUT; a copy NAME.old-N is kept.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@lang_option
def convert(  # noqa: PLR0913, PLR0917 (options)
    source: Path,
    target: Path,
    kind: Format | None,
    wanted: Format | None,
    unit: str | None,
    unit_m: float | None,
    scale: str | None,
    layers_path: Path | None,
    level: int,
    height_m: float,
    material: str,
    name: str | None,
    lang: Lang,
    *,
    add: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Convert a drawing or project IN to OUT, and account for everything in it: taken, guessed, left.

    Reads site files and plans (.json), .esx, .dxf, .ifc, GeoJSON, IMDF, OpenIntent, and pictures (PNG, JPEG, SVG, PDF)
    to trace over. Writes site files, .esx, .dxf, GeoJSON, OpenIntent (.zip) and SVG, by the ending of OUT.
    """
    to = wanted or written_format(target)
    files.check_apart((source,), (target,))
    if target.exists() and not (force or add):
        raise DrawingError(
            "the file is there already",
            remedy="choose another name, or say --force",
            where=str(target),
            zh=("檔案已存在", "請改用其他檔名，或加上 --force"),
        )
    if add and to != "site":
        raise DrawingError(
            "floors can only be added to a site file",
            remedy="end OUT with .json",
            where=str(target),
            zh=("樓層只能加入案場檔", "OUT 請以 .json 結尾"),
        )
    options = ImportOptions(
        unit_m=_metres(unit, unit_m, scale),
        layers=read_layer_table(layers_path) if layers_path else {},
        level=level,
        height_m=height_m,
        material=material,
        name=name,
    )
    say(told("reading", lang, source.name))
    found = read_drawing(source, options, kind=kind)
    if name:
        found = replace(found, site=replace(found.site, name=name))
    if add and target.exists():
        found = with_floors_of(files.read_site(target), found)
    if to == "site":
        found = apart_from(found, lambda picture: _is_other(target.parent, picture))
    if target.exists():
        say(told("kept", lang, target.name, files.keep_copy(target).name))
    written = _write(found, target, to, lang)
    click.echo(files.json_text(account_json(found, written, lang)) if as_json else account_text(found, written, lang))
    if to == "site":
        _keep_surveys(source, target, options, kind=kind, lang=lang)
    say(told("written", lang, target))


def _is_other(folder: Path, picture: Picture) -> bool:
    """Return whether a file of a picture's name lies there that is another one."""
    path = folder / picture.name
    try:
        return path.exists() and not (path.is_file() and path.read_bytes() == picture.data)
    except OSError:
        return True


def _keep_surveys(source: Path, target: Path, options: ImportOptions, *, kind: Format | None, lang: Lang) -> None:
    """Write the readings of a project beside its site, as surveys/NAME-1.csv and so on."""
    surveys, problem = read_surveys(source, options, kind=kind)
    if problem:
        say(told("note", lang, problem))
    for path in write_surveys(target.parent / "surveys", target.stem, surveys):
        say(told("written", lang, path))


def _metres(unit: str | None, unit_m: float | None, scale: str | None) -> float | None:
    """Return the metres of a drawing unit, told in one of three ways.

    Raises
    ------
    DrawingError
        In more than one.
    """
    told = [value for value in (unit, unit_m, scale) if value is not None]
    if len(told) > 1:
        raise DrawingError(
            "the scale is given twice",
            remedy="give one of --unit, --unit-m and --scale",
            zh=("比例重複指定", "--unit、--unit-m、--scale 請擇一"),
        )
    if scale is not None:
        return scale_of_clicks(scale)
    return UNITS[unit] if unit is not None else unit_m


def _write(found: Imported, target: Path, to: Format, lang: str) -> Account:
    """Write the answer; pictures first, so that a site file never names one that is missing."""
    if to == "site":
        for picture in found.pictures:
            files.write_bytes(target.parent / picture.name, picture.data)
    points = found.site.access_points
    return write_drawing(target, found.site, points, kind=to, lang=lang, pictures=found.pictures)
