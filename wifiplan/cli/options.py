"""Options and steps that need no more than a roster, so that light commands start at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wifiplan.cli.completing import counties
from wifiplan.errors import RosterError

if TYPE_CHECKING:  # tables bring pandas along, which a probe on a small laptop has no use for
    from wifiplan.files.notes import Note
    from wifiplan.scheme.roster import Roster

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
"""A file that must exist."""

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
"""A folder that must exist."""

OUT_FOLDER = click.Path(file_okay=False, path_type=Path)
"""A folder that may be made."""

roster_argument = click.argument("roster_paths", metavar="ROSTER...", nargs=-1, required=True, type=FILE)

county_option = click.option(
    "--county",
    "county_name",
    shell_complete=counties,
    help="Name of the county (縣市), with 台 or 臺; needed where the roster holds several.",
)
join_option = click.option(
    "--join", "join_path", type=FILE, help="Table with 學校代碼 and 地區屬性, for a roster without 地區屬性."
)
lang_option = click.option(
    "--lang",
    type=click.Choice(["zh-TW", "en"]),
    default="zh-TW",
    show_default=True,
    help="Language of the answers.",
)

settings_option = click.option(
    "--settings",
    "settings_path",
    type=FILE,
    help="TOML file with settings (see floorplans/settings-example.toml).",
)
law_option = click.option(
    "--law",
    "law_path",
    type=FILE,
    help="A path-loss law as written by `survey fit`.",
)


def say(text: str) -> None:
    """Tell the user what is being done, on stderr."""
    click.echo(text, err=True)


def say_in(lang: str, zh: str, en: str) -> None:
    """Tell the same in the language of the answers."""
    say(zh if lang == "zh-TW" else en)


def note_in(lang: str, zh: str, en: str) -> None:
    """Tell something that the user should know, in the language of the answers."""
    say_in(lang, f"註：{zh}", f"note: {en}")


def warn_in(lang: str, zh: str, en: str) -> None:
    """Tell something that the user should mind, in the language of the answers."""
    say_in(lang, f"注意：{zh}", f"warning: {en}")


def note_some(lang: str, notes: Sequence["Note"], most: int, rest: tuple[str, str]) -> None:
    """Tell at most so many notes one by one; `rest` says in Chinese and English what the others are, with a {n}."""
    for note in notes[:most]:
        note_in(lang, note.zh, note.en)
    n_more = len(notes) - most
    if n_more > 0:
        note_in(lang, rest[0].format(n=n_more), rest[1].format(n=n_more))


def tell_kept(lang: str, name: str, copy: str) -> None:
    """Tell that a file with people's entries is kept under another name before it is overwritten."""
    note_in(lang, f"{name} 有人填寫過，已另存為 {copy}", f"{name} has entries; it is kept as {copy}")


def tell_answers(lang: str, folder: Path) -> None:
    """Tell where the answers are."""
    say_in(lang, f"結果在 {folder}", f"answers are in {folder}")


def tell_notes(roster: "Roster", lang: str) -> None:
    """Tell what the reader of a roster repaired, skipped or assumed."""
    for note in roster.said(lang):
        note_in(lang, note, note)


def one_county(roster: "Roster", name: str | None) -> "Roster":
    """Return the schools of one county: the one named, with 台 or 臺, or the only one.

    Raises
    ------
    RosterError
        The roster holds no school there, or several counties and none is named.
    """
    if name is not None:
        roster = roster.county(name)
    found = sorted({school.county for school in roster.schools})
    if not roster.schools:
        raise RosterError("the roster holds no school", remedy="check the file and the name of the county")
    if len(found) > 1:
        raise RosterError(
            f"the roster holds {len(found)} counties", remedy=f"name one with --county: {', '.join(found)}"
        )
    return roster
