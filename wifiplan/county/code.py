"""Which code plans: the version, and a digest of all sources, tables and libraries that make the bytes of an answer."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import wifiplan

LIBRARIES = ("fonttools", "matplotlib", "networkx", "numba", "numpy", "openpyxl", "pillow", "scipy", "shapely", "typst")
"""Whose other version may give other bytes."""

_PASSING = frozenset({"__pycache__", ".DS_Store"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A wifiplan that is installed somewhere; equal ones give equal bytes."""

    version: str
    digest: str


@lru_cache(maxsize=1)
def code_here() -> Code:
    """Return the code of this process; it is read once, as what is loaded stays."""
    root = Path(wifiplan.__file__).parent
    total = hashlib.sha256()
    for name in LIBRARIES:
        total.update(f"{name} {_version(name)}\n".encode())
    for path in sorted(root.rglob("*"), key=lambda path: path.relative_to(root).as_posix()):
        if path.is_file() and path.suffix != ".pyc" and not _PASSING.intersection(path.parts):
            total.update(path.relative_to(root).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return Code(version=wifiplan.__version__, digest=total.hexdigest())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
