"""Opening a DXF without harm: sizes are looked at before anything is built, damage is repaired where ezdxf can."""

import gc
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ezdxf import recover
from ezdxf.document import Drawing
from ezdxf.filemanagement import readfile
from ezdxf.lldxf.const import DXFError

from wifiplan.catalog.layer_words import meaning
from wifiplan.errors import DrawingError, WifiplanError

MAX_BYTES = 120_000_000
"""Largest file that is read; drawings of whole schools have 5 to 30 MB."""
MAX_TAGS = 4_500_000
"""Pairs of group code and value: ezdxf needs about 110 bytes each while it reads, so 0.5 GB."""
MAX_ENTITIES = 400_000
"""Records of any kind: ezdxf keeps about 1.3 kB of each, so 0.5 GB."""
MAX_BINARY_BYTES = 16_000_000
"""Largest binary DXF: its tags cannot be counted from outside, the shortest have three bytes."""

_UTF8_SINCE = "AC1021"
"""From the version of 2007 on a DXF is in UTF-8; before, its header names a code page, and may be wrong."""
_MOST_NAMES = 500
_ENCODINGS = ("utf-8", "cp950", "gbk")
_BINARY = b"AutoCAD Binary DXF\r\n\x1a\x00"
_BROKEN = (
    DXFError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    EOFError,
    struct.error,
    NotImplementedError,
)
"""What ezdxf raises on files that are no sound DXF: it checks little on its way."""
_SAVE_AGAIN = "open it in the CAD program, run AUDIT and save it again as ASCII DXF (2007 or later)"
_SAVE_AGAIN_ZH = "請用 CAD 程式開啟、執行 AUDIT（檢查修復），再另存為 ASCII DXF（2007 以後版本）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An open drawing, and how many of its faults were repaired; None where it was read as it stands."""

    doc: Drawing
    n_repaired: int | None = None


@contextmanager
def without_pauses() -> Iterator[None]:
    """Keep the collector of cycles from walking over a million young records again and again: a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load(path: Path) -> Loaded:
    """Open a DXF of any version, ASCII or binary, R12 to 2018.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Loaded
        The drawing; damaged files by ezdxf's recovery.

    Raises
    ------
    DrawingError
        The file cannot be opened, is no DXF, is damaged beyond repair, or is too large to be read safely.
    """
    _check(_bytes(path), path)
    try:
        return Loaded(doc=_in_its_letters(readfile(path), path))
    except (*_BROKEN, OSError, UnicodeError):
        pass
    try:
        doc, auditor = recover.readfile(path)
    except (*_BROKEN, OSError, UnicodeError) as error:
        raise DrawingError(
            f"not a DXF, or damaged beyond repair ({type(error).__name__})",
            remedy=_SAVE_AGAIN,
            where=path.name,
            zh=("不是 DXF，或損壞到無法修復", _SAVE_AGAIN_ZH),
        ) from error
    return Loaded(doc=doc, n_repaired=len(auditor.fixes) + len(auditor.errors))


def _in_its_letters(doc: Drawing, path: Path) -> Drawing:
    """Return a drawing read again where its header names another encoding than its layers are written in."""
    if doc.dxfversion >= _UTF8_SINCE:
        return doc
    names = list({entity.dxf.get("layer", "0") for block in doc.blocks for entity in block})[:_MOST_NAMES]
    best = (_n_known(names), doc.encoding)
    for encoding in _ENCODINGS:
        try:
            other = [name.encode(doc.encoding, "surrogateescape").decode(encoding) for name in names]
        except (UnicodeError, LookupError):
            continue
        best = max(best, (_n_known(other), encoding), key=lambda one: one[0])
    return doc if best[1] == doc.encoding else readfile(path, encoding=best[1])


def _n_known(names: list[str]) -> int:
    return sum(meaning(name) is not None for name in names)


def too_much(path: Path, what: str, zh: str) -> WifiplanError:
    """Return the refusal of a drawing that would need more memory than is reasonable."""
    return DrawingError(
        f"the drawing is too large to be read safely: {what}",
        remedy="keep the one floor plan only (WBLOCK it into a file of its own, PURGE the rest) and give that",
        where=path.name,
        zh=(f"圖檔太大，無法安全讀取：{zh}", "請只留下需要的平面圖（WBLOCK 另存、PURGE 清除其餘）再匯入"),
    )


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DrawingError(
            f"cannot be opened ({error.strerror or type(error).__name__})",
            remedy="check the path and that you may read it",
            where=str(path),
            zh=("檔案打不開", "請檢查路徑與讀取權限"),
        ) from error
    if len(data) > MAX_BYTES:
        raise too_much(path, f"more than {MAX_BYTES / 1e6:.0f} MB", f"超過 {MAX_BYTES / 1e6:.0f} MB")
    return data


def _check(data: bytes, path: Path) -> None:
    """Refuse what is no DXF, and what would need too much memory."""
    if data.startswith(_BINARY):
        if len(data) > MAX_BINARY_BYTES:
            mb = MAX_BINARY_BYTES // 1_000_000
            raise too_much(path, f"a binary DXF of more than {mb} MB", f"二進位 DXF 超過 {mb} MB")
        return
    if not data.strip():
        raise DrawingError(
            "the file is empty", remedy="give a DXF", where=path.name, zh=("檔案是空的", "請給一個 DXF 檔")
        )
    if re.match(rb"AC10\d\d", data):
        raise DrawingError(
            "this is a DWG, whatever its name says",
            remedy="save it as DXF in the CAD program (SAVEAS, or the free ODA File Converter)",
            where=path.name,
            zh=("這是 DWG，不是 DXF", "請在 CAD 程式中另存為 DXF（或用免費的 ODA File Converter 轉檔）"),
        )
    if b"\x00" in data[:2000] or re.search(rb"(?:^|[\r\n])[ \t]*0[ \t]*(?:\r\n|\r|\n)[ \t]*SECTION", data) is None:
        raise DrawingError(
            "the file holds no section of a DXF",
            remedy=_SAVE_AGAIN,
            where=path.name,
            zh=("檔案裡沒有 DXF 的內容", _SAVE_AGAIN_ZH),
        )
    n_tags = max(data.count(b"\n"), data.count(b"\r")) // 2
    if n_tags > MAX_TAGS:
        raise too_much(path, f"{n_tags:,} values, more than {MAX_TAGS:,}", f"{n_tags:,} 個值，上限 {MAX_TAGS:,}")
    n_entities = sum(1 for _ in re.finditer(rb"\n[ \t]*0[ \t]*\r?\n", data))
    if n_entities > MAX_ENTITIES:
        raise too_much(
            path, f"{n_entities:,} records, more than {MAX_ENTITIES:,}", f"{n_entities:,} 筆，上限 {MAX_ENTITIES:,}"
        )
