"""The bill of materials as rows of text."""

from collections.abc import Mapping

from wifiplan.report.tables import Table
from wifiplan.report.texts import number_text, texts
from wifiplan.study.records import BillLine, Plan


def bill_table(plan: Plan, lang: str) -> Table:
    """Return the bill of materials; a price that nobody gave is printed as not given, and is in no total price."""
    words = texts(lang)
    rows = [_bill_row(line, lang) for line in plan.bill]
    costs = [line.cost_ntd for line in plan.bill if line.cost_ntd is not None]
    if costs:
        head = "bill.total" if any(line.lacks_price for line in plan.bill) else "buy.row.all"
        rows.append((words[head], "", "", "", number_text(sum(costs), 0)))
    heads = ("name", "quantity", "unit", "price", "cost")
    return Table(heads=tuple(words[f"bill.{head}"] for head in heads), rows=tuple(rows))


_UNITS = {"臺": "unit.ap", "埠": "unit.port", "點": "unit.drop", "個": "unit.piece", "m": "unit.m", "W": "unit.w"}


def _bill_row(line: BillLine, lang: str) -> tuple[str, ...]:
    words = texts(lang)
    return (
        line.name_zh if lang == "zh-TW" else line.name_en,
        number_text(line.quantity, 1),
        unit_text(line, words),
        _price(line, words),
        "" if line.cost_ntd is None else number_text(line.cost_ntd, 0),
    )


def unit_text(line: BillLine, words: Mapping[str, str]) -> str:
    """Return a line's unit in a language."""
    return words[_UNITS[line.unit]] if line.unit in _UNITS else line.unit


def _price(line: BillLine, words: Mapping[str, str]) -> str:
    """Return a price; a figure for the electrician has none."""
    if line.price_ntd is not None:
        return number_text(line.price_ntd, 0)
    return words["bill.no_price"] if line.lacks_price else words["doc.dash"]
