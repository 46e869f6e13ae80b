"""Every error that we raise on purpose: the input, the data or the machine is at fault, not the code."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with an input: where it is, what it is, what to do about it.

    `zh` says problem and remedy in Chinese, where people who fill in tables meet it.
    """

    where: str
    problem: str
    remedy: str = ""
    zh: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        """Return the fault as one line for a person."""
        return self.text()

    def text(self, lang: str = "en") -> str:
        """Return the fault as one line in a language, in English where it is not said in the other."""
        problem, remedy = self.zh if lang == "zh-TW" and self.zh[0] else (self.problem, self.remedy)
        place = f"{self.where}: " if self.where else ""
        return f"{place}{problem} -> {remedy}" if remedy else f"{place}{problem}"


class WifiplanError(Exception):
    """The base of all errors raised on purpose; the command line turns it into one message and exit code 2.

    Parameters
    ----------
    problem : str
        What is wrong, in one sentence.
    remedy : str
        What the user can do about it, in one sentence.
    where : str
        The file, row, column or option at fault.
    faults : sequence of Fault
        All faults found in one input, where there is more than one thing to say.
    zh : (str, str)
        Problem and remedy in Chinese, blank where they are told in English only.
    """

    def __init__(
        self,
        problem: str,
        *,
        remedy: str,
        where: str = "",
        faults: Sequence[Fault] = (),
        zh: tuple[str, str] = ("", ""),
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.where = where
        self.faults = tuple(faults)
        self.zh = zh

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the keyword arguments, so that an error survives the way between processes."""
        return _rebuilt, (type(self), self.problem, self.remedy, self.where, self.faults, self.zh)

    def __str__(self) -> str:
        """Return where, what, every single fault, and what to do."""
        return self.text()

    def text(self, lang: str = "en") -> str:
        """Return the same in a language, in English where it is not said in the other."""
        chinese = lang == "zh-TW" and bool(self.zh[0])
        problem, remedy = self.zh if chinese else (self.problem, self.remedy)
        head = f"{self.where}: {problem}" if self.where else problem
        lines = [head, *(f"  - {fault.text(lang)}" for fault in self.faults)]
        if remedy:
            lines.append(f"請這樣處理：{remedy}" if chinese else f"What to do: {remedy}")
        return "\n".join(lines)


def _rebuilt(
    kind: type[WifiplanError],
    problem: str,
    remedy: str,
    where: str,
    faults: tuple[Fault, ...],
    zh: tuple[str, str],
) -> WifiplanError:
    return kind(problem, remedy=remedy, where=where, faults=faults, zh=zh)


class SiteError(WifiplanError):
    """A site file, or a site as a whole, is faulty."""


class DrawingError(WifiplanError):
    """A drawing, or a project of another tool, is faulty or cannot be read safely."""


class ScaleError(DrawingError):
    """A drawing does not say how large it is; only a person can."""


class RosterError(WifiplanError):
    """A school roster is faulty."""


class InventoryError(WifiplanError):
    """An inventory of access points, or the way to read its columns, is faulty."""


class SettingsError(WifiplanError):
    """A settings file or an option is faulty."""


class SurveyError(WifiplanError):
    """A survey file is faulty."""


class CatalogError(WifiplanError):
    """Something was asked of the catalogue that it does not hold."""


class OutOfRangeError(WifiplanError):
    """A law was asked beyond the range that its source covers."""


class SolverError(WifiplanError):
    """A solver could not work on what it was given."""


class ProbeError(WifiplanError):
    """A measurement on site could not be made."""


class OutputError(WifiplanError):
    """An answer could not be written, for instance because a program holds the file open."""


class ClusterError(WifiplanError):
    """The processes or machines that share a county's work cannot be reached, or are not alike."""


class StoppedError(WifiplanError):
    """Somebody ended a run that can go on."""


class MissingError(WifiplanError):
    """An extra or a system program that a command needs is not installed."""
