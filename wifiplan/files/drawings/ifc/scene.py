"""What an IFC file holds, as plain records: read by a program of its own (`child.py`), whose death is an answer too."""

import importlib.util
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from wifiplan.errors import DrawingError, MissingError
from wifiplan.files.drawings.apart import run_apart
from wifiplan.files.spreadsheet_zip import PLAIN_PACKING, ZIP_ERRORS
from wifiplan.site.recognition.names import plain
from wifiplan.units import Array, IntArray

MAX_BYTES = 120_000_000
"""The largest file that is read: 95 MB of IFC text took the library 0.55 GB."""

MAX_SECONDS = 400
"""Longest time that the program may take, on a machine that has other work too."""

MAX_SEARCHED_BYTES = 30_000_000
"""Larger files are not looked through for lines that are missing: it takes a second for 10 MB."""

_NAMED, _DEFINED = re.compile(rb"[(,]\s*#(\d+)(?=\s*[,)])"), re.compile(rb"(?m)^\s*#(\d+)\s*=")
_CHILD = Path(__file__).with_name("child.py")
_SAVE_AGAIN = "export the model again as IFC2x3 or IFC4 (.ifc), architecture only"
_SAVE_AGAIN_ZH = "請從建模軟體重新匯出 IFC2x3 或 IFC4（.ifc），只匯出建築部分"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storey:
    """A storey of the file; heights in the file's unit, None where it does not say."""

    id: int
    name: str
    elevation: float | None
    placed: float | None

    @property
    def z(self) -> float:
        """Where it lies: where it is placed, else what it says."""
        return self.placed if self.placed is not None else self.elevation or 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """One element with its solid.

    `classes` are the classes of interest that it belongs to, `layers` names and thicknesses of what it is made of
    (in the file's unit), `xyz_m` the corners of the triangles.
    """

    id: int
    kind: str
    classes: tuple[str, ...]
    name: str
    long_name: str
    words: tuple[str, ...]
    external: bool
    complex: bool
    storey: int | None
    part_of: int | None
    host: int | None
    layers: tuple[tuple[str, float | None], ...]
    xyz_m: Array = field(repr=False)
    triangles: IntArray = field(repr=False)

    @property
    def z_m(self) -> tuple[float, float]:
        """Lowest and highest point of the solid [m]."""
        return float(self.xyz_m[:, 2].min()), float(self.xyz_m[:, 2].max())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A whole file: `unit_m` metres a unit, as it says; `counts` are its products by class.

    `n_missing` lines are named in it and not there.
    """

    schema: str
    unit_m: float
    unit_named: bool
    name: str
    north: tuple[float, float] | None
    counts: Mapping[str, int]
    n_missing: int
    storeys: tuple[Storey, ...]
    items: tuple[Item, ...]


def read_scene(path: Path) -> Scene:
    """Return what an IFC file holds.

    Parameters
    ----------
    path : Path
        `.ifc`, or `.ifczip` with one in it.

    Raises
    ------
    MissingError
        ifcopenshell is not installed.
    DrawingError
        One message: no IFC file, damaged, too large, or one that its library cannot read.
    """
    if importlib.util.find_spec("ifcopenshell") is None:
        raise MissingError(
            "reading IFC files needs ifcopenshell, which is not installed",
            remedy='pip install "wifiplan[ifc]" (200 MB); everything else works without it',
            where=path.name,
            zh=(
                "讀取 IFC 檔需要 ifcopenshell，本機尚未安裝",
                '執行 pip install "wifiplan[ifc]"（約 200 MB）；其他功能不需要它',
            ),
        )
    data = _step(path)
    n_missing = _missing(data)
    with tempfile.TemporaryDirectory(prefix="wifiplan-ifc-") as folder:
        source, target = Path(folder) / "model.ifc", Path(folder) / "scene.json"
        source.write_bytes(data)
        del data
        if not run_apart(_CHILD, (str(source), str(target)), max_seconds=MAX_SECONDS) or not target.exists():
            raise _fault(
                path,
                "the IFC library gave up on this file: it is damaged, or too large",
                "IFC 函式庫無法讀取：檔案損壞或過大",
            )
        answer = json.loads(target.read_text(encoding="utf-8"))
    if "error" in answer:
        raise _refused(answer, path)
    return _scene(answer, n_missing)


def _step(path: Path) -> bytes:
    """Return the file's text, unpacked, whole from its first to its last line."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(path)
        data = path.read_bytes()
    except OSError as error:
        raise DrawingError(
            f"the file cannot be read ({error.strerror})",
            remedy="check its path and rights",
            where=path.name,
            zh=("讀不到這個檔案", "請檢查路徑與權限"),
        ) from error
    if data.startswith(b"PK"):
        data = _unpacked(data, path)
    if b"ISO-10303-21" not in data[:2000]:
        raise _fault(path, "this is not an IFC file", "這不是 IFC 檔")
    if b"END-ISO-10303-21" not in data[-2000:]:
        raise _fault(path, "the IFC file breaks off before its end", "IFC 檔不完整，結尾遺失")
    return data


