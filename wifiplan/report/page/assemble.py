"""One HTML document from styles, scripts and data; nothing that a file names is ever read as markup."""

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from importlib.resources import files

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What may not stand as itself in a script element that holds JSON: it could end the element or a line."""

BASE_SCRIPTS = (
    "base.js",
    "scales.js",
    "plan_view.js",
    "plan_gestures.js",
    "plan_draw.js",
    "plan_heat.js",
    "panels.js",
    "tables.js",
    "print.js",
)
"""What the planner and report.html share, in the order in which they build on each other."""

BASE_STYLES = ("page.css", "print.css")


def static_text(name: str) -> str:
    """Return a script or style of `report/static/page` by its name."""
    return (files("wifiplan.report") / "static" / "page" / name).read_text(encoding="utf-8")


def embedded_json(data: object) -> str:
    r"""Return data as JSON that may stand inside a script element, whatever its texts hold.

    Raises
    ------
    ValueError
        A number is not finite: no browser would read it.

    Examples
    --------
    >>> embedded_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return text


def assemble(
    *,
    title: str,
    lang: str,
    styles: Iterable[str],
    scripts: Iterable[str],
    data: Mapping[str, object],
    body: str = "",
    csp_nonce: str | None = None,
) -> str:
    """Return one HTML document that holds its styles, scripts and data.

    Parameters
    ----------
    title : str
        Shown as text, whatever it holds.
    lang : str
        Language of the document, "zh-TW" or "en".
    styles, scripts : iterable of str
        Their texts (not their names), in order. Ours: they are not escaped.
    data : mapping
        Embedded as JSON; `wp.data` of `base.js`.
    body : str
        Markup that stands before the scripts; ours.
    csp_nonce : str or None
        A served page names its scripts by a nonce and may talk to its own server; without one they are named by
        their hashes, and the page may talk to nobody.

    Raises
    ------
    ValueError
        A number of the data is not finite.
    """
    sheets, codes = [*styles], [*scripts]
    nonce = "" if csp_nonce is None else f' nonce="{html.escape(csp_nonce)}"'
    parts = [
        f'<!DOCTYPE html>\n<html lang="{html.escape(lang)}">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy(sheets, codes, csp_nonce))}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">',
        f"<title>{html.escape(title)}</title>",
        *(f"<style{nonce}>{sheet}</style>" for sheet in sheets),
        f'</head>\n<body>\n{body}<script type="application/json" id="wp-data">{embedded_json(data)}</script>',
        *(f"<script{nonce}>{code}</script>" for code in codes),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def policy(styles: Iterable[str], scripts: Iterable[str], nonce: str | None) -> str:
    """Return the Content-Security-Policy of a document: nothing runs or loads but what we put there.

    Styles set by scripts through the DOM's own calls need no word here; `style` attributes in markup would.
    """

    def allowed(codes: Iterable[str]) -> str:
        return f"'nonce-{nonce}'" if nonce is not None else " ".join(_hashed(code) for code in codes) or "'none'"

    rules = {
        "default-src": "'none'",
        "script-src": allowed(scripts),
        "style-src": allowed(styles),
        "img-src": "data: blob:" + ("" if nonce is None else " 'self'"),
        "font-src": "data:" if nonce is None else "data: 'self'",
        "connect-src": "'none'" if nonce is None else "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hashed(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode('utf-8')).digest()).decode('ascii')}'"
