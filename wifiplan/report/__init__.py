"""The answers: a plan as text and numbers, figures and printed documents."""

from wifiplan.report.document import write_pdf
from wifiplan.report.summary import Summary, summarise

__all__ = ["Summary", "summarise", "write_pdf"]
