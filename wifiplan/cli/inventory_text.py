"""What `wifiplan inventory` says on a terminal and in JSON: a row a school, and what has no room."""

from collections.abc import Sequence

from wifiplan.cli.scheme_text import table
from wifiplan.files.json_input import Json
from wifiplan.report.inventory_words import Unlisted, stock_text
from wifiplan.report.school_words import stage_text
from wifiplan.scheme.options import Lang
from wifiplan.site.inventory import Found, Inventory, MatchReport


def inventory_figures(
    found: Inventory, reports: Sequence[MatchReport], strangers: Sequence[Found], unlisted: Sequence[Unlisted]
) -> dict[str, Json]:
    """Return the counts that `--json` prints: access points by what became of them, and by school."""
    lost = [f for f in strangers if f.outcome == "unmatched"]
    return {
        "n_rows": sum(source.n_rows for source in found.sources),
        "n_matched": sum(report.n_aps("matched") for report in reports),
        "n_unmatched": sum(report.n_aps("unmatched") for report in reports) + sum(f.entry.n_aps for f in lost),
        "n_not_counted": sum(report.n_aps("not_counted") for report in reports)
        + sum(f.entry.n_aps for f in strangers if f.outcome == "not_counted"),
        "n_rows_matched": sum(report.n_rows("matched") for report in reports),
        "n_rows_unmatched": sum(report.n_rows("unmatched") for report in reports) + sum(f.entry.n_rows for f in lost),
        "n_of_no_school": sum(f.entry.n_aps for f in strangers),
        "n_schools_unknown": sum(not school.known for school in unlisted),
        "mappings": sorted({source.mapping for source in found.sources}),
        "schools": [
            {
                "schools": [{"stage": ref.stage, "code": ref.code} for ref in report.schools],
                "name": report.site,
                "inventory_known": report.taken_stock,
                "n_matched": report.n_aps("matched"),
                "n_unmatched": report.n_aps("unmatched"),
                "n_not_counted": report.n_aps("not_counted"),
                "n_classrooms_without": sum(room.use == "classroom" for room in report.rooms_without),
            }
            for report in reports
        ],
    }


def inventory_text(reports: Sequence[MatchReport], unlisted: Sequence[Unlisted], lang: Lang) -> str:
    """Return the table of schools with an inventory, and a sentence on those without."""
    zh = lang == "zh-TW"
    header = ["學制", "代碼", "學校", "盤點", "已對應", "未對應", "不計", "無AP班級教室"]
    if not zh:
        header = ["stage", "code", "school", "stock", "matched", "unmatched", "not counted", "classrooms without"]
    rows = []
    for report in reports:
        ref = report.schools[0] if report.schools else None
        empty = sum(room.use == "classroom" for room in report.rooms_without)
        rows.append(
            [
                stage_text(ref.stage, lang) if ref else "",
                ref.code if ref else "",
                report.site,
                stock_text(report, lang),
                *(f"{report.n_aps(outcome):,}" for outcome in ("matched", "unmatched", "not_counted")),
                f"{empty}" if report.taken_stock else "?",
            ]
        )
    lines = [table(header, rows, left=(0, 1, 2, 3))] if rows else []
    if unlisted:
        n = sum(not school.known for school in unlisted)
        named = "、".join(school.name for school in unlisted[:10]) if zh else ", ".join(s.name for s in unlisted[:10])
        more = "…" if len(unlisted) > 10 else ""
        lines.append(
            f"清冊未列 {len(unlisted)} 校（其中未盤點 {n} 校，既有數量未知、非零）：{named}{more}"
            if zh
            else f"no inventory of {len(unlisted)} school(s), {n} of them unknown (not zero): {named}{more}"
        )
    return "\n\n".join(lines)
