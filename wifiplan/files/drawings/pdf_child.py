"""The door to PDFium for plans, run as a program of its own: one page of a PDF becomes a PNG.

It knows nothing of wifiplan and writes what it found as JSON.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

DPI = 200.0
"""Dots an inch: a 0.13 mm pen is one pixel."""

MAX_SIDE_PX = 7000
"""Longest side of the picture: A1 at 200 dpi."""

MAX_SIDE_PT = 20_000
"""Longest side of a page (7 m); A0 has 3,370 points."""

MAX_PAGES = 2_000

MAX_SECONDS, MAX_BYTES = 60, 900_000_000
"""Processor time and address space."""

MAX_LETTERS = 200_000
"""So much of the sheet's text is looked through for its scale."""

SCALES = frozenset((20, 25, 30, 40, 50, 60, 75, 100, 120, 125, 150, 200, 250, 300, 400, 500, 600, 750, 1000, 1200))
"""Scales that drawings have; 1/12 is a day in January."""

_SCALE = re.compile(r"(?<![\d:])1\s*[:：/／]\s*([1-9]\d{1,3})(?![\d:])")


def main(source: str, target: str, page: str) -> None:
    """Draw a page (counted from 0) of `source` as `target`.png and write `target`.json."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (not on Windows)

        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2  # noqa: PLC0415 (after the limits)

    try:
        answer = _answer(pypdfium2, Path(source), Path(target), int(page))
    except pypdfium2.PdfiumError as error:
        answer = {"error": "password" if "assword" in str(error) else "damaged"}
    except MemoryError:
        answer = {"error": "memory"}
    Path(f"{target}.json").write_text(json.dumps(answer), encoding="utf-8")


def _answer(library: Any, source: Path, target: Path, page: int) -> dict[str, Any]:  # noqa: ANN401 (no types)
    document = library.PdfDocument(source)
    if len(document) > MAX_PAGES:
        return {"error": "pages", "n_pages": len(document)}
    if not 0 <= page < len(document):
        return {"error": "page", "n_pages": len(document)}
    sheet = document[page]
    width, height = sheet.get_size()
    if not 10.0 <= min(width, height) <= max(width, height) <= MAX_SIDE_PT:
        return {"error": "size", "width_pt": width, "height_pt": height}
    scale = min(DPI / 72.0, MAX_SIDE_PX / max(width, height))
    picture = sheet.render(scale=scale).to_pil().convert("RGB")
    picture.save(f"{target}.png", optimize=False)
    text = sheet.get_textpage().get_text_bounded()[:MAX_LETTERS]
    return {
        "n_pages": len(document),
        "dpi": 72.0 * scale,
        "scales": sorted(SCALES & {int(n) for n in _SCALE.findall(text)}),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
