"""Where numbers come from: what the page names is there, and no number that the program writes is left out."""

import csv
import importlib
import sys
from pathlib import Path

import click
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from docs.handbook import numbers, settings
from docs.handbook.commands import walk
from wifiplan.cli import cli
from wifiplan.files.county import COLUMNS, county_summary
from wifiplan.files.plan_lists import AP_COLUMNS, BILL_COLUMNS, ROOM_COLUMNS
from wifiplan.study.outcomes import CountyPlan

_, NUMBERS = numbers.read()
WORDS = {
    "schools.csv": {"stage", "code", "county", "name", "remote", "n_classes", "n_students", "town"},
    "rooms.csv": {"room_id", "name", "use", "floor"},
    "aps.csv": {
        "ap_id",
        "name",
        "floor",
        "room_id",
        "model",
        "reason",
        "action",
        "room_name",
        "serves",
        "mount",
        "pattern",
    },
    "bom.csv": {"code", "name_zh", "name_en", "unit", "price_option", "informative"},
    "summary.json": {"format", "version", "county", "n_schools", "n_classes", "n_students"},
}
"""Columns that name things, or repeat what the roster or the site says: no number is computed there."""


def test_every_number_that_is_written_is_explained() -> None:
    plan = CountyPlan(version="", county="", outcomes=(), n_aps=None, method="")
    written = {
        "schools.csv": COLUMNS,
        "rooms.csv": ROOM_COLUMNS,
        "aps.csv": AP_COLUMNS,
        "bom.csv": BILL_COLUMNS,
        "summary.json": (*county_summary(plan), "allocation"),
    }
    told = {column for number in NUMBERS for column in number.columns}
    there = {f"{file}:{name}" for file, names in written.items() for name in names}
    plain = {f"{file}:{name}" for file, names in WORDS.items() for name in names}
    assert told - there == set()
    assert there - told - plain == set()
    assert told & plain == set()


def test_pages_are_those_that_the_table_makes() -> None:
    stale = [path.name for lang, path in numbers.PAGES.items() if path.read_text("utf-8") != numbers.page(lang)]
    assert not stale, f"run: python -m docs.handbook.numbers ({stale})"


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.key)
def test_what_a_number_names_is_there(number: numbers.Number) -> None:
    for name in number.code:
        module, _, attribute = name.rpartition(".")
        assert attribute in vars(importlib.import_module(f"wifiplan.{module}")), name
    for row in number.rows:
        file, _, name = row.partition(":")
        with (numbers.ROOT / "wifiplan/catalog/data" / file).open(encoding="utf-8", newline="") as lines:
            assert not name or name in {cells[0] for cells in csv.reader(lines)}, row
    for option in number.options:
        assert option in (SETTINGS if option.startswith("[") else OPTIONS), option
    assert number.source
    assert number.code


SETTINGS = {f"[{o.section}] {o.name}" for o in settings.options(settings.EXAMPLE.read_text(encoding="utf-8"))}
OPTIONS = {
    f"{name.removeprefix('wifiplan ')} {flag}"
    for name, command, _ in walk(cli, "wifiplan", None)
    for option in command.params
    if isinstance(option, click.Option)
    for flag in option.opts
}


def test_every_budget_line_and_indicator_is_explained() -> None:
    seen = " ".join(number.zh + number.seen_zh for number in NUMBERS)
    assert "第 1 至 11 列" in seen
    assert all(f"指標 {part}" in seen for part in ("1 至 4", "5、6、8", "7"))
