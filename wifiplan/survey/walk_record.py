"""A survey while it is being walked: points, straight walks, what each scan heard; every step undone or redone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from wifiplan.site.network import Band
from wifiplan.survey.records import Photo, Sample, Survey

Kind: TypeAlias = Literal["point", "walk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What one scan heard.

    Parameters
    ----------
    samples : tuple of Sample
        One a BSSID; their places mean nothing, where the reader stood is told by the item.
    time_s : float
        Middle of the scan since the survey began [s].
    cached : bool
        The system gave an old list instead of listening; such a scan is kept but never used silently.
    n_stale : int
        BSSIDs left out because they were last heard before this scan began.
    delay_s, loss_share : float or None
        Median round trip over the connection, and the share of asks that had no answer, where they were measured.
    """

    samples: tuple[Sample, ...] = ()
    time_s: float = 0.0
    cached: bool = False
    n_stale: int = 0
    delay_s: float | None = None
    loss_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A point where somebody stood, or a straight walk from one place to another.

    A walk without `to_x_m` and `end_s` is under way, or was broken off. `accepted`: a person said that a cached scan
    of this point is to be used.
    """

    id: int
    kind: Kind
    floor: int
    x_m: float
    y_m: float
    to_x_m: float | None = None
    to_y_m: float | None = None
    start_s: float = 0.0
    end_s: float | None = None
    scans: tuple[Scan, ...] = ()
    note: str = ""
    photos: tuple[str, ...] = ()
    accepted: bool = False

    @property
    def is_open(self) -> bool:
        """Whether this is a walk that has no end yet."""
        return self.kind == "walk" and self.end_s is None

    def used(self) -> tuple[Scan, ...]:
        """Return the scans that count: none of an open walk, no cached ones unless a person accepted a point's."""
        if self.is_open:
            return ()
        return tuple(scan for scan in self.scans if not scan.cached or (self.accepted and self.kind == "point"))

    def place_m(self, time_s: float) -> tuple[float, float]:
        """Return where the reader was at a time: steady from start to end [m]."""
        if self.to_x_m is None or self.to_y_m is None or self.end_s is None or self.end_s <= self.start_s:
            return self.x_m, self.y_m
        share = min(1.0, max(0.0, (time_s - self.start_s) / (self.end_s - self.start_s)))
        x_m, y_m = self.x_m + share * (self.to_x_m - self.x_m), self.y_m + share * (self.to_y_m - self.y_m)
        return round(x_m, 2), round(y_m, 2)


