"""A county's own entries on the command line: where they come from, what wins, what is said about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.options import FILE, note_in, say
from wifiplan.errors import RosterError, SettingsError
from wifiplan.files.county_inputs import CountyFile, EarlierAnswer
from wifiplan.files.county_takeover import Taken
from wifiplan.files.notes import Note
from wifiplan.report.todo import todo_item, todo_sentence
from wifiplan.scheme.budget import BudgetLine, county_lines
from wifiplan.scheme.entitlement import Entitlement, entitle_all
from wifiplan.scheme.indicators import GoodClassrooms, Indicator, indicators
from wifiplan.scheme.inputs import CountyInputs, merged_requests, n_dropped
from wifiplan.scheme.options import EntitlementOptions, Lang
from wifiplan.scheme.requests import with_requests
from wifiplan.scheme.roster import Roster, normal_county
from wifiplan.scheme.school import Request
from wifiplan.scheme.todo import Todo, todo

BOOK = "county.xlsx"
"""The answer that carries the entries."""

_ALL = (Note("it does not say what an earlier run wrote", "其中沒有記錄前次寫了什麼"),)

_MOST_SHOWN = 5
"""So many things to be done, and cells that were typed over, are named one by one."""

inputs_option = click.option(
    "--inputs",
    "inputs_path",
    type=FILE,
    help="The county's own figures: the workbook that `wifiplan form --county` writes, or an earlier county.xlsx.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What was entered, and what became of the workbook that is about to be overwritten.

    `seen` are that workbook's bytes when it was read, None where there was none; `keep` says where people changed it
    in places that no entry holds.
    """

    inputs: CountyInputs
    seen: bytes | None = None
    keep: tuple[Note, ...] = ()


def gather(inputs_path: Path | None, folder: Path, roster: Roster, options: EntitlementOptions, lang: Lang) -> Entries:
    """Return the entries of a file, or of the workbook of an earlier run in the folder of the answers.

    Raises
    ------
    RosterError
        A faulty or damaged file, or one of another county; nothing has been written then.
    """
    own = folder / BOOK
    if not own.is_file():
        given = CountyInputs() if inputs_path is None else _read(inputs_path, roster, options, lang).inputs
        return Entries(inputs=given)
    seen = own.read_bytes()
    earlier = files.read_earlier_answer(own)
    _check_county(earlier.county, roster, own)
    if inputs_path is not None and not own.samefile(inputs_path):
        given = _read(inputs_path, roster, options, lang).inputs
        return Entries(inputs=given, seen=seen, keep=_not_in(given, earlier))
    if not earlier.has_entries:
        return Entries(inputs=CountyInputs(), seen=seen, keep=_ALL)
    found = _read(own, roster, options, lang)
    if inputs_path is None and not found.inputs.is_blank:
        note_in(lang, f"沿用 {own} 已填的資料", f"entries are kept from {own}")
    return Entries(inputs=found.inputs, seen=seen, keep=found.others if found.written else _ALL)


def _not_in(given: CountyInputs, earlier: EarlierAnswer) -> tuple[Note, ...]:
    """Return what an earlier answer holds of people's words that the entries of another file do not."""
    if not earlier.written:
        return _ALL
    dropped = n_dropped(earlier.inputs, given)
    words: list[Note] = []
    if dropped:
        words.append(
            Note(f"{dropped} entries are not in the file of --inputs", f"{dropped} 項填報不在 --inputs 的檔案中")
        )
    if earlier.entries_changed and earlier.inputs != given and not dropped:
        words.append(Note("its entries differ from the file of --inputs", "填報內容與 --inputs 的檔案不同"))
    return (*earlier.changed, *words)


def read_entries_of(path: Path, roster: Roster, options: EntitlementOptions, lang: Lang) -> CountyInputs:
    """Return the entries of a file for the schools of a roster of one county; what was taken over is said.

    Raises
    ------
    RosterError
        All faults of the file at once.
    """
    return _read(path, roster, options, lang).inputs


def _read(path: Path, roster: Roster, options: EntitlementOptions, lang: Lang) -> CountyFile:
    apart = [given.key for given in entitle_all(roster.schools, options) if not given.funded]
    county = roster.schools[0].county
    found = files.read_county_inputs(path, county=county, schools=roster.schools, apart=apart)
    _tell_taken(found.taken, path.name, lang)
    return found


def _tell_taken(taken: Sequence[Taken], name: str, lang: Lang) -> None:
    if not taken:
        return
    shown, n_more = taken[:_MOST_SHOWN], len(taken) - _MOST_SHOWN
    en = [f"{one.cell} ({one.was or 'empty'} -> {one.now})" for one in shown]
    zh = [f"{one.cell}（{one.was or '空白'} → {one.now}）" for one in shown]
    if n_more > 0:
        en.append(f"and {n_more} more")
        zh.append(f"另有 {n_more} 格")
    note_in(
        lang,
        f"{name} 中直接改寫的數字，視為填報採用：{'、'.join(zh)}",
        f"typed over in {name}, taken over as entries: {', '.join(en)}",
    )


