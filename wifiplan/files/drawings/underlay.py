"""Scans, photos and PDFs as underlays: a picture to trace over, with a scale that a person gives."""

import math
import re
from pathlib import Path

from wifiplan.errors import ScaleError
from wifiplan.files.drawings.records import Account, Imported, ImportOptions, Note, Picture
from wifiplan.files.drawings.underlay_sheets import MAX_BYTES, Sheet, picture_bytes, sheet_fault
from wifiplan.site.building import Floor, Point, Site, Underlay
from wifiplan.site.recognition.names import plain

__all__ = ["picture_bytes", "read_underlay", "scale_of_clicks", "scaled"]

EXTENT_M = (1.0, 5_000.0)
"""A plan that is smaller than a room or larger than a campus has a wrong scale."""

_HOW = "give two points of the picture in pixels and their distance: --scale x1,y1,x2,y2,metres"
_HOW_ZH = "請指定圖上兩點（像素）與實際距離：--scale x1,y1,x2,y2,公尺"


def read_underlay(path: Path | str, options: ImportOptions | None = None, *, page: int = 0) -> Imported:
    """Read a picture as a site: one empty floor over it, to trace on.

    Parameters
    ----------
    path : Path or str
        PNG, JPEG, GIF, BMP, WebP, SVG or PDF.
    options : ImportOptions or None
        `unit_m` is metres a pixel, from the upper left corner (`scaled` computes it); `level`, `height_m` and `name`
        are those of the floor and its site.
    page : int
        Page of a PDF, counted from 0.

    Returns
    -------
    Imported
        The site, and the picture that its underlay names.

    Raises
    ------
    ScaleError
        Nobody said how large the picture is; a scale that the sheet names (1:100) is told, never used.
    DrawingError
        The file is damaged, locked, too large, or no picture.
    """
    path, asked = Path(path), options or ImportOptions()
    try:
        if path.stat().st_size > MAX_BYTES:
            raise sheet_fault(path.name, f"the picture is larger than {MAX_BYTES / 1e6:.0f} MB", "圖檔過大")
        data = path.read_bytes()
    except OSError as error:
        raise sheet_fault(path.name, f"the file cannot be read ({error.strerror})", "讀不到這個檔案") from error
    sheet = picture_bytes(data, path.name, page)
    if asked.unit_m is None:
        raise _no_scale(sheet, path.name)
    sides_m = (sheet.width_px * asked.unit_m, sheet.height_px * asked.unit_m)
    if not all(math.isfinite(s) for s in sides_m) or not EXTENT_M[0] <= max(sides_m) <= EXTENT_M[1]:
        raise ScaleError(
            f"with {asked.unit_m:g} m a pixel the picture would be {sides_m[0]:.4g} x {sides_m[1]:.4g} m",
            remedy=_HOW,
            where=path.name,
            zh=(f"每像素 {asked.unit_m:g} m，則圖面為 {sides_m[0]:.4g} x {sides_m[1]:.4g} m", _HOW_ZH),
        )
    floor = Floor(
        level=asked.level,
        elevation_m=round(asked.level * asked.height_m, 3),
        height_m=asked.height_m,
        underlay=Underlay(picture=sheet.name, scale_m_per_px=asked.unit_m),
    )
    size = Note(
        what="picture",
        count=1,
        detail=f"{sheet.width_px:g} x {sheet.height_px:g} px, {sides_m[0]:.2f} x {sides_m[1]:.2f} m",
        zh=f"{sheet.width_px:g} x {sheet.height_px:g} 像素，{sides_m[0]:.2f} x {sides_m[1]:.2f} m",
    )
    lines = Note(
        what="lines", count=0, detail="a picture is shown, not read: trace its walls", zh="圖片只供描繪，不辨識牆線"
    )
    return Imported(
        site=Site(name=plain(asked.name or path.stem)[:120] or "plan", floors=(floor,), access_points_known=False),
        account=Account(took=(size,), left=(lines, *sheet.notes)),
        pictures=(Picture(name=sheet.name, data=sheet.data),),
    )


def scaled(a_px: Point, b_px: Point, metres: float) -> float:
    """Return metres a pixel, from two points of a picture and how far apart they are.

    Raises
    ------
    ScaleError
        Both points are one, or the distance is none.

    Examples
    --------
    >>> scaled((100, 200), (400, 600), 10.0)
    0.02
    """
    px = math.dist(a_px, b_px)
    if not (math.isfinite(px) and math.isfinite(metres)) or px < 1.0 or metres <= 0.0:
        raise ScaleError(
            "two points less than a pixel apart, or no distance between them, give no scale",
            remedy="choose two points far apart, and a distance of more than 0 m",
            where="--scale",
            zh=("兩點相距不到一像素，或距離不大於 0，無法定出比例", "請選相距較遠的兩點，並輸入大於 0 的距離"),
        )
    return metres / px


def scale_of_clicks(text: str) -> float:
    """Return metres a pixel, from "x1,y1,x2,y2,metres".

    Raises
    ------
    ScaleError
        The text is not five numbers, or they give no scale.

    Examples
    --------
    >>> scale_of_clicks("0,0,500,0,10")
    0.02
    """
    try:
        x1, y1, x2, y2, metres = (float(part) for part in re.split(r"[,;\s]+", text.strip()))
    except ValueError as error:
        raise ScaleError(
            f'"{plain(text)[:60]}" is not five numbers', remedy=_HOW, where="--scale", zh=("須為五個數字", _HOW_ZH)
        ) from error
    return scaled((x1, y1), (x2, y2), metres)


def _no_scale(sheet: Sheet, where: str) -> ScaleError:
    offers, offers_zh = "", ""
    if sheet.dpi is not None and sheet.scales:
        told = [(n, n * 0.0254 / sheet.dpi) for n in sheet.scales[:5]]
        wide = "; ".join(f"1:{n} would make the sheet {sheet.width_px * m:.1f} m wide" for n, m in told)
        clicks = f"--scale 0,0,{sheet.width_px:g},0,{sheet.width_px * told[0][1]:.3f}"
        offers = f". The sheet names a scale, good only for paper of its original size: {wide} ({clicks})"
        offers_zh = f"。圖上寫有 1:{told[0][0]}，若紙張為原尺寸，可用 {clicks}"
    return ScaleError(
        f"a picture of {sheet.width_px:g} x {sheet.height_px:g} pixels does not say how large the building is",
        remedy=_HOW + offers,
        where=where,
        zh=(f"{sheet.width_px:g} x {sheet.height_px:g} 像素的圖片沒有比例", _HOW_ZH + offers_zh),
    )
