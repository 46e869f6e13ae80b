"""Scenarios side by side: access points, classrooms and uplink by number of devices and rate."""

from collections.abc import Sequence
from pathlib import Path

from wifiplan.files.output import write_bytes
from wifiplan.report.school_words import stage_text
from wifiplan.report.workbook.pages import Page, Row, Value, open_value, say
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import CountyPlan, DeviceCase, Scenario, SchoolOutcome

_CASES: dict[DeviceCase, tuple[str, str]] = {
    "funded": ("(a) 補助之班級套數", "(a) funded class sets"),
    "existing": ("(b) 加既有載具與學生自備(BYOD)", "(b) with existing devices and BYOD"),
    "one_each": ("(c) 師生一人一機（全部班級）", "(c) one device each"),
}


def write_scenarios(
    path: Path, name: str, found: Sequence[Scenario], *, uplink_mbps: float | None, lang: Lang = "zh-TW"
) -> None:
    """Write one school's scenarios as a workbook.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_bytes(path, to_bytes([school_scenarios_page(name, found, uplink_mbps, lang)]))


def case_text(case: DeviceCase, lang: Lang) -> str:
    """Return what a case of devices is called."""
    return say(lang, *_CASES[case])


def school_scenarios_page(name: str, found: Sequence[Scenario], uplink_mbps: float | None, lang: Lang) -> Page:
    """Return one school's table: a row for every case and rate."""
    return Page(
        name=say(lang, "情境比較", "Scenarios"),
        title=say(lang, f"{name} 情境比較", f"{name}: scenarios"),
        lead=(_lead(lang),),
        header=(
            say(lang, "載具", "Devices"),
            say(lang, "每臺 Mbit/s", "Mbit/s a device"),
            say(lang, "同時上線班數", "Classes at once"),
            say(lang, "同時上線載具", "Devices at once"),
            *_figures(lang),
            *_uplink_header(lang),
        ),
        rows=tuple(_scenario_row(scenario, uplink_mbps, lang) for scenario in found),
        widths=(32, 10, 10, 10, 12, 12, 14, 10, 12, 12, 10),
        remarks=_remarks(lang),
    )


def _figures(lang: Lang) -> tuple[str, ...]:
    return (
        say(lang, "全部教室至少需新 AP", "New APs needed, all"),
        say(lang, "班級教室至少需新 AP", "New APs needed, classrooms"),
        say(lang, "績效指標 7 達標班級數", "Classes that pass (KPI 7)"),
        say(lang, "班級教室數", "Classrooms"),
        say(lang, "尖峰對外需求 (Mbit/s)", "Peak demand (Mbit/s)"),
    )


def _values(scenario: Scenario, lang: Lang) -> tuple[Value, ...]:
    peak = None if scenario.peak_mbps is None else round(scenario.peak_mbps)
    return (
        open_value(scenario.n_aps_needed, lang),
        open_value(scenario.n_aps_needed_classrooms, lang),
        open_value(scenario.n_classrooms_served, lang),
        scenario.n_classrooms,
        open_value(peak, lang),
    )


def _uplink_header(lang: Lang) -> tuple[str, ...]:
    return say(lang, "現有對外頻寬 (Mbit/s)", "Uplink (Mbit/s)"), say(lang, "頻寬足夠", "Uplink enough")


def _uplink(scenario: Scenario, uplink_mbps: float | None, lang: Lang) -> tuple[Value, ...]:
    """Return a school's uplink and whether it carries what the scenario takes at its peak."""
    enough: Value = say(lang, "待填", "open")
    if uplink_mbps is not None and scenario.peak_mbps is not None:
        enough = say(lang, "是", "yes") if uplink_mbps >= scenario.peak_mbps else say(lang, "否", "no")
    return open_value(None if uplink_mbps is None else round(uplink_mbps), lang), enough


def _scenario_row(scenario: Scenario, uplink_mbps: float | None, lang: Lang) -> Row:
    return Row(
        cells=(
            case_text(scenario.devices, lang),
            scenario.mbps_per_device,
            open_value(scenario.n_rooms_at_once, lang),
            open_value(scenario.n_devices_at_once, lang),
            *_values(scenario, lang),
            *_uplink(scenario, uplink_mbps, lang),
        )
    )