def _missing(data: bytes) -> int:
    """Return how many lines a file names that it does not hold: somebody cut it; 0 for files too large to look."""
    if len(data) > MAX_SEARCHED_BYTES:
        return 0
    return len(set(_NAMED.findall(data)) - set(_DEFINED.findall(data)))


def _unpacked(data: bytes, path: Path) -> bytes:
    """Return the one model of an archive; names within it are never written to disk."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [x for x in archive.infolist() if x.filename.lower().endswith(".ifc")]
            if len(parts) != 1:
                raise _fault(
                    path, f"the archive holds {len(parts)} .ifc files instead of one", "壓縮檔內須恰有一個 .ifc 檔"
                )
            name = parts[0].filename.replace("\\", "/")
            if name.startswith("/") or ".." in name.split("/"):
                raise _fault(path, "the archive names a file outside itself (..)", "壓縮檔內的檔名指向資料夾之外（..）")
            if parts[0].file_size > MAX_BYTES or parts[0].compress_type not in PLAIN_PACKING:
                raise _too_large(path)
            with archive.open(parts[0]) as stream:
                found = stream.read(MAX_BYTES + 1)
    except ZIP_ERRORS as error:
        raise _fault(path, "the archive is damaged or locked", "壓縮檔損壞或有密碼") from error
    if len(found) > MAX_BYTES:
        raise _too_large(path)
    return found


def _refused(answer: Mapping[str, str], path: Path) -> DrawingError:
    what, _, more = answer["error"].partition(" ")
    english, chinese = {
        "cycle": ("something in it contains itself", "有物件包含自己（循環參照）"),
        "nesting": ("things in it are nested deeper than any building needs", "物件巢狀過深"),
        "products": ("it holds more building elements than are read at once", "構件數量超過上限"),
        "triangles": ("its shapes are finer than is read at once", "幾何過於細密，超過上限"),
        "memory": ("it does not fit in memory", "記憶體不足"),
    }.get(what, ("the IFC file is damaged", "IFC 檔損壞"))
    said = plain(more or answer.get("said", ""))
    return _fault(path, f"{english} ({said})" if said else english, f"{chinese}（{said}）" if said else chinese)


def _too_large(path: Path) -> DrawingError:
    size = f"{MAX_BYTES / 1e6:.0f} MB"
    return _fault(path, f"the model is larger than {size}", f"模型超過 {size}")


def _fault(path: Path, problem: str, zh: str) -> DrawingError:
    return DrawingError(problem, remedy=_SAVE_AGAIN, where=path.name, zh=(zh, _SAVE_AGAIN_ZH))


def _scene(answer: Mapping[str, Any], n_missing: int) -> Scene:
    north = answer["north"]
    return Scene(
        schema=answer["schema"],
        unit_m=answer["unit_m"],
        unit_named=answer["unit_named"],
        name=next((name for name in map(plain, answer["names"]) if name), ""),
        north=None if north is None else (north[0], north[1]),
        counts=answer["counts"],
        n_missing=n_missing,
        storeys=tuple(Storey(**{**storey, "name": plain(storey["name"])}) for storey in answer["storeys"]),
        items=tuple(_item(item) for item in answer["items"]),
    )


def _item(item: Mapping[str, Any]) -> Item:
    return Item(
        id=item["id"],
        kind=item["kind"],
        classes=tuple(item["classes"]),
        name=plain(item["name"]),
        long_name=plain(item["long_name"]),
        words=tuple(map(plain, item["words"])),
        external=item["external"],
        complex=item["complex"],
        storey=item["storey"],
        part_of=item["part_of"],
        host=item["host"],
        layers=tuple((plain(name), thick) for name, thick in item["layers"]),
        xyz_m=np.array(item["xyz"], dtype=np.float64).reshape(-1, 3),
        triangles=np.array(item["triangles"], dtype=np.int64).reshape(-1, 3),
    )
