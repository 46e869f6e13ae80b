"""One survey in the making: scans in a thread of their own, every step on the disk before the page hears of it."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from wifiplan.errors import OutputError, SurveyError, WifiplanError
from wifiplan.files.surveys import dump_survey
from wifiplan.survey.freshness import Heard, judged
from wifiplan.survey.programs import CalledOffError
from wifiplan.survey.records import Survey
from wifiplan.survey.walk_record import Item, Scan, WalkRecord, survey_of
from wifiplan.web.disk import write_through
from wifiplan.web.walk_ears import Ear, Where
from wifiplan.web.walk_journal import Event, append, plain_scan, stepped
from wifiplan.web.walk_link import Link
from wifiplan.web.walk_steps import Busy, Failed, Story, digest_of, journal_of, refused

TRIES: Final = 3
"""A list that the system had in store is asked for again before the surveyor hears of it."""

MOST_WALK_S: Final = 600.0
"""A straight walk of a kilometre; a forgotten one must not fill the disk [s]."""

MOST_FAILURES: Final = 3
MOST_ITEMS: Final = 5_000


@dataclass(slots=True)
class Session:
    """A survey in the making.

    Parameters
    ----------
    path : Path
        The survey file; the journal and the photos lie beside it.
    head : Survey
        Name, device, surveyor, beginning and source.
    record : WalkRecord
        What a former run has kept.
    ear : Ear
        What listens.
    link : Link or None
        Measures the connection at every point.
    story : str
        "new"; "resumed": it goes on; "changed": another program has changed the last one, so a new one begins.
    began_unix_s : float
        When the survey began [s].
    """

    path: Path
    head: Survey
    record: WalkRecord
    ear: Ear
    began_unix_s: float
    revision: int = 0
    busy: Busy | None = None
    failed: Failed | None = None
    remark: str = ""
    unwritten: OutputError | None = None
    story: Story = "new"
    link: Link | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _end: tuple[float, float, float] | None = None
    _before: Sequence[Heard] = ()
    _thread: threading.Thread | None = None

    @property
    def journal(self) -> Path:
        """Where the steps are kept."""
        return journal_of(self.path)

    def now_s(self) -> float:
        """Return the time since the survey began [s]."""
        return max(0.0, round(time.time() - self.began_unix_s, 2))

    def point(self, floor: int, x_m: float, y_m: float) -> None:
        """Begin a scan at a place; the point is there when it has been heard."""
        self._begin(Busy(doing="point", where=Where(floor=floor, x_m=x_m, y_m=y_m)), self._scan_point)

    def repeat(self, item_id: int) -> None:
        """Begin a scan that takes the place of a point's."""
        item = self.item(item_id)
        if item.kind != "point":
            raise refused("a walk is not repeated", "delete it and walk again", "直線行走不能重掃", "請刪除後重新行走")
        where = Where(floor=item.floor, x_m=item.x_m, y_m=item.y_m)
        self._begin(Busy(doing="repeat", where=where, item_id=item_id), self._scan_point)

    def walk(self, floor: int, x_m: float, y_m: float) -> None:
        """Begin a straight walk: scans follow each other until its end is told."""
        with self._lock:
            self._free()
            item_id = self.record.n_added + 1
            where = Where(floor=floor, x_m=x_m, y_m=y_m, on_walk=True)
            added: Event = {
                "do": "add",
                "kind": "walk",
                "floor": floor,
                "x_m": x_m,
                "y_m": y_m,
                "start_s": self.now_s(),
            }
            self._keep(added)
            self._begin(Busy(doing="walk", where=where, item_id=item_id), self._scan_walk)

    def end_walk(self, x_m: float, y_m: float) -> None:
        """Tell where the walk ended, now: the scan under way is its last; a broken one ended with its last scan."""
        with self._lock:
            item = self.record.open_walk
            if item is None:
                raise refused("no walk is under way", "tap its beginning first", "沒有進行中的行走", "請先點起點")
            if self.busy is not None and self.busy.doing == "walk":
                self._end = (x_m, y_m, self.now_s())
                self.busy = replace(self.busy, doing="ending")
                self.revision += 1
            elif self.busy is None and item.scans:
                self._close(item, (x_m, y_m, item.scans[-1].time_s))
            else:
                raise refused(
                    "this walk has heard nothing", "delete it and walk again", "這段行走沒有資料", "請刪除後重新行走"
                )

    def cancel(self) -> None:
        """Call off what is under way; a walk is taken back."""
        self._stop.set()

    def change(self, event: Event) -> None:
        """Take one step: set, delete, undo or redo.

        Raises
        ------
        SurveyError
            It is no step, or a scan is under way.
        """
        with self._lock:
            if event.get("do") != "set":
                self._free()
            try:
                after = stepped(self.record, event)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise refused("this is no step", "reload the page", "無法執行", "請重新載入網頁") from error
            if after != self.record:
                self._keep(event)
                self.save()

    def name(self, device: str, surveyor: str) -> None:
        """Say what measures and who: strengths of two models differ by some decibels."""
        with self._lock:
            append(self.journal, [{"do": "head", "device": device, "surveyor": surveyor}])
            self.head = replace(self.head, device=device, surveyor=surveyor)
            self.revision += 1
            self.save()

    def wait(self, limit_s: float) -> None:
        """Wait for what is under way."""
        if self._thread is not None:
            self._thread.join(limit_s)

    def end(self) -> None:
        """Stop listening, because the server ends; a walk under way stays without an end."""
        with self._lock:
            self.busy = None
        self._stop.set()
        self.wait(5.0)

    def item(self, item_id: int) -> Item:
        """Return an item by its number.

        Raises
        ------
        SurveyError
            There is none (any more).
        """
        item = self.record.item(item_id)
        if item is None:
            raise refused("this point is gone", "reload the page", "這個點已不存在", "請重新載入網頁")
        return item

    def _free(self) -> None:
        if self.busy is not None:
            raise refused("a scan is under way", "wait for it, or call it off", "正在掃描", "請等候完成，或先取消")

    def _begin(self, busy: Busy, work: Callable[[Busy], None]) -> None:
        with self._lock:
            self._free()
            if len(self.record.items) > MOST_ITEMS:
                raise refused("a survey holds no more", "begin a new one", "量測點已達上限", "請開始新的量測")
            self.busy = replace(busy, since_s=self.now_s())
            self.failed, self._end = None, None
            self._stop = threading.Event()
            self.revision += 1
            self._thread = threading.Thread(target=self._watched, args=(self.busy, work), daemon=True)
            self._thread.start()

    def _watched(self, busy: Busy, work: Callable[[Busy], None]) -> None:
        """Do the work of a thread; whatever goes wrong is told, and the page is free again."""
        self.failed = Failed(error=refused("the scan failed", "try again", "掃描失敗", "請重試"), busy=busy)
        try:
            work(busy)
            self.failed = None
        except WifiplanError as error:
            with self._lock:
                self.failed = None if isinstance(error, CalledOffError) else Failed(error=error, busy=busy)
        finally:
            with self._lock:
                self.busy = None
                self.revision += 1

    def _scan_point(self, busy: Busy) -> None:
        scan = self._heard(busy.where)
        for _ in range(TRIES - 1):
            if not scan.cached:
                break
            if self._stop.wait(self.ear.pause_s):
                raise CalledOffError("the scan was called off", remedy="tap again to scan")
            scan = self._heard(busy.where)
        if self.link is not None:
            scan = self.link.measured(scan, self._stop)
        with self._lock:
            if self.busy is None:
                return
            if busy.doing == "repeat":
                self._keep({"do": "repeat", "id": busy.item_id, "scan": plain_scan(scan)})
            else:
                where = busy.where
                at: dict[str, float] = {"x_m": where.x_m, "y_m": where.y_m, "start_s": busy.since_s}
                added: Event = {"do": "add", "kind": "point", "floor": where.floor, **at}
                self._keep(added, {"do": "scan", "id": self.record.n_added + 1, "scan": plain_scan(scan)})
            self.save()

    def _scan_walk(self, busy: Busy) -> None:
        n_failures, began_s = 0, self.now_s()
        while self._end is None and self.now_s() - began_s < MOST_WALK_S:
            try:
                scan = self._heard(busy.where)
                n_failures = 0
            except CalledOffError:
                with self._lock:
                    # the server that ends leaves the walk as it is; a person that calls it off takes it back
                    if self.busy is not None:
                        self._keep({"do": "delete", "id": busy.item_id})
                raise
            except SurveyError:
                n_failures += 1
                if n_failures >= MOST_FAILURES:
                    raise
                continue
            with self._lock:
                if self.busy is None:
                    return
                self._keep({"do": "scan", "id": busy.item_id, "scan": plain_scan(scan)})
        with self._lock:
            item = self.record.item(busy.item_id)
            if self._end is not None and item is not None:
                self._close(item, self._end)

    def _close(self, item: Item, end: tuple[float, float, float]) -> None:
        x_m, y_m, end_s = end
        self._keep({"do": "end", "id": item.id, "x_m": x_m, "y_m": y_m, "end_s": end_s})
        self.save()

    def _heard(self, where: Where) -> Scan:
        found = self.ear.listen(where, self._stop)
        middle_s = max(0.0, self.now_s() - found.seconds / 2)
        scan = judged(found.heard, fresh_s=found.fresh_s, middle_s=middle_s, before=self._before)
        with self._lock:
            self._before, self.remark = found.heard, found.remark
        return scan

    def _keep(self, *events: Event) -> None:
        """Put steps on the disk, then take them."""
        after = self.record
        for event in events:
            after = stepped(after, event)
        append(self.journal, events)
        self.record = after
        self.revision += 1

    def save(self) -> None:
        """Write the survey file anew; the journal knows its digest first, so that a stranger's change is told.

        Where that fails, a spreadsheet that holds the file open, say, nothing is lost: the next step tries again.
        """
        content = dump_survey(survey_of(self.record, self.head)).encode()
        append(self.journal, [{"do": "written", "digest": digest_of(content)}])
        try:
            write_through(self.path, content)
        except OutputError as error:
            self.unwritten = error
        else:
            self.unwritten = None
        self.revision += 1
