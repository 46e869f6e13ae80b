"""Pictures and sheets of paper as underlays: a scan, a photo or a PDF to trace over, with a scale that a person gives."""

import io
import json
import math
import re
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.GifImagePlugin import GifImageFile
from PIL.WebPImagePlugin import WebPImageFile

from wifiplan.errors import DrawingError, ScaleError
from wifiplan.files.drawings.apart import run_apart
from wifiplan.files.drawings.records import Account, Imported, ImportOptions, Note, Picture
from wifiplan.files.drawings.underlay_svg import clean_svg
from wifiplan.site.building import Floor, Point, Site, Underlay
from wifiplan.site.recognition.names import plain

MAX_BYTES = 80_000_000
"""The largest file that is read; a scan of A1 in colour has 30 MB."""

MAX_PIXELS = 80_000_000
"""A1 at 300 dpi has 70 million pixels; unpacked they take 320 MB."""

MAX_SIDE_PX = 16_000
"""Browsers draw no larger pictures."""

EXTENT_M = (1.0, 5_000.0)
"""A plan that is smaller than a room or larger than a campus has a wrong scale."""

_PDF_CHILD = Path(__file__).with_name("pdf_child.py")
_ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
_TURNED = 0x0112  # EXIF's orientation
_HOW = "give two points of the picture in pixels and their distance: --scale x1,y1,x2,y2,metres"
_HOW_ZH = "請指定圖上兩點（像素）與實際距離：--scale x1,y1,x2,y2,公尺"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A picture that is safe to show and to keep.

    `notes` say what was changed or left out, `scales` the scales (1:n) that the sheet's own text names, and `dpi` how
    many of its pixels make an inch of paper, where that is known.
    """

    name: str
    data: bytes = field(repr=False)
    width_px: float
    height_px: float
    notes: tuple[Note, ...] = ()
    scales: tuple[int, ...] = ()
    dpi: float | None = None


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
            raise _fault(path.name, f"the picture is larger than {MAX_BYTES / 1e6:.0f} MB", "圖檔過大")
        data = path.read_bytes()
    except OSError as error:
        raise _fault(path.name, f"the file cannot be read ({error.strerror})", "讀不到這個檔案") from error
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


def picture_bytes(data: bytes, name: str, page: int | None = None) -> Sheet:
    """Return a stranger's picture as one that is safe to keep, whatever its name ends with.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name.
    page : int or None
        Page of a PDF, counted from 0.

    Raises
    ------
    DrawingError
        The file is damaged, locked, too large, or no picture.
    """
    if len(data) > MAX_BYTES:
        raise _fault(name, f"the picture is larger than {MAX_BYTES / 1e6:.0f} MB", "圖檔過大")
    head = data[:1024].lstrip()
    if b"%PDF-" in data[:1024]:
        return _from_pdf(data, name, page or 0)
    if head.startswith((b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")):
        found = clean_svg(data, where=name)
        notes = tuple(
            Note(what=what, count=n, detail="left out of the SVG", zh="已自 SVG 移除")
            for what, n in sorted(found.left.items())
        )
        return Sheet(
            name=_safe(name, ".svg"), data=found.data, width_px=found.width_px, height_px=found.height_px, notes=notes
        )
    return _from_pixels(data, name)


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


def _from_pixels(data: bytes, name: str) -> Sheet:
    try:
        with warnings.catch_warnings():
            # sizes are checked here, before anything is unpacked
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "BMP", "WEBP")) as image:
                return _checked(image, data, name)
    except UnidentifiedImageError as error:
        raise _fault(name, "this is no picture that is read", "無法辨識的圖檔") from error
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError, OverflowError) as error:
        raise _fault(name, f"the picture is damaged ({type(error).__name__})", "圖檔損壞") from error


def _checked(image: Image.Image, data: bytes, name: str) -> Sheet:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise _fault(
            name, f"a picture of {width:,} x {height:,} pixels is too large", f"{width:,} x {height:,} 像素過大"
        )
    if min(width, height) < 2:
        raise _fault(name, f"a picture of {width} x {height} pixels shows no plan", "圖片過小")
    n_frames = image.n_frames if isinstance(image, GifImageFile | WebPImageFile) else 1
    turned = image.getexif().get(_TURNED, 1) not in {0, 1}
    kind = image.format or ""
    image.load()
    notes: list[Note] = []
    if n_frames > 1:
        notes.append(Note(what="frames", count=n_frames - 1, detail="only the first is shown", zh="動畫只取第一格"))
    if turned or n_frames > 1 or kind not in _ENDINGS:
        upright = ImageOps.exif_transpose(image).convert("RGBA" if "transparency" in image.info else "RGB")
        packed = io.BytesIO()
        upright.save(packed, "PNG")
        data, kind, (width, height) = packed.getvalue(), "PNG", upright.size
    return Sheet(name=_safe(name, _ENDINGS[kind]), data=data, width_px=width, height_px=height, notes=tuple(notes))


def _from_pdf(data: bytes, name: str, page: int) -> Sheet:
    with tempfile.TemporaryDirectory(prefix="wifiplan-pdf-") as folder:
        source, target = Path(folder) / "sheet.pdf", Path(folder) / "sheet"
        source.write_bytes(data)
        told = target.with_suffix(".json")
        if not run_apart(_PDF_CHILD, (str(source), str(target), str(page)), max_seconds=180) or not told.exists():
            raise _fault(
                name, "the PDF cannot be drawn: damaged, or made to exhaust memory", "PDF 無法繪出：損壞，或過大"
            )
        answer = json.loads(told.read_text(encoding="utf-8"))
        if "error" in answer:
            raise _pdf_fault(answer, name, page)
        sheet = _from_pixels(target.with_suffix(".png").read_bytes(), f"{Path(name).stem}.png")
    notes = []
    if answer["n_pages"] > 1:
        n = answer["n_pages"] - 1
        notes.append(
            Note(what="pages", count=n, detail=f"page {page + 1} of {n + 1} is shown", zh=f"取第 {page + 1} 頁")
        )
    return Sheet(
        name=sheet.name,
        data=sheet.data,
        width_px=sheet.width_px,
        height_px=sheet.height_px,
        notes=tuple(notes),
        scales=tuple(answer["scales"]),
        dpi=answer["dpi"],
    )


def _pdf_fault(answer: dict[str, float | str], name: str, page: int) -> DrawingError:
    n_pages = answer.get("n_pages", 0)
    english, chinese = {
        "password": ("the PDF is locked by a password", "PDF 有密碼"),
        "pages": (f"the PDF has {n_pages} pages: no plan", f"PDF 有 {n_pages} 頁，不是平面圖"),
        "page": (f"the PDF has {n_pages} pages, page {page + 1} is not among them", f"PDF 只有 {n_pages} 頁"),
        "size": ("the PDF's page is smaller than a stamp or larger than 7 m", "PDF 頁面大小不合理"),
        "memory": ("the PDF does not fit in memory", "PDF 過大，記憶體不足"),
    }.get(str(answer["error"]), ("the PDF is damaged", "PDF 損壞"))
    return _fault(name, english, chinese)


def _no_scale(sheet: Sheet, where: str) -> ScaleError:
    offers, offers_zh = "", ""
    if sheet.dpi is not None and sheet.scales:
        told = [(n, n * 0.0254 / sheet.dpi) for n in sheet.scales[:5]]
        wide = "; ".join(f"1:{n} would make the sheet {sheet.width_px * m:.1f} m wide" for n, m in told)
        clicks = f"--scale 0,0,{sheet.width_px:g},0,{sheet.width_px * told[0][1]:.3f}"
        offers = f". The sheet names a scale, which holds only if it is drawn on its original size of paper: {wide} ({clicks})"
        offers_zh = f"。圖上寫有 1:{told[0][0]}，若紙張為原尺寸，可用 {clicks}"
    return ScaleError(
        f"a picture of {sheet.width_px:g} x {sheet.height_px:g} pixels does not say how large the building is",
        remedy=_HOW + offers,
        where=where,
        zh=(f"{sheet.width_px:g} x {sheet.height_px:g} 像素的圖片沒有比例", _HOW_ZH + offers_zh),
    )


def _fault(where: str, problem: str, zh: str) -> DrawingError:
    return DrawingError(
        problem,
        remedy="save the plan again as PNG, JPEG, plain SVG, or a PDF without a password",
        where=where,
        zh=(zh, "請將平面圖另存為 PNG、JPEG、一般 SVG 或無密碼的 PDF"),
    )


def _safe(name: str, ending: str) -> str:
    """Return a name that is only a file's name, whatever a stranger wrote."""
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in plain(Path(name.replace("\\", "/")).stem))
    return (stem.strip("_")[:60] or "plan") + ending
