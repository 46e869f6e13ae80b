"""Which rooms are tested, together or one after another, and with how many devices each."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from wifiplan.errors import Fault, ProbeError
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.safety import LoadStep

MOST_DEVICES = 99
"""Devices of one room: seat numbers have two digits."""

MOST_LETTERS = 60
"""Letters of a room's name: it is told to every device."""

START_IN_S = 1.5
"""Between the order of a step and its start [s]: it must reach the slowest device first."""

COLLECT_S = 2.5
"""How long the last logs of a step may take [s]: a queue of two seconds must not lose them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomAsk:
    """One room of a test: the plan's id, its name, and how many devices it must carry."""

    room_id: str
    name: str
    n_expected: int


Round: TypeAlias = tuple[RoomAsk, ...]
"""Rooms that are loaded at the same time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A room as it was asked for: its id, and the number of devices where one was given."""

    room_id: str
    n_devices: int | None


def wishes(text: str) -> tuple[Wish, ...]:
    """Return the rooms of `ID[=N],ID[=N],…`.

    Raises
    ------
    ProbeError
        All entries that are no room or no number of devices, and rooms named twice.

    Examples
    --------
    >>> wishes("201=30,202")
    (Wish(room_id='201', n_devices=30), Wish(room_id='202', n_devices=None))
    """
    faults: list[Fault] = []
    found: list[Wish] = []
    for part in (part.strip() for part in re.split(r"[,，、]", text)):
        if not part:
            continue
        room_id, sign, number = part.rpartition("=") if "=" in part else (part, "", "")
        fault = _fault(room_id.strip(), number.strip() if sign else None, found)
        if fault is not None:
            faults.append(Fault(where=_shown(part), problem=fault[0], zh=(fault[1], "")))
        else:
            found.append(Wish(room_id.strip(), int(number) if sign else None))
    if not found and not faults:
        faults.append(Fault(where=_shown(text), problem="names no room", zh=("沒有教室代號", "")))
    if faults:
        raise ProbeError(
            "the rooms cannot be read",
            remedy="write them as 201=30,202=28",
            where="--room",
            faults=faults,
            zh=("教室的寫法有誤", "請寫成 201=30,202=28"),
        )
    return tuple(found)


def _fault(room_id: str, number: str | None, before: Sequence[Wish]) -> tuple[str, str] | None:
    """Return what is wrong with one entry, in English and Chinese."""
    if number is not None and not (number.isdecimal() and 1 <= int(number) <= MOST_DEVICES):
        problem = f"the number of devices is not from 1 to {MOST_DEVICES}"
        return problem, f"臺數不是 1 到 {MOST_DEVICES}"
    if not room_id:
        return "names no room", "沒有教室代號"
    if len(room_id) > MOST_LETTERS or _shown(room_id) != room_id:
        problem = f"the name is longer than {MOST_LETTERS} letters or holds control characters"
        return problem, f"教室代號超過 {MOST_LETTERS} 個字，或含控制字元"
    if any(room_id == wish.room_id for wish in before):
        return "the room is named twice in one round", "同一輪重複了這間教室"
    return None


def _shown(text: str) -> str:
    """Return text that any console and page can show, not too long."""
    return "".join("?" if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text[:MOST_LETTERS])


def playing(n_expected: int, share: float) -> int:
    """Return how many devices a step wants: the share rounded up.

    >>> [playing(30, share) for share in (0.25, 0.5, 0.75, 1.0)]
    [8, 15, 23, 30]
    """
    return min(n_expected, -int(-n_expected * share // 1))


def step_lengths(options: ClassTestOptions) -> tuple[float, ...]:
    """Return the length of every step [s]: those of the whole class last longer."""
    return tuple(options.full_s if share >= 1.0 else options.step_s for share in options.ramp)


def load_of(rounds: Sequence[Round], options: ClassTestOptions, rate_mbps: float) -> tuple[LoadStep, ...]:
    """Return what a whole test puts on the network, step by step; rooms of one round are summed."""
    return tuple(
        LoadStep(
            n_streams=sum(playing(room.n_expected, share) for room in rooms),
            rate_mbps=rate_mbps,
            duration_s=length,
        )
        for rooms in rounds
        for share, length in zip(options.ramp, step_lengths(options), strict=True)
    )


def longest_s(options: ClassTestOptions) -> float:
    """Return how long one round takes at most, joining included [s]."""
    steps = sum(length + START_IN_S + COLLECT_S + options.pause_s for length in step_lengths(options))
    return options.join_s + options.idle_s + START_IN_S + COLLECT_S + steps
