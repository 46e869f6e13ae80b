"""Schools made ready, kept in a folder of this run: what is asked twice of a school is not computed twice."""

import pickle
from pathlib import Path

from wifiplan.study.prepared import Prepared

MOST_BYTES = 4_000_000_000
"""So much of the disk a run takes; schools beyond it are made ready again."""


def keep(place: Path, ready: Prepared) -> None:
    """Keep a school, unless the folder is full or refuses it: the store saves time and nothing else."""
    content = pickle.dumps(ready, protocol=pickle.HIGHEST_PROTOCOL)
    beside = place.with_suffix(".part")
    try:
        taken = sum(path.stat().st_size for path in place.parent.iterdir())
        if taken + len(content) <= MOST_BYTES:
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
