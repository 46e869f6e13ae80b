"""Work on files of strangers in a program of its own: one that crashes or starves its library takes nothing with it."""

import os
import subprocess
import sys
from pathlib import Path


def run_apart(program: Path, arguments: tuple[str, ...], *, max_seconds: float) -> bool:
    """Run one of our scripts with this interpreter and see whether it ended well.

    Parameters
    ----------
    program : Path
        The script; it imports nothing of wifiplan and limits its own memory.
    arguments : tuple of str
        What it is called with.
    max_seconds : float
        It is ended after so long [s].
    """
    # where this interpreter finds its libraries, its program finds them too
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-P", str(program), *arguments]
    try:
        subprocess.run(command, check=True, timeout=max_seconds, env=found, capture_output=True)  # noqa: S603 (ours)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return False
    return True
