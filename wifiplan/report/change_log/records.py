"""A change log as text: what every renderer prints of two states that were compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from wifiplan.report.tables import Table
from wifiplan.report.texts import number_text
from wifiplan.study.compare.records import State

MOST_VALUES = 8
"""Items of a list that are shown one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two states that are compared.

    `name` is its name for readers, `mark` that of a plan's content, `version` that of the program that made a plan
    (None for a building), `label` the heading of its column ("before", "after" without one).
    """

    state: State
    name: str
    mark: str = ""
    version: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of a change log with its heading, the lines above it and the remarks below."""

    key: str
    title: str
    table: Table
    lead: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLog:
    """The change log in one language; without a difference it has a headline and no section."""

    title: str
    versions: str
    headline: tuple[str, ...]
    sections: tuple[Section, ...] = ()


def labels(before: Side, after: Side, words: Mapping[str, str]) -> tuple[str, str]:
    """Return the headings of the two columns."""
    return before.label or words["change.before"], after.label or words["change.after"]


def value_text(value: object, words: Mapping[str, str], key: str = "change.unset") -> str:
    """Return a plain value for readers; None and an empty list are said in words (`key`)."""
    if value is None or value in ("", []):
        return words[key]
    if isinstance(value, bool):
        return words["change.yes" if value else "change.no"]
    if isinstance(value, int | float):
        return number_text(value, 4)
    if isinstance(value, list):
        shown = words["doc.separator"].join(value_text(item, words, key) for item in value[:MOST_VALUES])
        more = len(value) - MOST_VALUES
        return shown + (words["change.and_more"].format(n=more) if more > 0 else "")
    return str(value)
