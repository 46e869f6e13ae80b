"""Pages, scripts and texts of a class test, from `probe/static`; the one door to the QR library."""

import html
import io
import json
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

FILES: Mapping[str, str] = MappingProxyType(
    {
        "tablet.js": "text/javascript; charset=utf-8",
        "live.js": "text/javascript; charset=utf-8",
        "class.css": "text/css; charset=utf-8",
    }
)
"""What `/static/` serves, and its type; nothing else is looked for."""

_PLACE = re.compile(r"\{\{([a-z_.]+)\}\}")


@lru_cache(maxsize=16)
def _text(name: str) -> str:
    return (files("wifiplan.probe") / "static" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def texts(lang: str) -> Mapping[str, Any]:
    """Return the words of pages and terminal in a language: tables of texts."""
    return MappingProxyType(tomllib.loads(_text(f"classroom.{lang}.toml")))


def page(name: str, lang: str, values: Mapping[str, str]) -> str:
    """Return a page: `{{table.key}}` becomes a text, `{{name}}` a value, `{{texts}}` all texts as JSON."""
    if not name.endswith(".html"):
        return _text(name)
    words = texts(lang)
    # "<" would end a script element
    known = {"lang": lang, "texts": json.dumps(dict(words), ensure_ascii=False).replace("<", "\\u003c")}

    def filled(match: re.Match[str]) -> str:
        place = match[1]
        if place == "texts":
            return known["texts"]
        if "." in place:
            table, key = place.split(".", 1)
            return html.escape(str(words[table][key]))
        return html.escape(values[place] if place in values else known[place])

    return _PLACE.sub(filled, _text(name))


def qr_svg(address: str) -> str:
    """Return an address as a QR code."""
    import segno  # noqa: PLC0415 (an extra)

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=8, border=2, xmldecl=False)
    return out.getvalue().decode("utf-8")


def qr_terminal(address: str) -> str:
    """Return an address as a QR code for a terminal, half a line a row."""
    import segno  # noqa: PLC0415 (an extra)

    out = io.StringIO()
    segno.make(address, error="l").terminal(out, border=2, compact=True)
    return out.getvalue()
