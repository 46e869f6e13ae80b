"""ArchetypeChecks -> how far assumed buildings are off drawn ones: sentences, and the sheets of plans and figures."""

from collections.abc import Mapping, Sequence

from wifiplan import __version__
from wifiplan.report.studies.page import StudyReport
from wifiplan.report.texts import number_text
from wifiplan.report.workbook.pages import Page, Row, say
from wifiplan.scheme.options import Lang
from wifiplan.study.archetype_check import FIGURES, ArchetypeCheck, Spread, spread

_NAMES: Mapping[str, tuple[str, str]] = {
    "floor_area_m2": ("樓地板面積（房間與走廊，m²）", "floor area (rooms and corridors, m²)"),
    "n_rooms": ("空間數", "rooms of all kinds"),
    "n_classrooms": ("班級教室", "classrooms"),
    "n_specialist": ("專科教室", "specialist rooms"),
    "classroom_area_m2": ("班級教室平均面積（m²）", "mean area of a classroom (m²)"),
    "wall_m": ("牆長（含門窗，上下疊者計一次，m）", "length of walls (with doors and windows, m)"),
    "n_storeys": ("樓層數", "storeys"),
    "n_aps_needed": ("需 AP（全部教室）", "APs needed (every room)"),
    "n_aps_needed_classrooms": ("需 AP（僅班級教室）", "APs needed (classrooms)"),
    "n_classrooms_served": ("同數量 AP 下達標班級教室", "classrooms served with as many APs"),
}

FEW = 10
"""With fewer plans a spread says little [M]."""


def archetype_report(checks: Sequence[ArchetypeCheck], lang: Lang) -> StudyReport:
    """Return how far assumed buildings are off drawn ones."""
    return StudyReport(
        title=say(lang, "推定校舍與平面圖的差距", "How far assumed buildings are off drawn plans"),
        lines=archetype_lines(checks, lang),
        charts=(),
        pages=(_spread_page(checks, lang), *(_plan_page(n, c, lang) for n, c in enumerate(_sound(checks), 1))),
        version=__version__,
        lang=lang,
    )


def figure_name(figure: str, lang: Lang) -> str:
    """Return what a figure is called."""
    return say(lang, *_NAMES[figure])


def _sound(checks: Sequence[ArchetypeCheck]) -> list[ArchetypeCheck]:
    return [check for check in checks if check.failure is None]


def archetype_lines(checks: Sequence[ArchetypeCheck], lang: Lang) -> tuple[str, ...]:
    """Return the answer in sentences, and how little it rests on."""
    sound = _sound(checks)
    lines = []
    for figure in ("floor_area_m2", "wall_m", "n_aps_needed", "n_aps_needed_classrooms", "n_classrooms_served"):
        found = spread(sound, figure)
        if found is not None:
            name, text = figure_name(figure, lang), _spread_text(found, lang)
            lines.append(say(lang, f"{name}：推定校舍比平面圖{text}。", f"{name}: assumed against drawn {text}."))
    if len(sound) < FEW:
        lines.append(
            say(
                lang,
                f"只有 {len(sound)} 份平面圖可比，且未必能代表其他學校：這是檢查，不是統計。"
                "請各校補上平面圖或校舍調查表。",
                f"Only {len(sound)} plan{'s' if len(sound) > 1 else ''} could be compared, which need not be like "
                "other schools: a check, no statistics. Ask schools for plans or building sheets.",
            )
        )
    lines.append(
        say(
            lang,
            "兩者用同一設定、同數量的新基地臺規劃；平面圖上既有的基地臺不計。",
            "Both were planned with the same settings and as many new access points; what hangs there was left out.",
        )
    )
    own = [check.name for check in sound if check.row_from_site]
    if own:
        lines.append(
            say(
                lang,
                f"沒有名冊列、以平面圖自身班級數代替者：{'、'.join(own)}。",
                f"Without a roster row, so that the plan's own classes stand for one: {', '.join(own)}.",
            )
        )
    lines += [
        say(lang, f"未能比較：{check.name}：{check.failure}", f"Not compared: {check.name}: {check.failure}")
        for check in checks
        if check.failure is not None
    ]
    return tuple(lines)


def _spread_text(found: Spread, lang: Lang) -> str:
    mean = _percent(found.mean)
    more = found.mean >= 0
    text = say(lang, f"{'多' if more else '少'} {mean}", f"{mean} {'more' if more else 'less'}")
    if mean == "0 %" and found.least == found.most:
        return say(lang, f"相同（{found.n} 份）", f"the same ({found.n} of them)")
    if found.n == 1:
        return text
    ends = f"{_signed(found.least)} – {_signed(found.most)}"
    return say(lang, f"平均{text}（{found.n} 份：{ends}）", f"{text} on average ({found.n} plans: {ends})")


def _percent(share: float) -> str:
    return f"{number_text(abs(100 * share), 0)} %"


def _signed(share: float) -> str:
    return f"{'+' if share > 0 else ''}{number_text(100 * share, 0)} %"


def _spread_page(checks: Sequence[ArchetypeCheck], lang: Lang) -> Page:
    rows: list[Row] = []
    for figure in FIGURES:
        found = spread(checks, figure)
        if found is not None:
            ends = (found.mean, found.sd, found.least, found.most)
            shares = tuple(None if value is None else round(100 * value, 1) for value in ends)
            rows.append(Row(cells=(len(rows) + 1, figure_name(figure, lang), found.n, *shares)))
    return Page(
        name=say(lang, "差距", "Errors"),
        title=say(lang, "推定校舍比平面圖多多少（%）", "How far assumed buildings are above drawn plans (%)"),
        lead=archetype_lines(checks, lang),
        header=(
            say(lang, "序", "No."),
            say(lang, "項目", "Figure"),
            say(lang, "平面圖份數", "Plans"),
            say(lang, "平均", "Mean"),
            say(lang, "標準差", "Standard deviation"),
            say(lang, "最小", "Least"),
            say(lang, "最大", "Most"),
        ),
        rows=tuple(rows),
        widths=(5, 44, 12, 10, 12, 10, 10),
    )


def _plan_page(number: int, check: ArchetypeCheck, lang: Lang) -> Page:
    row = check.row
    lead = (
        ()
        if row is None
        else (
            say(
                lang,
                f"名冊：{row.full_name}，{row.n_classes} 班；兩者各有 {check.n_aps} 臺新基地臺。",
                f"Roster: {row.full_name}, {row.n_classes} classes; both have {check.n_aps} new access points.",
            ),
        )
    )
    rows: list[Row] = []
    for figure in FIGURES:
        error = check.error(figure)
        drawn, assumed = check.drawn[figure], check.assumed[figure]
        share = None if error is None else round(100 * error, 1)
        rows.append(Row(cells=(len(rows) + 1, figure_name(figure, lang), _rounded(drawn), _rounded(assumed), share)))
    return Page(
        name=say(lang, f"平面圖 {number}", f"Plan {number}"),
        title=check.name,
        lead=lead,
        header=(
            say(lang, "序", "No."),
            say(lang, "項目", "Figure"),
            say(lang, "平面圖", "Drawn"),
            say(lang, "推定校舍", "Assumed"),
            say(lang, "差（%）", "Error (%)"),
        ),
        rows=tuple(rows),
        widths=(5, 44, 14, 14, 12),
    )


def _rounded(value: float) -> float | int:
    return int(value) if float(value).is_integer() else round(value, 1)