def _check_county(county: str, roster: Roster, own: Path) -> None:
    ours = roster.schools[0].county
    if county and normal_county(county) != normal_county(ours):
        raise RosterError(
            f"it holds the answers and entries of {county}, the roster's schools are in {ours}: nothing was written",
            remedy="choose another folder with --out",
            where=str(own),
        )


def keep_old(folder: Path, entries: Entries, lang: Lang) -> None:
    """Keep a copy of the workbook that is about to be overwritten where it holds more than the entries.

    That is so where people changed cells that no entry holds, and where somebody saved it since it was read.
    """
    own = folder / BOOK
    if not own.is_file():
        return
    now = own.read_bytes()
    if now == entries.seen and not entries.keep:
        return
    copy = files.keep_copy(own)
    saved = Note("it was saved while the schools were planned", "規劃期間有人存過檔")
    why = ((saved,) if now != entries.seen else ()) + entries.keep[:_MOST_SHOWN]
    zh, en = "；".join(one.zh for one in why), "; ".join(one.en for one in why)
    note_in(
        lang,
        f"{BOOK} 除沿用的填報資料外還有其他內容（{zh}），已另存為 {copy.name}",
        f"{BOOK} holds more than the entries that are carried on ({en}): it is kept as {copy.name}",
    )


def tell_overruled(inputs: CountyInputs, n_aps: int | None, budget: int | None, price: int | None, lang: Lang) -> None:
    """Tell which figures of the command line are used instead of those entered."""
    for option, given, entered in (
        ("--aps", n_aps, inputs.n_aps),
        ("--ap-budget", budget, inputs.ap_budget_ntd),
        ("--ap-price", price, inputs.ap_price_ntd),
    ):
        if given is not None and entered is not None and given != entered:
            note_in(
                lang,
                f"採用 {option} {given:,}；縣市填報的是 {entered:,}",
                f"{option} {given:,} is used; the county entered {entered:,}",
            )


def ap_figures(
    inputs: CountyInputs, n_aps: int | None, budget: int | None, price: int | None
) -> tuple[int | None, int | None, int | None]:
    """Return number, budget [NTD] and price [NTD] of access points: the command line's, or else those entered.

    Raises
    ------
    SettingsError
        The command line gives the number twice, or money without a price.
    """
    by_number = n_aps is not None
    if by_number and (budget is not None or price is not None):
        raise _by_half()
    by_money = budget is not None or price is not None
    budget = inputs.ap_budget_ntd if budget is None else budget
    price = inputs.ap_price_ntd if price is None else price
    if by_money and (budget is None or price is None):
        raise _by_half()
    if not by_number and not by_money:
        n_aps = inputs.n_aps
    if n_aps is None and budget is not None and price:
        n_aps = budget // price
    return n_aps, budget, price


def with_ap_number(inputs: CountyInputs) -> CountyInputs:
    """Return the entries with the number of access points that money and price give, where no number is entered."""
    n_aps, *_ = ap_figures(inputs, None, None, None)
    return replace(inputs, n_aps=n_aps)


def _by_half() -> SettingsError:
    return SettingsError(
        "the number of access points is given twice or by half",
        remedy="give either --aps, or both --ap-budget and --ap-price",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A county's application: what schools ask for, the eleven lines, the indicators, and what is still open."""

    requests: tuple[Request, ...]
    lines: tuple[BudgetLine, ...]
    kpis: tuple[Indicator, ...]
    todos: tuple[Todo, ...]


def application(
    roster: Roster,
    entitlements: Sequence[Entitlement],
    inputs: CountyInputs,
    options: EntitlementOptions,
    good_classrooms: Sequence[GoodClassrooms] = (),
) -> Application:
    """Return the application of one county; `options` hold the prices that count."""
    requests = merged_requests(inputs, roster.requests)
    complete = with_requests(inputs, entitlements, requests)
    lines = county_lines(roster.schools, entitlements, complete, options)
    kpis = indicators(entitlements, lines, requests, options, good_classrooms, inputs)
    open_ones = todo(
        roster.schools,
        entitlements,
        inputs=inputs,
        requests=requests,
        lines=lines,
        kpis=kpis,
        options=options,
    )
    return Application(requests=requests, lines=lines, kpis=kpis, todos=open_ones)


def todo_words(todos: Sequence[Todo], lang: Lang) -> list[tuple[str, str]]:
    """Return what each thing to be done is about, and a sentence about it."""
    return [(todo_item(item, lang), todo_sentence(item, lang)) for item in todos]


def tell_todos(todos: Sequence[Todo], lang: Lang) -> None:
    """Say on stderr how much is still to be filled in or explained, and the first of it."""
    if not todos:
        return
    n_more = len(todos) - _MOST_SHOWN
    zh = lang == "zh-TW"
    head = f"{len(todos)} things are still to be filled in or explained, the weightiest first:"
    say(f"註：還有 {len(todos)} 項待填或待說明，重要者在前：" if zh else f"note: {head}")
    for item, sentence in todo_words(todos[:_MOST_SHOWN], lang):
        say(f"  - {item}：{sentence}" if zh else f"  - {item}: {sentence}")
    if n_more > 0:
        say(f"  - 另有 {n_more} 項，見 county.xlsx 的「待辦」" if zh else f"  - and {n_more} more")
