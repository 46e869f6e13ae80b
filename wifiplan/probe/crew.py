"""The two processes behind live listening: the helper that holds the socket, and the analyser without any right.

The helper (see `helper`) opens the interface and copies frames into a pipe. The analyser, a child of ours, gives up
every right before it reads the first byte of them. Whichever dies, the others end.
"""

import errno
import io
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, TypeAlias

from wifiplan.errors import ProbeError
from wifiplan.probe import helper
from wifiplan.probe.ears import Ear, no_way

Json: TypeAlias = dict[str, object]
Analyse: TypeAlias = Callable[[io.BufferedReader, Callable[[Json], None]], Json]
"""Reads a capture to its end, tells how far it is now and then, and returns what it found as plain values."""

READY_S = 20.0
GRACE_S = 30.0
MAX_ANSWER_BYTES = 256 << 20
_LOOK_S = 0.25


class Crew:
    """The helper and the analyser at work, and what they have said."""

    def __init__(self, ear: Ear, process: subprocess.Popen[bytes], said: bytes) -> None:
        self._ear, self._process = ear, process
        self._said, self._heard = bytearray(said), bytearray()
        self._analyser, self._answers = 0, -1
        ready = next((e for e in _events(said) if e.get("event") == "ready"), {})
        self.no_ring = str(ready.get("no_ring") or "")

    def start_analyser(self, analyse: Analyse) -> None:
        """Start the analyser on the helper's frames; keep none of them ourselves."""
        stdin, stdout, stderr = _pipes(self._process)
        self._answers, told = os.pipe()
        os.set_blocking(self._answers, False)
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self._analyser = os.fork()
        if self._analyser == 0:
            try:
                for end in (self._answers, stdin.fileno(), stderr.fileno()):
                    os.close(end)
                _analyse_alone(stdout.fileno(), told, self._ear.becomes, parent, analyse)
            finally:
                os._exit(1)
        os.close(told)
        stdout.close()

    def hear(self, wait_s: float) -> bool:
        """Take in what both say; False once the analyser has ended."""
        _, _, stderr = _pipes(self._process)
        ready, _, _ = select.select([self._answers, stderr.fileno()], [], [], wait_s)
        if stderr.fileno() in ready:
            more = stderr.read()
            self._said += more or b""
            if more == b"":
                time.sleep(min(wait_s, 0.02))  # the helper has ended: its pipe is readable for ever
        if self._answers in ready:
            more = os.read(self._answers, 1 << 20)
            self._heard += more
            # the last whole line and what follows it: hours of progress leave nothing behind
            before = self._heard.rfind(b"\n", 0, max(0, self._heard.rfind(b"\n")))
            del self._heard[: before + 1]
            return bool(more) and len(self._heard) < MAX_ANSWER_BYTES
        return True

    def progress(self) -> Json:
        """Return the last progress that the analyser told."""
        return next((e for e in _events(bytes(self._heard)) if "answer" not in e and "failed" not in e), {})

    def finish(self) -> Json:
        """End the helper in order and return the analyser's answer.

        Raises
        ------
        ProbeError
            The analyser was ended before it had one.
        """
        if self._ear.way == "dumpcap":
            self._process.terminate()
        with suppress(OSError):
            _pipes(self._process)[0].close()
        until_s = time.monotonic() + GRACE_S
        with suppress(KeyboardInterrupt):
            while time.monotonic() < until_s and self.hear(_LOOK_S):
                pass
        for event in _events(bytes(self._heard)):
            if "failed" in event:
                raise RuntimeError(str(event["failed"]))
            answer = event.get("answer")
            if isinstance(answer, dict):
                return answer
        raise ProbeError(
            "the analyser ended before it had an answer",
            remedy="see whether something ended it (memory?), and listen for a shorter time",
            where=self._ear.interface,
            zh=("分析程序在得出結果前結束", "請檢查是否被終止（記憶體不足？），並縮短監聽時間"),
        )

    def end(self) -> None:
        """Leave no process and no pipe behind."""
        if self._analyser:
            os.close(self._answers)
            done, _ = os.waitpid(self._analyser, os.WNOHANG)
            if not done:
                os.kill(self._analyser, signal.SIGKILL)
                os.waitpid(self._analyser, 0)
            self._analyser = 0
        stdin, stdout, stderr = _pipes(self._process)
        for pipe in (stdin, stdout):
            with suppress(OSError):
                pipe.close()
        try:
            self._process.wait(timeout=2.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said += stderr.read() or b""
        stderr.close()

    def n_dropped(self) -> int:
        """Return how many frames the kernel lost, as the helper tells it; to be asked when all has ended."""
        if self._ear.way == "dumpcap":
            return drops_of_dumpcap(self._said.decode(errors="replace"))
        told = [event.get("n_dropped") for event in _events(bytes(self._said))]
        return max((n for n in told if isinstance(n, int)), default=0)


def start(ear: Ear, analyse: Analyse) -> Crew:
    """Start both; return when the interface is open and the analyser is at work.

    Raises
    ------
    ProbeError
        The interface can't be opened.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 (our own helper, or dumpcap)
            ear.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us: we end the helper in order
        )
    except OSError as error:
        raise ProbeError(
            f"the helper can't be started: {error.strerror}",
            remedy="see that this user may run that program",
            where=ear.command[0],
            zh=(f"無法啟動接收程式：{error.strerror}", "請確認此使用者可執行該程式"),
        ) from error
    said = _said_until_ready(process, ear)
    crew = Crew(ear, process, said)
    if not _is_ready(said, ear):
        crew.end()
        raise _refused(ear, said)
    crew.start_analyser(analyse)
    return crew


def drops_of_dumpcap(said: str) -> int:
    """Return the drops that dumpcap tells at its end.

    >>> drops_of_dumpcap("Packets received/dropped on interface 'mon0': 100/7 (pcap:7/dumpcap:0) (93.5%)")
    7
    """
    for line in said.splitlines():
        if line.startswith("Packets received/dropped on interface"):
            counts = line.rpartition("': ")[2].split(" ", 1)[0].partition("/")[2]
            return int(counts) if counts.isdecimal() else 0
    return 0


def _said_until_ready(process: subprocess.Popen[bytes], ear: Ear) -> bytes:
    """Wait until the interface is open, the helper has ended or does not answer; return what it said."""
    _, _, stderr = _pipes(process)
    os.set_blocking(stderr.fileno(), False)
    until_s, said = time.monotonic() + READY_S, b""
    while time.monotonic() < until_s and not _is_ready(said, ear):
        select.select([stderr.fileno()], [], [], _LOOK_S)
        more = stderr.read()
        said += more or b""
        if more == b"":
            break
    return said


def _is_ready(said: bytes, ear: Ear) -> bool:
    if ear.way == "dumpcap":
        return b"\nFile:" in said or said.startswith(b"File:")
    return any(event.get("event") == "ready" for event in _events(said))


def _refused(ear: Ear, said: bytes) -> ProbeError:
    fault = next((e for e in _events(said) if e.get("event") == "fault"), None)
    text = " ".join(said.decode(errors="replace").split())[:300] or "the helper did not answer"
    reason, number = (str(fault.get("problem")), fault.get("errno")) if fault else (text, None)
    if number == errno.EAFNOSUPPORT:
        return ProbeError(
            "this kernel has no packet sockets (CONFIG_PACKET)",
            remedy="load the module af_packet; captures made elsewhere can be read without it",
            where=ear.interface,
            zh=("此核心沒有封包插座（CONFIG_PACKET）", "請載入 af_packet 模組；其他設備擷取的檔案仍可讀取"),
        )
    if number == errno.EPERM or ear.way == "dumpcap":
        return no_way(ear.interface, reason)
    return ProbeError(
        f"the interface could not be opened: {reason}",
        remedy="see that it is in monitor mode and up, then try again",
        where=ear.interface,
        zh=(f"無法開啟介面：{reason}", "請確認介面處於監聽模式且已啟用，再試一次"),
    )


def _analyse_alone(frames: int, told: int, becomes: tuple[int, int] | None, parent: int, analyse: Analyse) -> None:
    """Be the analyser: give up every right, read frames to their end, answer, and never return."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)  # the terminal is not for who reads strangers' bytes

    def tell(what: Json) -> None:
        data = json.dumps(what).encode() + b"\n"
        while data:
            data = data[os.write(told, data) :]

    try:
        helper.give_up_privileges(*(becomes or (None, None)))
        helper.tie_to_parent(parent)
        with open(frames, "rb", closefd=False) as reader:
            tell({"answer": analyse(reader, tell)})
    except Exception:  # noqa: BLE001 (whatever it is: it is told to the parent, which raises it)
        tell({"failed": traceback.format_exc()})
        os._exit(1)
    os._exit(0)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """Return standard input, output and error of a process that was started with pipes for all three."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise ValueError("the helper has no pipes")
    return process.stdin, process.stdout, process.stderr


def _events(said: bytes) -> list[Json]:
    """Return the JSON objects among whole lines."""
    return list(_parsed(said.split(b"\n")[:-1]))


def _parsed(lines: list[bytes]) -> Iterator[Json]:
    for line in lines:
        with suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                yield found
