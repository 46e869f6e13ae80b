"""An ordinary user without any right, and an interpreter that such a user may run."""

import functools
import os
import shutil
import site
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

NOBODY = ("--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all")
TRIAL = "import click, numpy, subprocess, sys, uvicorn; subprocess.run([sys.executable, '-c', ''], check=True)"


@dataclass(frozen=True, slots=True)
class Ordinary:
    """How to run Python as nobody: words that stand before it, the interpreter, its environment."""

    before: tuple[str, ...]
    python: str
    environment: Mapping[str, str]


@functools.cache
def ordinary() -> Ordinary | None:
    """Return how to run Python as an ordinary user; None where setpriv or an interpreter for everybody is missing."""
    setpriv = shutil.which("setpriv")
    if setpriv is None or os.geteuid() != 0:
        return None
    packages = [path for path in (*site.getsitepackages(), *sys.path) if path.endswith("-packages")]
    environment = {"PYTHONPATH": os.pathsep.join(packages)}
    version = f"python3.{sys.version_info.minor}"
    for python in (sys.executable, shutil.which(version, path="/usr/bin:/usr/local/bin")):
        if python is None:
            continue
        tried = subprocess.run(
            [setpriv, *NOBODY, python, "-c", TRIAL],
            capture_output=True,
            env={**os.environ, **environment},
            cwd="/",
            check=False,
        )
        if tried.returncode == 0:
            return Ordinary((setpriv, *NOBODY), python, environment)
    return None