def _lead(lang: Lang) -> str:
    return say(
        lang,
        "同一所學校在不同假設下的結果：同時上線的載具愈多、每臺速率愈高，需要的 AP 與對外頻寬愈多。",
        "The same school under several assumptions: how many devices are on line at once, and what each takes.",
    )


def _remarks(lang: Lang) -> tuple[str, ...]:
    return (
        say(
            lang,
            "績效指標 7 以核給之新 AP 數計算；未給定數量時以所需數計算。「待填」：既有載具與自備載具數尚無資料，非零。"
            "(b) 以既有與自備載具可湊成之整班數計。",
            "KPI 7 with the new APs that are funded, or as many as needed where none is given. Open: nobody said how "
            "many devices there are; it is not zero. (b) counts the whole classes that further devices make.",
        ),
    )


def county_scenarios_page(plan: CountyPlan, lang: Lang) -> Page:
    """Return the county's table: sums over the funded schools, then a row a school for every case and rate."""
    outcomes = [outcome for outcome in plan.outcomes if outcome.scenarios]
    funded = [outcome for outcome in outcomes if outcome.funded]
    keys = [(s.devices, s.mbps_per_device) for s in outcomes[0].scenarios] if outcomes else []
    sums = [_sum_row(n, case, rate, funded, lang) for n, (case, rate) in enumerate(keys)]
    rows = [row for outcome in outcomes for row in _school_rows(outcome, lang)]
    return Page(
        name=say(lang, "情境比較", "Scenarios"),
        title=say(lang, f"{plan.county} 情境比較", f"{plan.county}: scenarios"),
        lead=(_lead(lang),),
        header=(
            say(lang, "學校", "School"),
            say(lang, "學制", "Stage"),
            say(lang, "學校代碼", "Code"),
            say(lang, "載具", "Devices"),
            say(lang, "每臺 Mbit/s", "Mbit/s a device"),
            *_figures(lang),
            *_uplink_header(lang),
        ),
        rows=(*sums, *rows),
        widths=(30, 7 if lang == "zh-TW" else 12, 10, 32, 10, 12, 12, 14, 10, 12, 12, 10),
        remarks=(
            *_remarks(lang),
            say(
                lang,
                "合計僅含納入補助之學校；(b) 之合計只含有資料之學校，校數不同者不可互相比較。",
                "Sums are of the funded schools; those of (b) only of the schools that gave figures: sums of different "
                "numbers of schools can't be compared.",
            ),
        ),
    )


def _sum_row(n: int, case: DeviceCase, rate_mbps: float, funded: Sequence[SchoolOutcome], lang: Lang) -> Row:
    known = [o.scenarios[n] for o in funded if o.scenarios[n].n_aps_needed is not None]
    name = say(lang, f"合計（{len(known)} 校）", f"Sum ({len(known)} schools)")
    columns = zip(*((s.n_aps_needed, s.n_aps_needed_classrooms, s.n_classrooms_served) for s in known), strict=True)
    totals: list[int | None] = [sum(value or 0 for value in column) for column in columns] or [None] * 3
    peak = round(sum(s.peak_mbps or 0.0 for s in known)) if known else None
    return Row(
        cells=(
            name,
            None,
            None,
            case_text(case, lang),
            rate_mbps,
            *(open_value(value, lang) for value in totals),
            sum(s.n_classrooms for s in known) if known else None,
            open_value(peak, lang),
            None,
            None,
        ),
        kind="total",
    )


def _school_rows(outcome: SchoolOutcome, lang: Lang) -> list[Row]:
    school = outcome.school
    stage = stage_text(school.stage, lang)
    return [
        Row(
            cells=(
                school.name,
                stage,
                school.code,
                case_text(scenario.devices, lang),
                scenario.mbps_per_device,
                *_values(scenario, lang),
                *_uplink(scenario, outcome.uplink_mbps, lang),
            )
        )
        for scenario in outcome.scenarios
    ]
