"""How a reader of readings says no: one error, all faults, in two languages."""

from collections.abc import Sequence
from pathlib import Path

from wifiplan.errors import Fault, SurveyError

MAX_FAULTS = 50
"""So many faults are told: a file in another format has one in every line."""


def fault(where: str, problem: str, zh: str = "") -> Fault:
    """Return one thing wrong with a file, in English and Chinese."""
    return Fault(where=where, problem=problem, zh=(zh, ""))


def refusal(where: str, what: str, faults: Sequence[Fault], *, remedy: tuple[str, str]) -> SurveyError:
    r"""Return the error of a file with faults; `remedy` in English and Chinese.

    >>> str(refusal("a.txt", "iw scan", [fault("line 3", "no signal")], remedy=("scan again", "請重新掃描")))
    'a.txt: the iw scan has 1 fault\n  - line 3: no signal\nWhat to do: scan again'
    """
    n = len(faults)
    told = list(faults[:MAX_FAULTS])
    if n > MAX_FAULTS:
        told.append(fault("", f"and {n - MAX_FAULTS:,} more", f"另有 {n - MAX_FAULTS:,} 處"))
    return SurveyError(
        f"the {what} has {n:,} fault{'s' if n != 1 else ''}",
        remedy=remedy[0],
        where=where,
        faults=told,
        zh=(f"檔案（{what}）有 {n:,} 處錯誤", remedy[1]),
    )


def wrong(where: str, problem: tuple[str, str], remedy: tuple[str, str]) -> SurveyError:
    """Return the error of a file as a whole; both in English and Chinese."""
    return SurveyError(problem[0], remedy=remedy[0], where=where, zh=(problem[1], remedy[1]))


def unreadable(path: Path | str, error: OSError) -> SurveyError:
    """Return the error of a file that cannot be opened or read."""
    why = error.strerror or error
    return wrong(
        str(path),
        (f"the file cannot be read ({why})", f"無法讀取檔案（{why}）"),
        ("check the name and that it is a file which you may read", "請確認檔名，以及是否有讀取權限"),
    )
