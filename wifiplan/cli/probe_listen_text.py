"""What `wifiplan probe listen` says on a terminal."""

from collections.abc import Iterator

from wifiplan.cli.scheme_text import table
from wifiplan.report.listening import WEIGHTS, Table, finding_texts, headline, tables
from wifiplan.report.texts import number_text, texts
from wifiplan.study.heard_records import Heard

_TEXT_COLUMNS = {"bss": (0, 1, 2, 6), "channels": (0,)}
MOST_ROWS = 60
"""Networks shown; the rest stands in the files of --out and in --json."""


def answer_lines(heard: Heard, lang: str) -> Iterator[str]:
    """Yield the answer: head, findings by weight, networks, channels."""
    words = texts(lang)
    yield from headline(heard, lang)
    for weight in WEIGHTS:
        said = finding_texts(heard, weight, lang)
        if said:
            yield from ("", f"== {words[f'listen.title.{weight}']} ==")
            yield from (f"- {line}" for line in said)
    networks, channels = tables(heard, lang)
    if not networks.rows:
        yield from ("", words["listen.none"])
    else:
        yield from _table(networks, _TEXT_COLUMNS["bss"])
        if len(networks.rows) > MOST_ROWS:
            yield f"… (+{len(networks.rows) - MOST_ROWS})"
    if channels.rows:
        yield from _table(channels, _TEXT_COLUMNS["channels"])
        yield words["listen.lower_bound"].format(dbm=number_text(heard.limits.heard_dbm))


def _table(content: Table, left: tuple[int, ...]) -> Iterator[str]:
    yield from ("", f"== {content.title} ==", table(content.heads, content.rows[:MOST_ROWS], left=left))
