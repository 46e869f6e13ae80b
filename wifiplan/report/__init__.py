"""The answers: a plan as text and numbers, figures and printed documents.

The names below load their module when they are first used: a form or a list needs none of the figures.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wifiplan.report.class_sheet import ClassSheet, write_class_sheet
    from wifiplan.report.document import write_pdf
    from wifiplan.report.page.html import write_html
    from wifiplan.report.summary import Summary, summarise

__all__ = ["ClassSheet", "Summary", "summarise", "write_class_sheet", "write_html", "write_pdf"]

_HOMES = {
    "ClassSheet": "class_sheet",
    "Summary": "summary",
    "summarise": "summary",
    "write_class_sheet": "class_sheet",
    "write_html": "page.html",
    "write_pdf": "document",
}


def __getattr__(name: str) -> object:
    """Return one of the names above from its module (PEP 562)."""
    if name in _HOMES:
        return vars(import_module(f"wifiplan.report.{_HOMES[name]}"))[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
