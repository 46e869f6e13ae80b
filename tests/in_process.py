"""`wifiplan` in the process of the test, which spares an interpreter's start and all that it imports."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

from wifiplan.cli import main

ROOT = Path(__file__).resolve().parents[1]


def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command from the checkout's root, messages and exit codes as a user gets them.

    An error that nobody raised on purpose is not turned into a traceback on standard error: it ends the test.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    argv, sys.argv = sys.argv, ["wifiplan", *map(str, args)]
    try:
        with contextlib.chdir(ROOT), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = argv
    said = [stream.buffer.getvalue().decode("utf-8").replace("\r\n", "\n") for stream in (out, err)]
    return subprocess.CompletedProcess(["wifiplan", *map(str, args)], code, *said)
