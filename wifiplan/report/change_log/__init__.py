"""Two states compared, in words: the change log that terminal, workbook and report print alike."""

from collections.abc import Mapping

from wifiplan.report.change_log.counts import bill_section, counts_section
from wifiplan.report.change_log.fields import fields_section
from wifiplan.report.change_log.points import points_section, points_summary
from wifiplan.report.change_log.records import ChangeLog, Section, Side, labels
from wifiplan.report.change_log.rooms import rooms_section, rooms_summary
from wifiplan.report.change_log.why import why_section
from wifiplan.report.texts import texts
from wifiplan.study.compare.records import Changes

__all__ = ["ChangeLog", "Section", "Side", "change_log", "fields_section"]


def change_log(before: Side, after: Side, changes: Changes, lang: str = "zh-TW") -> ChangeLog:
    """Return the change log of two states.

    Parameters
    ----------
    before, after : Side
        The two states, reduced to what both know (`study.compare.state.on_common_ground`).
    changes : Changes
        What `study.compare.diff` returned of them.
    lang : "zh-TW" or "en"
        Language.
    """
    words = texts(lang)
    title = words["change.title"]
    left, right = labels(before, after, words)
    versions = words["change.versions"].format(
        left=left, before=_version(before, words), right=right, after=_version(after, words)
    )
    if not changes:
        same = words["change.none_hung" if changes.hung else "change.none"]
        return ChangeLog(title=title, versions=versions, headline=(same,))
    headline = [points_summary(before, changes, lang)]
    if "rooms" in changes.compared:
        headline.append(rooms_summary(changes, lang))
    sections = (
        counts_section(before, after, changes, lang),
        why_section(before, after, changes, lang),
        points_section(before, after, changes, lang),
        rooms_section(before, after, changes, lang),
        bill_section(before, after, changes, lang),
    )
    told = tuple(section for section in sections if section.table.rows or section.lead or section.notes)
    return ChangeLog(title=title, versions=versions, headline=tuple(headline), sections=told)


def _version(side: Side, words: Mapping[str, str]) -> str:
    if side.version is None:
        return words["change.version_site"].format(name=side.name, n=len(side.state.access_points))
    return words["change.version"].format(name=side.name, mark=side.mark, version=side.version)
