"""Somebody who does what a tutorial says: runs its commands, types into its workbooks, and looks whether it is so."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from openpyxl import load_workbook

from tutorial_steps import Command, Goes, Saved, Shown, Step, Typed, looks_like

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("floorplans", "surveys")
PATIENCE_S = 400.0
BASH = shutil.which("bash") or "bash"
_CODE, _TOKEN = re.compile(r"/j/(\w+)"), re.compile(r"WIFIPLAN_TOKEN(?:=|: )([A-Z2-7]{52})")


class Reader:
    """A person at a terminal, in a fresh folder with what the project ships."""

    def __init__(self, folder: Path) -> None:
        """Copy what is shipped, and put the checkout's command on the path."""
        self.folder = folder
        for name in SHIPPED:
            shutil.copytree(ROOT / name, folder / name)
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        for name, what in (("wifiplan", "-m wifiplan "), ("python", "")):
            command = bin_folder / name
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {what}"$@"\n', encoding="utf-8")
            command.chmod(0o755)
        self.env = {
            **os.environ,
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "PYTHONIOENCODING": "utf-8",
            "XDG_RUNTIME_DIR": str(folder),
        }
        self.windows: list[tuple[Command, subprocess.Popen[bytes], Path]] = []
        self.seen = 0

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Close the windows that are still open."""
        for _, process, _ in self.windows:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def does(self, step: Step) -> None:
        """Do one step."""
        match step:
            case Command(keeps_running=True):
                self.opens(step)
            case Command():
                self.runs(step)
            case Goes():
                self.waits(step)
            case Saved():
                (self.folder / step.path).write_text(step.text, encoding="utf-8")
            case Typed():
                self.types(step)
            case Shown():
                assert step.reason

    def filled(self, text: str) -> str:
        """Return a command with the code and token that the controller's window shows."""
        shown = "".join(log.read_text(encoding="utf-8") for _, _, log in self.windows[:1])
        for word, pattern in (("CODE", _CODE), ("TOKEN", _TOKEN)):
            found = pattern.search(shown)
            text = re.sub(rf"(?<![A-Z_]){word}\b", found[1], text) if found else text
        return text

    def runs(self, step: Command) -> None:
        """Run a command to its end, and hold what it says and its exit code against the tutorial."""
        done = subprocess.run(
            [BASH, "-c", self.filled(step.text)],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=PATIENCE_S,
        )
        told(step, done.stdout.decode("utf-8"), done.returncode)

    def opens(self, step: Command) -> None:
        """Start a command in a window of its own, and wait for what it says at once."""
        log = self.folder / f"window-{len(self.windows)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [BASH, "-c", "exec env " + self.filled(step.text).removesuffix(" &")],
                cwd=self.folder,
                env=self.env,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.windows.append((step, process, log))
        if len(self.windows) > 1 and step.text.endswith(" &"):
            return
        wanted = looks_like(step.said, whole=False)
        end = time.monotonic() + PATIENCE_S
        while not wanted.fullmatch(text := log.read_text(encoding="utf-8")):
            assert time.monotonic() < end, f"line {step.line}: {text}"
            assert process.poll() is None, f"line {step.line}: {text}"
            time.sleep(0.1)
        self.seen = len(text)

    def waits(self, step: Goes) -> None:
        """Wait for the end of the first window's command, and hold what it said since against the tutorial."""
        _, process, log = self.windows[0]
        if step.interrupted:
            process.send_signal(signal.SIGINT)
        code = process.wait(timeout=PATIENCE_S)
        told(step, log.read_text(encoding="utf-8")[self.seen :], code)
        for _, other, _ in self.windows[1:]:
            other.wait(timeout=PATIENCE_S)
        self.windows.clear()

    def types(self, step: Typed) -> None:
        """Fill in cells, numbers as numbers."""
        book = load_workbook(self.folder / step.path)
        for sheet, cell, entry in step.cells:
            book[sheet][cell] = float(entry) if re.fullmatch(r"\d+(?:\.\d+)?", entry) else entry
        book.save(self.folder / step.path)


def told(step: Command | Goes, said: str, code: int) -> None:
    """Hold what was said and the exit code against the tutorial."""
    __tracebackhide__ = True
    said = said.replace("\r\n", "\n")
    said = said if said.endswith("\n") or not said else said + "\n"
    shown = step.said or ("" if isinstance(step, Goes) else "…")
    wanted = looks_like(shown)
    assert code == step.exit_code, f"line {step.line}: exit code {code}\n{said}"
    lines = "\n".join(line.rstrip() for line in said.splitlines()) + "\n" if said else ""
    assert wanted.fullmatch(lines), f"line {step.line}:\n{said}"
