"""The system's own programs for Wi-Fi, run with a limit on time and on what they may say."""

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from wifiplan.errors import SurveyError

MOST_BYTES: Final = 8_000_000
"""A list of a thousand BSSIDs has 2 MB; no program needs to say more."""

STEP_S: Final = 0.1
"""How often a running program is asked whether somebody has called it off [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a program answered: exit code, standard output and its complaint."""

    code: int
    out: bytes
    complaint: str


Run: TypeAlias = Callable[[Sequence[str], float, threading.Event], Ran]
"""Command, limit [s], and the event that calls it off."""


class CalledOffError(SurveyError):
    """Somebody has called the scan off."""


def is_there(program: str) -> bool:
    """Return whether the system has a program."""
    return shutil.which(program) is not None


def run(command: Sequence[str], limit_s: float, stop: threading.Event) -> Ran:
    """Run a program of the system and return what it said.

    Parameters
    ----------
    command : sequence of str
        Name of the program and its arguments; never through a shell.
    limit_s : float
        It is ended after so long [s].
    stop : threading.Event
        It is ended when somebody sets this.

    Raises
    ------
    SurveyError
        The program is not there, cannot be started, or does not end in time.
    CalledOffError
        Somebody has called it off.
    """
    program = shutil.which(command[0])
    if program is None:
        raise missing(command[0])
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    try:
        process = subprocess.Popen(  # noqa: S603 (the system's own programs; arguments are ours or names of interfaces)
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
    except OSError as error:
        raise SurveyError(
            f"{command[0]} cannot be started ({error.strerror or error})",
            remedy="check that the program works in a terminal",
            where=" ".join(command),
            zh=(f"無法執行 {command[0]}（{error.strerror or error}）", "請先在終端機確認該程式可用"),
        ) from error
    with process:
        try:
            out, said = _patiently(process, limit_s, stop, command)
        except BaseException:
            process.kill()
            raise
    return Ran(code=process.returncode, out=out[:MOST_BYTES], complaint=said[:2000].decode("utf-8", "replace").strip())


def missing(program: str) -> SurveyError:
    """Return the error for a program that the system does not have."""
    package = "network-manager" if program == "nmcli" else program
    return SurveyError(
        f"the program {program} is not installed",
        remedy=f"install it (package {package}), or choose another --scanner",
        where=program,
        zh=(f"尚未安裝 {program}", "請安裝該程式，或以 --scanner 改用其他掃描方式"),
    )


def _patiently(
    process: "subprocess.Popen[bytes]", limit_s: float, stop: threading.Event, command: Sequence[str]
) -> tuple[bytes, bytes]:
    left_s = limit_s
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=STEP_S)
        left_s -= STEP_S
        if stop.is_set():
            raise CalledOffError(
                "the scan was called off", remedy="tap again to scan", zh=("掃描已取消", "請再點一次重新掃描")
            )
        if left_s <= 0:
            raise SurveyError(
                f"{command[0]} did not answer within {limit_s:.0f} s",
                remedy="switch Wi-Fi off and on again, then repeat",
                where=" ".join(command),
                zh=(f"{command[0]} 在 {limit_s:.0f} 秒內沒有回應", "請關閉再開啟 Wi-Fi 後重試"),
            )
