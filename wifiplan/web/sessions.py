"""Plans that are open for dragging: what was computed for them stays in memory, newest used last."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from wifiplan.study.live import Live
from wifiplan.study.live_places import Place
from wifiplan.study.records import Plan
from wifiplan.web.folder import Folder

MOST_OPEN = 3
"""A session of a large school holds some 200 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A plan that is open, and which file it was read from; `lock` keeps a verdict and its map together."""

    live: Live
    stamp: tuple[int, int]
    lock: threading.Lock = field(default_factory=threading.Lock)


class Sessions:
    """The open plans of a folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._open: OrderedDict[str, Open] = OrderedDict()
        self._lock = threading.Lock()
        self._building: dict[str, threading.Lock] = {}

    def open(self, name: str) -> Open | None:
        """Return a site's plan with its kernel, made when it is first asked for; None without a plan."""
        with self._lock:
            building = self._building.setdefault(name, threading.Lock())
        with building:
            stamp = self._stamp(name)
            with self._lock:
                found = self._open.get(name)
                if found is not None and found.stamp == stamp:
                    self._open.move_to_end(name)
                    return found
            plan = None if stamp is None else self._folder.plan(name)
            if plan is None or stamp is None:
                return None
            made = Open(live=Live(plan), stamp=stamp)
            with self._lock:
                self._open[name] = made
                while len(self._open) > MOST_OPEN:
                    self._open.popitem(last=False)
            return made

    def warm(self, name: str) -> None:
        """Open a plan in the background, so that the first drag is as quick as all others."""
        threading.Thread(target=self.open, args=(name,), daemon=True).start()

    def edited(self, name: str, places: Mapping[str, Place]) -> Plan | None:
        """Return the plan as people have moved its access points, None without a plan."""
        found = self.open(name)
        if found is None:
            return None
        with found.lock:
            return found.live.judged(places).plan

    def _stamp(self, name: str) -> tuple[int, int] | None:
        try:
            state = (self._folder.plan_folder(name) / "plan.json").stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size
