"""Every error that we raise on purpose: the input, the data or the machine is at fault, not the code."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with an input: where it is, what it is, what to do about it."""

    where: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return the fault as one line for a person."""
        place = f"{self.where}: " if self.where else ""
        remedy = f" -> {self.remedy}" if self.remedy else ""
        return f"{place}{self.problem}{remedy}"


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
    """

    def __init__(self, problem: str, *, remedy: str, where: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.where = where
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the keyword arguments, so that an error survives the way between processes."""
        return _rebuilt, (type(self), self.problem, self.remedy, self.where, self.faults)

    def __str__(self) -> str:
        """Return where, what, every single fault, and what to do."""
        head = f"{self.where}: {self.problem}" if self.where else self.problem
        lines = [head, *(f"  - {fault}" for fault in self.faults)]
        if self.remedy:
            lines.append(f"What to do: {self.remedy}")
        return "\n".join(lines)


def _rebuilt(
    kind: type[WifiplanError], problem: str, remedy: str, where: str, faults: tuple[Fault, ...]
) -> WifiplanError:
    return kind(problem, remedy=remedy, where=where, faults=faults)


class SiteError(WifiplanError):
    """A site file, or a site as a whole, is faulty."""


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


class MissingError(WifiplanError):
    """An extra or a system program that a command needs is not installed."""
