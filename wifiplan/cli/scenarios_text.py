"""Scenarios on a terminal: one row for every case of devices and rate."""

from collections.abc import Sequence

from wifiplan.cli.scheme_text import table
from wifiplan.report.workbook.scenarios import case_text
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import Scenario

_HEADERS: dict[str, tuple[str, ...]] = {
    "zh-TW": (
        "載具", "每臺 Mbit/s", "同時班數", "同時載具", "全部至少需新AP", "班級教室至少需新AP", "達標班級",
        "尖峰 Mbit/s",
    ),
    "en": (
        "devices", "Mbit/s each", "classes at once", "devices at once", "new APs, all", "new APs, classrooms",
        "classrooms that pass", "peak Mbit/s",
    ),
}  # fmt: skip


def scenarios_text(found: Sequence[Scenario], lang: Lang) -> str:
    """Return the table; what nobody knows is marked as open."""
    return table(_HEADERS[lang], [_row(scenario, lang) for scenario in found], left=(0,))


def _row(scenario: Scenario, lang: Lang) -> list[str]:
    unknown = "待填" if lang == "zh-TW" else "open"

    def shown(value: float | None) -> str:
        return unknown if value is None else f"{value:,.0f}"

    served = scenario.n_classrooms_served
    return [
        case_text(scenario.devices, lang),
        f"{scenario.mbps_per_device:g}",
        shown(scenario.n_rooms_at_once),
        shown(scenario.n_devices_at_once),
        shown(scenario.n_aps_needed),
        shown(scenario.n_aps_needed_classrooms),
        unknown if served is None else f"{served}/{scenario.n_classrooms}",
        shown(scenario.peak_mbps),
    ]
