"""The pictures of a project's plans, as underlays of its floors."""

import io
import re
import warnings
from dataclasses import dataclass, field

from PIL import Image

from wifiplan.files.drawings.esx.frames import FRAME_KEY, UP
from wifiplan.files.drawings.esx.project import Project
from wifiplan.files.drawings.esx.storeys import Storey
from wifiplan.files.drawings.records import Picture
from wifiplan.site.building import Underlay

MAX_PICTURE_BYTES = 50_000_000
MAX_ALL_BYTES = 200_000_000
"""All pictures of a site; they are held in memory until they are written."""
_FORMATS = ("PNG", "JPEG", "GIF", "BMP")
_ENDINGS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "BMP": "bmp"}
_SAME_RATIO = 0.02


@dataclass(slots=True)
class Pictures:
    """The pictures taken so far."""

    taken: list[Picture] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    n_bytes: int = 0


def underlay(project: Project, storey: Storey, pictures: Pictures) -> Underlay | None:
    """Return the plan's picture as an underlay and keep its bytes; None where none can lie under a floor."""
    tally, plan = project.tally, storey.plan
    frame = plan.part(FRAME_KEY)
    key = next((k for k in (plan.ref("bitmapImageId"), plan.ref("imageId")) if k), "")
    name = next((n for n in project.archive.sizes if n.lower() == f"image-{key}"), "")
    if not key or not name:
        return None
    if frame is not None and not frame.text("picture"):
        tally.leave("images", "drawn by wifiplan from the walls that are read", "由 wifiplan 依牆面繪製")
    elif storey.frame.turned != UP or storey.frame.angle_deg:
        tally.leave("images", "the plan is turned, a picture cannot be", "平面圖已旋轉，圖片無法旋轉")
    elif project.archive.sizes[name] > min(MAX_PICTURE_BYTES, MAX_ALL_BYTES - pictures.n_bytes):
        tally.leave("images", "too large", "檔案過大")
    else:
        data = project.archive.read(name)
        size = picture_size(data)
        if size is not None:
            return _kept(project, storey, pictures, data, size, name)
        tally.leave("images", "no picture of points (PNG, JPEG, GIF, BMP)", "不是點陣圖")
    pictures.used.add(name)
    return None


def _kept(
    project: Project, storey: Storey, pictures: Pictures, data: bytes, size: tuple[float, float, str], name: str
) -> Underlay:
    width_px, height_px, ending = size
    width_m, height_m = storey.frame.size_m
    scale, upright = width_m / width_px, height_m / height_px
    if abs(scale / upright - 1.0) > _SAME_RATIO:
        project.tally.guess(
            "images", "its shape is not the plan's: scaled by its width", "圖片比例與平面圖不同，依寬度"
        )
    stem = re.sub(r"[^\w-]+", "-", project.path.stem).strip("-") or "plan"
    written = frame.text("picture") if (frame := storey.plan.part(FRAME_KEY)) is not None else ""
    named = bool(re.fullmatch(r"[\w-][\w .-]{0,100}", written)) and ".." not in written
    picture = Picture(name=written if named else f"{stem}-L{storey.level}.{ending}", data=data)
    pictures.taken.append(picture)
    pictures.used.add(name)
    pictures.n_bytes += len(data)
    project.tally.take("images", "pictures under floors", "樓層底圖")
    x_m, y_m = storey.frame.placed_m((0.0, 0.0))
    return Underlay(picture=picture.name, scale_m_per_px=scale, x_m=round(x_m, 4), y_m=round(y_m, 4))


def picture_size(data: bytes) -> tuple[float, float, str] | None:
    """Return width and height of a picture [px] and the ending of its kind, from its head alone; None: none of ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                width, height = picture.size
                return (float(width), float(height), _ENDINGS[picture.format or "PNG"]) if width and height else None
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, KeyError):
        # what its readers raise on damaged heads
        return None
