"""Pictures of strangers made safe to keep and to show: PNG, JPEG, GIF, BMP, WebP, SVG, and pages of PDF."""

import io
import json
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.GifImagePlugin import GifImageFile
from PIL.WebPImagePlugin import WebPImageFile

from wifiplan.errors import DrawingError
from wifiplan.files.drawings.apart import run_apart
from wifiplan.files.drawings.records import Note
from wifiplan.files.drawings.underlay_svg import clean_svg
from wifiplan.site.recognition.names import plain

MAX_BYTES = 80_000_000
"""The largest file that is read; a scan of A1 in colour has 30 MB."""

MAX_PIXELS = 80_000_000
"""A1 at 300 dpi has 70 million pixels; unpacked they take 320 MB."""

MAX_SIDE_PX = 16_000
"""Browsers draw no larger pictures."""

_PDF_CHILD = Path(__file__).with_name("pdf_child.py")
_ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
_TURNED = 0x0112  # EXIF's orientation


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
        raise sheet_fault(name, f"the picture is larger than {MAX_BYTES / 1e6:.0f} MB", "圖檔過大")
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


def _from_pixels(data: bytes, name: str) -> Sheet:
    try:
        with warnings.catch_warnings():
            # sizes are checked here, before anything is unpacked
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "BMP", "WEBP")) as image:
                return _checked(image, data, name)
    except UnidentifiedImageError as error:
        raise sheet_fault(name, "this is no picture that is read", "無法辨識的圖檔") from error
    except Image.DecompressionBombError as error:
        raise sheet_fault(name, "the picture is too large to unpack", "圖片像素過多") from error
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError) as error:
        raise sheet_fault(name, f"the picture is damaged ({type(error).__name__})", "圖檔損壞") from error


def _checked(image: Image.Image, data: bytes, name: str) -> Sheet:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise sheet_fault(
            name, f"a picture of {width:,} x {height:,} pixels is too large", f"{width:,} x {height:,} 像素過大"
        )
    if min(width, height) < 2:
        raise sheet_fault(name, f"a picture of {width} x {height} pixels shows no plan", "圖片過小")
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
            raise sheet_fault(
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
    return sheet_fault(name, english, chinese)


def sheet_fault(where: str, problem: str, zh: str) -> DrawingError:
    """Return the error of a picture that is not taken."""
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
