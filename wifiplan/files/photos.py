"""Photos that technicians attach to places: made small, upright and free of what the camera wrote into them."""

import io
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from wifiplan.errors import SurveyError

MAX_PHOTO_BYTES: Final = 30_000_000
"""Cameras of tablets make 12 MB at most."""

MAX_PIXELS: Final = 220_000_000
"""The finest cameras of phones have 200 million."""

MAX_UNPACKED_PIXELS: Final = 50_000_000
"""A JPEG is unpacked at a fraction of its size; what cannot be may take 200 MB of memory."""

SIDE_PX: Final = 2048
"""A label on a switch can be read; a survey of 200 photos stays under 150 MB."""

QUALITY: Final = 82


def clean_photo(data: bytes) -> bytes:
    """Return a photo as a JPEG that holds its picture and nothing else: no place, time or name of the camera.

    Parameters
    ----------
    data : bytes
        A JPEG, PNG or WebP file.

    Raises
    ------
    SurveyError
        It is no such photo, damaged, or too large to unpack.
    """
    if len(data) > MAX_PHOTO_BYTES:
        raise _fault(f"the photo is larger than {MAX_PHOTO_BYTES / 1e6:.0f} MB", "照片檔案過大")
    try:
        with warnings.catch_warnings():
            # sizes are checked here, before anything is unpacked
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
                return _packed(image)
    except UnidentifiedImageError as error:
        raise _fault("this is no photo that is read", "無法辨識的照片格式") from error
    except Image.DecompressionBombError as error:
        raise _fault("the photo has too many pixels", "照片像素過多") from error
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError) as error:
        raise _fault(f"the photo is damaged ({type(error).__name__})", "照片檔案損壞") from error


def _packed(image: Image.Image) -> bytes:
    if image.width * image.height > MAX_PIXELS:
        raise _fault(f"a photo of {image.width:,} x {image.height:,} pixels is too large", "照片像素過多")
    # a JPEG is unpacked at the size that is needed, not at the camera's
    image.draft("RGB", (SIDE_PX, SIDE_PX))
    if image.width * image.height > MAX_UNPACKED_PIXELS:
        raise _fault(f"a photo of {image.width:,} x {image.height:,} pixels is too large", "照片像素過多")
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((SIDE_PX, SIDE_PX))
    plain = Image.new("RGB", upright.size, "white")
    layer = upright.convert("RGBA")
    plain.paste(layer, mask=layer.getchannel("A"))
    packed = io.BytesIO()
    plain.save(packed, "JPEG", quality=QUALITY)
    return packed.getvalue()


def _fault(problem: str, zh: str) -> SurveyError:
    return SurveyError(
        problem,
        remedy="take the photo as JPEG or PNG; iPhones: Settings > Camera > Formats > Most Compatible",
        where="photo",
        zh=(zh, "請改用 JPEG 或 PNG；iPhone 請在「設定 > 相機 > 格式」選「最相容」"),
    )
