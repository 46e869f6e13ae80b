"""Where the work of many schools is done, and what a worker says of it."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

MEMORY_BYTES = 1_500_000_000
"""Memory that one worker may take [byte]: two fit into a machine of 4 GB beside its system."""

Cause: TypeAlias = Literal["worker", "memory"]
"""Why a task has no answer: its worker died, or took more memory than it may."""

Answer_co = TypeVar("Answer_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Processes that plan schools.

    Parameters
    ----------
    n_workers : int
        Worker processes of this machine; 0 works in this process, where nothing bounds the memory.
    scheduler : str or None
        Address of a Dask scheduler (tcp://host:port): its workers do the work instead.
    memory_bytes : int
        Memory that a worker of this machine may take [byte]; beyond it the worker is ended and its school fails.
    """

    n_workers: int = 1
    scheduler: str | None = None
    memory_bytes: int = MEMORY_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked(Generic[Answer_co]):
    """An answer and what it took.

    Parameters
    ----------
    answer
        What the work gave.
    seconds, cpu_seconds : float
        Time on the wall, and of all processors, in the worker [s]; None where it was lost.
    peak_bytes : int or None
        Most memory that the worker's process held meanwhile [byte]; None where the system does not say.
    held_bytes : int
        Memory that it held afterwards [byte].
    worker : str
        Address of the worker, blank for this process.
    """

    answer: Answer_co
    seconds: float | None = None
    cpu_seconds: float | None = None
    peak_bytes: int | None = None
    held_bytes: int = 0
    worker: str = ""
