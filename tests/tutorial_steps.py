"""What a tutorial asks its reader to do, taken from its Markdown, in order.

- A block ```console holds commands (`$ …`) and what one sees; `…` stands for what is left out, in a line or for lines.
  `^C` is Ctrl+C in the window of the command that still runs; a block without a command is what that window says next.
- A comment before a block tells the test what the text tells the reader: `<!-- exit 1 -->` the command's exit code,
  `<!-- keeps running -->` it goes on in its window, `<!-- shown only: WHY -->` it can't run here.
- A block ```toml is saved as the last file that is named before it.
- A table with the heads of CELLS is typed into the last workbook that is named before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CELLS = ({"工作表", "儲存格", "填入"}, {"sheet", "cell", "entry"})
_COMMENT = re.compile(r"<!-- (.*) -->")
_FILE = re.compile(r"`([^`\s]+\.(?:xlsx|toml))`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command and what it says."""

    line: int
    text: str
    said: str
    exit_code: int = 0
    keeps_running: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Goes:
    """What the window says next in which a command still runs, after Ctrl+C where `interrupted`."""

    line: int
    said: str
    interrupted: bool
    exit_code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A text file that the reader saves."""

    line: int
    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Cells of a workbook that the reader fills in: sheet, cell, entry."""

    line: int
    path: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A command that the reader can run elsewhere only, with the reason."""

    line: int
    text: str
    reason: str


Step = Command | Goes | Saved | Typed | Shown


def steps(path: Path) -> list[Step]:
    """Return what the tutorial asks for, in order."""
    return list(_steps(path.read_text(encoding="utf-8").splitlines()))


def _steps(lines: list[str]) -> Iterator[Step]:
    k, note, named = 0, "", ""
    while k < len(lines):
        line = lines[k].strip()
        comment = _COMMENT.fullmatch(line)
        named = ([named, *_FILE.findall(line)])[-1]
        if comment:
            note = comment[1]
        elif line.startswith("```"):
            end = next(j for j in range(k + 1, len(lines)) if lines[j].strip() == "```")
            body = lines[k + 1 : end]
            if line == "```console":
                yield from _console(body, note, k + 1)
            elif line == "```toml":
                yield Saved(line=k + 1, path=named, text="\n".join(body) + "\n")
            k, note = end, ""
        elif line.startswith("|") and set(_row(line)) in CELLS:
            end = next((j for j in range(k, len(lines)) if not lines[j].strip().startswith("|")), len(lines))
            rows = [_row(text) for text in lines[k + 2 : end]]
            yield Typed(line=k + 1, path=named, cells=tuple((sheet, cell, entry) for sheet, cell, entry in rows))
            k = end
        k += 1


def _row(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def _console(body: list[str], note: str, line: int) -> Iterator[Step]:
    code = int(note.removeprefix("exit ")) if note.startswith("exit ") else 0
    starts = [j for j, text in enumerate(body) if text.startswith("$ ")]
    if not starts:
        interrupted = body[:1] == ["^C"]
        yield Goes(line=line, said="\n".join(body[interrupted:]), interrupted=interrupted, exit_code=code)
        return
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        text = body[start].removeprefix("$ ")
        if note.startswith("shown only: "):
            yield Shown(line=line + start + 1, text=text, reason=note.removeprefix("shown only: "))
            continue
        last = end == len(body)
        yield Command(
            line=line + start + 1,
            text=text,
            said="\n".join(body[start + 1 : end]),
            exit_code=code if last else 0,
            keeps_running=note == "keeps running" or text.endswith(" &"),
        )


def looks_like(said: str, *, whole: bool = True) -> re.Pattern[str]:
    """Return a pattern of what a tutorial shows: `…` alone stands for any lines, within a line for any text.

    Examples
    --------
    >>> bool(looks_like("a\\n…\\nd 1 …").fullmatch("a\\nb\\nc\\nd 1 2\\n"))
    True
    >>> bool(looks_like("a\\nd").fullmatch("a\\nb\\nd\\n"))
    False
    """
    parts = []
    for line in said.splitlines():
        if line.strip() == "…":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            inner = r"[^\n]*".join(re.escape(piece) for piece in line.rstrip().split("…"))
            parts.append(rf"{inner}[ \t]*\n")
    return re.compile("".join(parts) if whole else "".join(parts) + r"(?:[^\n]*\n?)*")
