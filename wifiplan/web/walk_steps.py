"""What the survey page can ask for: where, and what is under way or has failed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from wifiplan.errors import SurveyError, WifiplanError
from wifiplan.web.walk_ears import Where

REACH_M: Final = 5_000.0

Story: TypeAlias = Literal["new", "resumed", "changed"]
Doing: TypeAlias = Literal["point", "repeat", "walk", "ending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """What is under way: a point's scan, its repetition, a walk, or a walk's last scan."""

    doing: Doing
    where: Where
    item_id: int = 0
    since_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The last scan's failure, and where it was wanted."""

    error: WifiplanError
    busy: Busy


def journal_of(path: Path) -> Path:
    """Return where the journal of a survey file lies."""
    return path.with_name(f"{path.stem}.journal")


def digest_of(content: bytes) -> str:
    """Return what tells one content of a survey file from another."""
    return hashlib.sha256(content).hexdigest()


def refused(problem: str, remedy: str, zh_problem: str, zh_remedy: str) -> SurveyError:
    """Return the error for a step that cannot be taken now."""
    return SurveyError(problem, remedy=remedy, zh=(zh_problem, zh_remedy))


def place_of(data: Mapping[str, object], levels: frozenset[int]) -> tuple[int, float, float]:
    """Return the place that a request names: floor, x and y [m].

    Raises
    ------
    SurveyError
        It is no place of the site.
    """
    floor, x_m, y_m = (data.get(name) for name in ("floor", "x_m", "y_m"))
    sound = not isinstance(floor, bool) and isinstance(floor, int) and floor in levels
    numbers = [v for v in (x_m, y_m) if isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= REACH_M]
    if not sound or not isinstance(floor, int) or len(numbers) != 2:
        raise refused("this is no place on the plan", "tap on the plan", "這不是平面圖上的位置", "請點在平面圖上")
    return floor, round(float(numbers[0]), 2), round(float(numbers[1]), 2)
