"""Schools made ready, kept in a folder of this run: what is asked twice of a school is not computed twice."""

import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from wifiplan.study.prepared import Prepared

MOST_BYTES = 4_000_000_000
"""So much of the disk a run takes; schools beyond it are made ready again."""

LEFT_FREE_BYTES = 1_000_000_000
"""So much of the disk is left to the answers."""

_PREFIX = ".ready-"


@contextmanager
def ready_store(folder: Path | None) -> Iterator[Path | None]:
    """Yield a folder for schools made ready, gone when the block ends; what a killed run left is taken away first.

    None, where workers share no disk, stays None.
    """
    if folder is None:
        yield None
        return
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob(f"{_PREFIX}*"):
        shutil.rmtree(stale, ignore_errors=True)
    with TemporaryDirectory(prefix=_PREFIX, dir=folder, ignore_cleanup_errors=True) as store:
        yield Path(store)


def keep(place: Path, ready: Prepared) -> None:
    """Keep a school, unless the folder is full or refuses it: the store saves time and nothing else."""
    content = pickle.dumps(ready, protocol=pickle.HIGHEST_PROTOCOL)
    beside = place.with_suffix(".part")
    try:
        taken = sum(path.stat().st_size for path in place.parent.iterdir())
        free = shutil.disk_usage(place.parent).free - LEFT_FREE_BYTES
        if taken + len(content) <= MOST_BYTES and len(content) <= free:
            beside.write_bytes(content)
            beside.replace(place)
    except OSError:
        beside.unlink(missing_ok=True)


def kept(place: Path) -> Prepared | None:
    """Return a school that was kept, None where it was not."""
    try:
        found = pickle.loads(place.read_bytes())  # noqa: S301 (as above)
    except (OSError, EOFError, pickle.UnpicklingError):
        return None
    return found if isinstance(found, Prepared) else None
