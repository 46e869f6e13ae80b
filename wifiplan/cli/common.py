"""Steps that several commands share: settings read, answers written, time taken."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from wifiplan import files, report
from wifiplan.cli.options import tell_kept
from wifiplan.files.output import write_text
from wifiplan.report.change_log import ChangeLog
from wifiplan.report.orders import Orders, install_pdf, labels_pdf
from wifiplan.report.page.html import write_html
from wifiplan.report.page.maps import coded_maps, floor_fields, heats
from wifiplan.report.remedies import cure_text
from wifiplan.report.summary import names_of_rooms, reason_text
from wifiplan.report.workbook.install import INSTALL_NAME, install_bytes
from wifiplan.report.workbook.installer import ap_config_xlsx, plan_xlsx, tables_xlsx
from wifiplan.report.workbook.writer import is_untouched
from wifiplan.study.outcomes import Curve
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan
from wifiplan.study.work_orders import NetworkOptions


def load_settings(settings_path: Path | None, law_path: Path | None) -> files.SettingsFile:
    """Return the settings of a file (defaults without one), with the law of another."""
    loaded = files.read_settings(settings_path) if settings_path else files.SettingsFile()
    if law_path:
        loaded = replace(loaded, study=replace(loaded.study, law=files.read_law(law_path)))
    return loaded


def write_answers(
    plan: Plan, folder: Path, lang: str, changes: ChangeLog | None = None, curve: Curve | None = None
) -> None:
    """Write plan.json, the three tables, the printed report and the page of one school, with what changed if given.

    With a curve, curve.csv too.
    """
    names = names_of_rooms(plan.rooms)

    def words(reason: Reason) -> str:
        return reason_text(reason, lang, names=names)

    files.write_plan(folder / "plan.json", plan)
    files.write_rooms_csv(folder / "rooms.csv", plan, words, lambda room: cure_text(room, plan, lang))
    files.write_aps_csv(folder / "aps.csv", plan, words)
    files.write_bom_csv(folder / "bom.csv", plan)
    if curve is not None:
        files.write_curve_csv(folder / "curve.csv", curve)
    maps = floor_fields(plan)
    report.write_pdf(plan, folder / "report.pdf", lang=lang, heats=heats(plan, maps), changes=changes, curve=curve)
    write_html(plan, folder / "report.html", lang, fields=coded_maps(maps))


ORDER_FILES = ("install.pdf", "install.xlsx", "labels.pdf", "ap_config.csv", "ap_config.xlsx", "plan.xlsx")
"""What `write_orders` writes."""


def write_orders(plan: Plan, folder: Path, options: NetworkOptions, lang: str, *, start_label: int = 1) -> Orders:
    """Write the papers for installers and the controller's keeper: ORDER_FILES; return the orders.

    Everything is made before anything is written, so that a fault leaves no half set. An install.xlsx in which
    somebody has noted what was built is kept as a copy before it is overwritten.
    """
    orders = Orders.of(plan, options, lang)
    made = {
        "install.pdf": install_pdf(orders),
        INSTALL_NAME: install_bytes(plan, lang=lang, options=options),
        "labels.pdf": labels_pdf(orders, first=start_label),
        "ap_config.xlsx": ap_config_xlsx(orders),
        "plan.xlsx": plan_xlsx(orders),
    }
    notes = folder / INSTALL_NAME
    if notes.is_file() and not is_untouched(notes.read_bytes()):
        tell_kept(lang, INSTALL_NAME, files.keep_copy(notes).name)
    for name, content in made.items():
        files.write_bytes(folder / name, content)
    files.write_ap_config_csv(folder / "ap_config.csv", orders.configs)
    return orders


def write_school(plan: Plan, folder: Path, lang: str, network: NetworkOptions) -> None:
    """Write all answers of one school of a county; no work orders for a building that nobody has seen."""
    write_answers(plan, folder, lang)
    if plan.site.evidence == "archetype":
        files.write_bytes(folder / "plan.xlsx", tables_xlsx(plan, lang))
    else:
        write_orders(plan, folder, network, lang)


class Stopwatch:
    """Wall times of a run's steps; they go to run.json and never into plan.json."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()
        self._steps: dict[str, float] = {}

    def lap(self, step: str) -> float:
        """Note the seconds since the last step and return them."""
        now = time.perf_counter()
        self._steps[step] = round(now - self._last, 3)
        self._last = now
        return self._steps[step]

    def write(self, path: Path, more: Mapping[str, object] | None = None) -> None:
        """Write the steps and their sum as JSON, with what else a run tells."""
        total = round(time.perf_counter() - self._started, 3)
        write_text(path, files.json_text({"seconds": {**self._steps, "total": total}, **(more or {})}))
