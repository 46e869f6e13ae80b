"""Which reader a file needs, and which writer a name asks for: one door to all drawings and projects."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from wifiplan.errors import DrawingError, SurveyError
from wifiplan.files.drawings.records import Account, Imported, ImportOptions, Note, Picture
from wifiplan.files.site import write_site
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint
from wifiplan.survey.records import Survey

Format: TypeAlias = Literal["site", "esx", "dxf", "ifc", "geojson", "imdf", "openintent", "svg", "picture"]
"""What a file may be."""

FORMATS: tuple[Format, ...] = get_args(Format)
Reader: TypeAlias = Callable[[Path, ImportOptions], Imported]

_SUFFIXES: Mapping[str, Format] = {
    ".esx": "esx",
    ".dxf": "dxf",
    ".ifc": "ifc",
    ".ifczip": "ifc",
    ".geojson": "geojson",
    ".png": "picture",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".gif": "picture",
    ".bmp": "picture",
    ".webp": "picture",
    ".pdf": "picture",
    ".svg": "picture",
}
_READERS: Mapping[Format, tuple[str, str]] = {
    "esx": ("esx", "read_esx"),
    "dxf": ("dxf", "read_dxf"),
    "ifc": ("ifc", "read_ifc"),
    "geojson": ("geojson", "read_geojson"),
    "imdf": ("imdf", "read_imdf"),
    "openintent": ("openintent", "read_openintent"),
    "picture": ("underlay", "read_underlay"),
    "svg": ("underlay", "read_underlay"),
}
_WRITTEN: Mapping[str, Format] = {
    ".json": "site",
    ".esx": "esx",
    ".dxf": "dxf",
    ".geojson": "geojson",
    ".zip": "openintent",
    ".svg": "svg",
}
WRITTEN: tuple[Format, ...] = ("site", "esx", "dxf", "geojson", "openintent", "svg")
"""What can be written."""

_CLOSED: Mapping[str, tuple[str, str]] = {
    ".dwg": (
        "AutoCAD's own format is closed: save it there (or in a free converter) as DXF 2018",
        "這是 AutoCAD 的封閉格式：請用 AutoCAD 或免費轉檔程式另存為 DXF 2018",
    ),
    ".rvt": ("Revit's own format is closed: export it there as IFC4", "這是 Revit 的封閉格式：請在 Revit 匯出 IFC4"),
    ".skp": (
        "SketchUp's own format is closed: export it there as DXF or IFC",
        "這是 SketchUp 的封閉格式：請在 SketchUp 匯出 DXF 或 IFC",
    ),
    ".vsdx": (
        "Visio's drawing is no floor plan: export it there as DXF or SVG",
        "Visio 圖不是平面圖檔：請在 Visio 匯出 DXF 或 SVG",
    ),
    **dict.fromkeys((".doc", ".docx"), ("save the plan in it as a picture or PDF", "請將其中的平面圖另存為圖片或 PDF")),
}
_HEAD_BYTES = 1_000_000


def format_of(path: Path) -> Format:
    """Return what a file is, by its name, and by its content where a name says little.

    Raises
    ------
    DrawingError
        There is no such file, or nothing that is read.
    """
    if path.is_dir():
        return "imdf" if (path / "manifest.json").is_file() else "geojson"
    suffix = path.suffix.lower()
    if suffix in _CLOSED:
        remedy, remedy_zh = _CLOSED[suffix]
        raise DrawingError(
            f"files of the kind '{suffix}' are not read",
            remedy=remedy,
            where=path.name,
            zh=(f"無法讀取「{suffix}」檔", remedy_zh),
        )
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if suffix == ".zip":
        return _of_zip(path)
    if suffix == ".json":
        return _of_json(path)
    raise DrawingError(
        f"files of the kind '{suffix or path.name}' are not read",
        remedy="use a site file, .esx, .dxf, .ifc, GeoJSON, IMDF, OpenIntent, or a picture (PNG, JPEG, SVG, PDF)",
        where=path.name,
        zh=(
            f"無法讀取「{suffix or path.name}」檔",
            "請用案場檔、.esx、.dxf、.ifc、GeoJSON、IMDF、OpenIntent 或圖片（PNG、JPEG、SVG、PDF）",
        ),
    )


def read_drawing(path: Path, options: ImportOptions, *, kind: Format | None = None) -> Imported:
    """Read a drawing or a project of any kind.

    Parameters
    ----------
    path : Path
        The file; for GeoJSON and IMDF a folder, too.
    options : ImportOptions
        What the user tells.
    kind : str, optional
        What it is, where its name does not say.

    Raises
    ------
    DrawingError, ScaleError, SiteError, MissingError
        It cannot be read, is too large, has faults, does not say its scale, or needs an extra.
    """
    found = kind or format_of(path)
    if found == "site":
        return _own(path)
    module, name = _READERS[found]
    reader: Reader = vars(import_module(f"wifiplan.files.drawings.{module}"))[name]
    return reader(path, options)


def read_surveys(path: Path, options: ImportOptions, *, kind: Format | None = None) -> tuple[tuple[Survey, ...], str]:
    """Return the surveys that lie in a project, in the frame of the site that `read_drawing` gives.

    Returns
    -------
    surveys : tuple of Survey
        Those that hold readings.
    problem : str
        Why they could not be read; "" where they could, or there are none.
    """
    if (kind or format_of(path)) != "esx":
        return (), ""
    from wifiplan.files.drawings.esx import read_esx_surveys  # noqa: PLC0415 (each format loads when it is used)

    try:
        return tuple(survey for survey in read_esx_surveys(path, options) if survey.samples), ""
    except SurveyError as error:
        # the plans of a project are good without its surveys
        return (), str(error)


def written_format(path: Path) -> Format:
    """Return what a name asks to be written.

    Raises
    ------
    DrawingError
        Nothing that is written.
    """
    found = _WRITTEN.get(path.suffix.lower())
    if found is None:
        raise DrawingError(
            f"files of the kind '{path.suffix or path.name}' are not written",
            remedy=f"end the name with one of: {', '.join(_WRITTEN)}, or say --to {'|'.join(WRITTEN)}",
            where=path.name,
            zh=(
                f"無法寫出「{path.suffix or path.name}」檔",
                f"檔名請以 {', '.join(_WRITTEN)} 之一結尾，或加上 --to {'|'.join(WRITTEN)}",
            ),
        )
    return found


def write_drawing(
    path: Path,
    site: Site,
    access_points: Sequence[AccessPoint],
    *,
    kind: Format,
    lang: str = "zh-TW",
    pictures: Sequence[Picture] = (),
) -> Account:
    """Write a site, with the access points that shall hang there, for another tool.

    Parameters
    ----------
    path : Path
        The file; it is written in one go.
    site : Site
        The building.
    access_points : sequence of AccessPoint
        As planned, or as they hang; those of the site are not written beside them.
    kind : str
        One of `WRITTEN`.
    lang : "zh-TW" or "en"
        Language of names that we add.
    pictures : sequence of Picture
        Those that underlays name, for formats that carry them.

    Returns
    -------
    Account
        What was written, and what the format has no place for.

    Raises
    ------
    DrawingError, SiteError, OutputError
        The site cannot be written so, or the file cannot.
    """
    if kind == "site":
        return _write_own(path, replace(site, access_points=tuple(access_points)))
    if kind == "esx":
        from wifiplan.files.drawings.esx import write_esx  # noqa: PLC0415 (each format loads when it is used)

        return write_esx(path, site, access_points, pictures=pictures, lang=lang)
    if kind == "dxf":
        from wifiplan.files.drawings.dxf import write_dxf  # noqa: PLC0415 (the same)

        return write_dxf(path, site, access_points, lang=lang)
    if kind == "geojson":
        from wifiplan.files.drawings.geojson_write import write_geojson  # noqa: PLC0415 (the same)

        return write_geojson(path, site, access_points)
    if kind == "openintent":
        from wifiplan.files.drawings.openintent_write import write_openintent  # noqa: PLC0415 (the same)

        return write_openintent(path, site, access_points)
    from wifiplan.files.drawings.svg import write_svg  # noqa: PLC0415 (the same)

    return write_svg(path, site, access_points)


def _write_own(path: Path, site: Site) -> Account:
    write_site(path, site)
    return Account(took=_counted(site))


def _counted(site: Site) -> tuple[Note, ...]:
    return (
        Note(what="floors", count=len(site.floors), zh="樓層"),
        Note(what="rooms", count=sum(len(floor.rooms) for floor in site.floors), zh="空間"),
        Note(what="walls", count=sum(len(floor.walls) for floor in site.floors), zh="牆、門、窗"),
        Note(what="access_points", count=len(site.access_points), zh="基地臺"),
    )


def _own(path: Path) -> Imported:
    from wifiplan.files.plan import read_site_or_plan  # noqa: PLC0415 (brings the whole study along)

    site = read_site_or_plan(path)
    return Imported(site=site, account=Account(took=_counted(site)))


def _of_zip(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:10_000]
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DrawingError(
            "the archive cannot be opened",
            remedy="pack it again as .zip",
            where=path.name,
            zh=("壓縮檔無法開啟", "請重新壓縮為 .zip"),
        ) from error
    ends = [name.lower().rsplit("/", 1)[-1] for name in names]
    if "project.json" in ends and "floorplans.json" in ends:
        return "esx"
    if "manifest.json" in ends and any(name.endswith(".geojson") for name in ends):
        return "imdf"
    if any(name.endswith(".ifc") for name in ends):
        return "ifc"
    return "openintent"


def _of_json(path: Path) -> Format:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise DrawingError(
            "the file cannot be read",
            remedy="check its name and rights",
            where=str(path),
            zh=("檔案無法讀取", "請檢查檔名與權限"),
        ) from error
    if b'"floors"' in head:
        return "site"
    if b'"FeatureCollection"' in head or b'"Feature"' in head:
        return "geojson"
    if b'"wall_segments"' in head or b'"dot11_radios"' in head or b'"floorplans"' in head:
        return "openintent"
    return "site"