Items: TypeAlias = tuple[Item, ...]
Change: TypeAlias = Callable[[Item], Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkRecord:
    """All items of a survey in the making, with what can be undone and redone.

    Examples
    --------
    >>> record = WalkRecord().added(kind="point", floor=0, x_m=1.0, y_m=2.0, start_s=0.0)
    >>> record.undone().items, record.undone().redone().items[0].x_m
    ((), 1.0)
    """

    items: Items = ()
    past: tuple[Items, ...] = field(default=(), repr=False)
    future: tuple[Items, ...] = field(default=(), repr=False)
    n_added: int = 0

    def item(self, item_id: int) -> Item | None:
        """Return an item by its number, None where there is none (any more)."""
        return next((item for item in self.items if item.id == item_id), None)

    @property
    def open_walk(self) -> Item | None:
        """The walk that has no end yet."""
        return next((item for item in self.items if item.is_open), None)

    def added(self, *, kind: Kind, floor: int, x_m: float, y_m: float, start_s: float) -> "WalkRecord":
        """Return the record with one more item, its number one above all that ever were."""
        item = Item(id=self.n_added + 1, kind=kind, floor=floor, x_m=x_m, y_m=y_m, start_s=start_s)
        return replace(self._step((*self.items, item)), n_added=self.n_added + 1)

    def scanned(self, item_id: int, scan: Scan) -> "WalkRecord":
        """Return the record with a scan put to an item: part of the step that made the item."""
        return self._same_step(item_id, lambda item: replace(item, scans=(*item.scans, scan)))

    def ended(self, item_id: int, *, to_x_m: float, to_y_m: float, end_s: float) -> "WalkRecord":
        """Return the record with the end of a walk: part of the step that began it."""
        return self._same_step(item_id, lambda item: replace(item, to_x_m=to_x_m, to_y_m=to_y_m, end_s=end_s))

    def repeated(self, item_id: int, scan: Scan) -> "WalkRecord":
        """Return the record with a point's scans replaced by a new one."""
        return self._changed(item_id, lambda item: replace(item, scans=(scan,), accepted=False))

    def changed(self, item_id: int, **fields: object) -> "WalkRecord":
        """Return the record with an item's place, note, photos or acceptance changed."""
        return self._changed(item_id, lambda item: replace(item, **fields))  # type: ignore[arg-type]

    def deleted(self, item_id: int) -> "WalkRecord":
        """Return the record without an item."""
        return self._step(tuple(item for item in self.items if item.id != item_id))

    def undone(self) -> "WalkRecord":
        """Return the record before its last step; itself where there is none."""
        if not self.past:
            return self
        return replace(self, items=self.past[-1], past=self.past[:-1], future=(self.items, *self.future))

    def redone(self) -> "WalkRecord":
        """Return the record after the step that was undone last; itself where there is none."""
        if not self.future:
            return self
        return replace(self, items=self.future[0], past=(*self.past, self.items), future=self.future[1:])

    def _step(self, items: Items) -> "WalkRecord":
        return replace(self, items=items, past=(*self.past, self.items), future=())

    def _changed(self, item_id: int, change: Change) -> "WalkRecord":
        return self._step(_with(self.items, item_id, change))

    def _same_step(self, item_id: int, change: Change) -> "WalkRecord":
        """Change an item now and in every state that can come back: a note may have been written meanwhile."""
        past = list(self.past)
        for k in range(len(past) - 1, -1, -1):
            if all(item.id != item_id for item in past[k]):
                break
            past[k] = _with(past[k], item_id, change)
        return replace(self, items=_with(self.items, item_id, change), past=tuple(past))


def survey_of(record: WalkRecord, head: Survey) -> Survey:
    """Return what a record says as a survey.

    Parameters
    ----------
    record : WalkRecord
        Points and walks.
    head : Survey
        Name, device, surveyor, time and source; its samples are not looked at.

    Returns
    -------
    Survey
        Samples in the order of time, each walk's along its line. Where a scan heard nothing in a band that the survey
        heard elsewhere, every BSSID of that band stands as listened for and not heard. Remarks count what was left
        out: cached scans, readings older than their scan, walks without an end.
    """
    scans = [(item, scan) for item in record.items for scan in item.used()]
    scans.sort(key=lambda pair: pair[1].time_s)
    known = _known(scan for _, scan in scans)
    samples = [sample for item, scan in scans for sample in _placed(item, scan, known)]
    photos = [
        Photo(file=file, floor=item.floor, x_m=item.x_m, y_m=item.y_m, note=item.note)
        for item in record.items
        for file in item.photos
    ]
    remarks = (*head.remarks, *_remarks(record))
    return replace(head, samples=tuple(samples), photos=tuple(photos), remarks=remarks)


def _with(items: Items, item_id: int, change: Change) -> Items:
    return tuple(change(item) if item.id == item_id else item for item in items)


def _known(scans: Iterable[Scan]) -> dict[Band, dict[str, Sample]]:
    """Return one sample of each BSSID by band: what could have been heard."""
    known: dict[Band, dict[str, Sample]] = {}
    for scan in scans:
        for sample in scan.samples:
            if sample.band is not None and sample.bssid:
                known.setdefault(sample.band, {}).setdefault(sample.bssid, sample)
    return known


def _placed(item: Item, scan: Scan, known: dict[Band, dict[str, Sample]]) -> Iterable[Sample]:
    x_m, y_m = item.place_m(scan.time_s)
    heard = {sample.band for sample in scan.samples}
    silent = [
        replace(sample, rssi_dbm=None) for band, of in known.items() if band not in heard for sample in of.values()
    ]
    link = [] if scan.loss_share is None else [_link(scan)]
    for sample in (*scan.samples, *silent, *link):
        yield replace(sample, floor=item.floor, x_m=x_m, y_m=y_m, time_s=round(scan.time_s, 1))


def _link(scan: Scan) -> Sample:
    """Return the reading of the connection itself: of no BSSID, for which one without a level would mean silence."""
    return Sample(floor=0, x_m=0.0, y_m=0.0, delay_s=scan.delay_s, loss_share=scan.loss_share)


def _remarks(record: WalkRecord) -> list[str]:
    n_cached = sum(len(item.scans) - len(item.used()) for item in record.items if not item.is_open)
    n_accepted = sum(scan.cached for item in record.items for scan in item.used())
    n_stale = sum(scan.n_stale for item in record.items for scan in item.used())
    n_open = sum(item.is_open for item in record.items)
    told = {
        "cached scans left out": n_cached,
        "cached scans used because the surveyor said so": n_accepted,
        "readings left out that were older than their scan": n_stale,
        "walks without an end left out": n_open,
    }
    return [f"{what}: {count}" for what, count in told.items() if count]
