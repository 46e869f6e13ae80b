"""Files of strangers read apart from the server: a bomb ends a program of its own, and pages stay quick."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from wifiplan.errors import OutputError
from wifiplan.files.drawings.records import Account, Picture
from wifiplan.files.json_input import Json
from wifiplan.web.import_child import ANSWER, SURVEYS, account_from, error_from, exhausted
from wifiplan.web.jsons import sound

MOST_AT_ONCE = 2
"""Files that are read at the same time; further ones wait."""

MOST_S = 200.0
"""A file is given up after so long [s]."""

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a program of our own found in a file; `surveys` are the texts of CSV files."""

    site: dict[str, Json]
    account: Account
    pictures: tuple[Picture, ...]
    surveys: tuple[bytes, ...] = ()
    survey_problem: str = ""
    size_px: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Importer:
    """Reads files, few at a time."""

    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))
    _running: set[asyncio.subprocess.Process] = field(default_factory=set)

    def end(self) -> None:
        """Stop all that is being read; whoever waits for it gets a refusal."""
        for process in self._running:
            _kill(process)

    @asynccontextmanager
    async def scratch(self) -> AsyncIterator[Path]:
        """Wait for one's turn and yield a folder to put the file into.

        Raises
        ------
        OutputError
            The disk for temporary files is full.
        """
        async with self._turn:
            try:
                folder = TemporaryDirectory(prefix="wifiplan-import-", ignore_cleanup_errors=True)
            except OSError as error:
                raise OutputError(
                    f"no folder can be made for temporary files ({error.strerror or error})",
                    remedy="make room on that disk",
                    zh=("無法建立暫存資料夾", "請清出暫存磁碟的空間"),
                ) from error
            with folder as name:
                yield Path(name)

    async def read(self, folder: Path, order: Mapping[str, Json]) -> Read:
        """Return what a file in a folder of `scratch` holds.

        Parameters
        ----------
        folder : Path
            The folder.
        order : mapping
            kind ("drawing" or "picture"), name, and what the reader is told.

        Raises
        ------
        DrawingError, ScaleError
            It cannot be read, does not say its scale, or exhausts the program that reads it.
        """
        (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "wifiplan.web.import_child",
            str(folder / "order.json"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        self._running.add(process)
        try:
            await asyncio.wait_for(process.wait(), MOST_S)
        except TimeoutError as error:
            raise exhausted(str(order["name"])) from error
        finally:
            self._running.discard(process)
            if process.returncode is None:
                _kill(process)
                await process.wait()
        answer = folder / ANSWER
        if process.returncode or not answer.is_file():
            raise exhausted(str(order["name"]))
        return await asyncio.to_thread(_read, folder)


def _kill(process: asyncio.subprocess.Process) -> None:
    """End a program together with those that it has begun."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """Return where this interpreter finds its libraries, and one thread for each: every thread takes memory."""
    paths = os.pathsep.join(path for path in sys.path if path)
    return {**os.environ, "PYTHONPATH": paths, **dict.fromkeys(_THREADS, "1")}


def _read(folder: Path) -> Read:
    plain = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    if "error" in plain:
        raise error_from(plain["error"])
    empty: dict[str, Json] = {"took": [], "guessed": [], "left": []}
    return Read(
        site=sound(plain.get("site", {})),
        account=account_from(plain.get("account", empty)),
        pictures=tuple(Picture(name=p["name"], data=(folder / p["file"]).read_bytes()) for p in plain["pictures"]),
        surveys=tuple((folder / SURVEYS / name).read_bytes() for name in plain.get("surveys", [])),
        survey_problem=plain.get("survey_problem", ""),
        size_px=(plain.get("width_px", 0.0), plain.get("height_px", 0.0)),
    )
