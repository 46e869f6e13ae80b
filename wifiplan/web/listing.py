"""The index of a folder: a line for every site; files that have not changed since are not read again."""

import threading
from dataclasses import dataclass
from pathlib import Path

from wifiplan.errors import SiteError
from wifiplan.files.json_input import Refused, load_json, printable, read_text
from wifiplan.files.site import MAX_SITE_BYTES
from wifiplan.web.names import is_name

MOST_SITES = 2_000
_HEAD_BYTES = 65_536

Stamp = tuple[int, int, int]
"""What tells one state of a file from another without reading it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the index shows of a site file; `problem` says why it cannot be planned."""

    title: str
    n_floors: int = 0
    n_rooms: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the index."""

    name: str
    title: str
    n_floors: int
    n_rooms: int
    has_plan: bool
    has_draft: bool
    problem: str = ""


class Listing:
    """The site files of a folder as the index shows them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[Stamp, Contents | None]] = {}
        self._lock = threading.Lock()

    def sites(self) -> dict[str, Contents]:
        """Return what is known of every site, by name, sorted."""
        found: dict[str, tuple[Stamp, Contents | None]] = {}
        with self._lock:
            for path in sorted(self._root.glob("*.json")):
                stamp = _stamp(path) if is_name(path.stem) else None
                if stamp is None:
                    continue
                known = self._known.get(path.stem)
                same = known is not None and known[0] == stamp
                found[path.stem] = known if known is not None and same else (stamp, _contents(path))
                if len(found) == MOST_SITES:
                    break
            self._known = found
        return {name: contents for name, (_, contents) in found.items() if contents is not None}


def _stamp(path: Path) -> Stamp | None:
    """Return the state of a plain file, None for all else: a pipe or a device would never end."""
    try:
        state = path.stat()
    except OSError:
        return None
    return (state.st_mtime_ns, state.st_size, state.st_ino) if path.is_file() else None


def _contents(path: Path) -> Contents | None:
    """Return what a JSON file holds, None if it is no site: other answers (plans, summaries) are no sites.

    Only what the index shows is looked at: a county has 350 sites, and a site is checked when it is opened.
    """
    try:
        with path.open("rb") as file:
            if b'"floors"' not in file.read(_HEAD_BYTES):
                return None
        data = load_json(read_text(path, max_bytes=MAX_SITE_BYTES, error=SiteError))
    except OSError as error:
        return Contents(title=path.stem, problem=error.strerror or "unreadable")
    except SiteError as error:
        return Contents(title=path.stem, problem=error.problem)
    except Refused as refused:
        return Contents(title=path.stem, problem=str(refused))
    floors = data.get("floors") if isinstance(data, dict) else None
    if not isinstance(floors, list) or not all(isinstance(floor, dict) for floor in floors):
        return Contents(title=path.stem, problem='"floors" should be a list of floors')
    rooms = [floor.get("rooms", []) for floor in floors]
    n_rooms = sum(len(some) for some in rooms if isinstance(some, list))
    title = data.get("name")
    return Contents(
        title=printable(title)[:200] if isinstance(title, str) and title else path.stem,
        n_floors=len(floors),
        n_rooms=n_rooms,
    )
