"""Where to measure next, asked of `wifiplan survey next` in a process of its own: the page goes on meanwhile."""

import math
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wifiplan.errors import SurveyError
from wifiplan.files.json_input import Json, Refused, load_json

LIMIT_S: Final = 240.0
"""A large school with a long survey takes half a minute on a small laptop [s]."""

N_PLACES: Final = 10


class Advisor:
    """Asks for the next places, one question at a time; keeps the last answer."""

    def __init__(self, site_path: Path, survey_path: Path, *, lang: str = "zh-TW") -> None:
        self._command = [sys.executable, "-m", "wifiplan", "survey", "next", "--lang", lang, str(site_path)]
        self._survey = survey_path
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._ended = False
        self.places: tuple[dict[str, Json], ...] | None = None
        self.error: SurveyError | None = None
        self.revision = 0

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        return self._process is not None

    def ask(self, *, has_readings: bool) -> None:
        """Begin to ask; nothing where a question is open already.

        Parameters
        ----------
        has_readings : bool
            Whether the survey file holds any; without them the places are those of a first walk.

        Raises
        ------
        SurveyError
            The program cannot be started.
        """
        with self._lock:
            if self._process is not None or self._ended:
                return
            command = [*self._command, *([str(self._survey)] if has_readings else []), "--json", "-n", str(N_PLACES)]
            self._process = _started(command)
            self.error = None
            self.revision += 1
            self._thread = threading.Thread(target=self._wait, args=(self._process,), daemon=True)
            self._thread.start()

    def end(self) -> None:
        """End the open question."""
        with self._lock:
            self._ended = True
            if self._process is not None:
                self._process.kill()

    def wait(self, limit_s: float) -> None:
        """Wait for the answer of the open question."""
        if self._thread is not None:
            self._thread.join(limit_s)

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        places: tuple[dict[str, Json], ...] | None = None
        error: SurveyError | None = None
        try:
            out, said = process.communicate(timeout=LIMIT_S)
            if process.returncode == 0:
                places = places_of(out)
            else:
                error = _failure(said.decode("utf-8", "replace"))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            error = _failure("")
        except SurveyError as found:
            error = found
        with self._lock:
            self._process, self.error = None, error
            self.places = self.places if places is None else places
            self.revision += 1


def places_of(data: bytes) -> tuple[dict[str, Json], ...]:
    """Return the places in an answer of `survey next --json`, in walking order.

    Raises
    ------
    SurveyError
        It is none.
    """
    try:
        return tuple(_place(one) for one in _listed(load_json(data.decode("utf-8"))))
    except (Refused, UnicodeDecodeError, KeyError, TypeError) as error:
        raise _failure("") from error


def _listed(answer: Json) -> list[Json]:
    places = answer["places"] if isinstance(answer, dict) else None
    if not isinstance(places, list):
        raise TypeError
    return places


def _place(data: Json) -> dict[str, Json]:
    if not isinstance(data, dict):
        raise TypeError
    numbers = [data["x_m"], data["y_m"], data["floor"], data["rank"]]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in numbers):
        raise TypeError
    return {name: data[name] for name in ("floor", "x_m", "y_m", "rank", "room_name")}


def _started(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 (this program itself)
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
    except OSError as error:
        raise _failure(error.strerror or "") from error


def _failure(said: str) -> SurveyError:
    first = next((line.strip() for line in said.splitlines() if line.strip()), "")
    shown = "".join(c if c.isprintable() else " " for c in first)[:300]
    tail, zh_tail = (f" ({shown})", f"（{shown}）") if shown else ("", "")
    return SurveyError(
        f"no advice could be worked out{tail}",
        remedy="go on with the suggestions; see also: wifiplan survey next",
        zh=(f"無法算出下一步{zh_tail}", "請先依建議點量測；也可執行 wifiplan survey next"),
    )
