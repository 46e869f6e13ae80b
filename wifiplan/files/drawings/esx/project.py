"""An .esx project as tables: a zip archive of JSON members, each a list of things that name one another by id."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wifiplan.errors import DrawingError, Fault
from wifiplan.files.drawings.archives import MAX_FAULTS, Archive
from wifiplan.files.drawings.esx.tally import Tally
from wifiplan.files.json_input import Json, Refused, load_json, printable

MAX_JSON_BYTES = 64_000_000
"""One JSON member: a school's project has below 5 MB, a surveyed campus some 30 MB."""
MAX_ALL_JSON_BYTES = 120_000_000
MAX_MARKS = 3_000_000
"""Commas and brackets of all members that are read: what JSON text becomes in memory grows with them."""
MAX_COUNTED_BYTES = 16_000_000
"""Members that are only counted are not opened above this size."""
MAX_UNITS = 1e7
"""A plan of 2 km has so many units of a fifth of a millimetre."""
MAX_NOTED = 2_000
"""Faults that are noted; a made-up file may have millions."""
MAX_TEXT = 500
"""Characters of a name that are kept; a note may be longer."""
MAX_NOTE = 20_000
ENDING = ".json"


@dataclass(slots=True)
class Thing:
    """One record of a member: its values by name, each looked at before it is given away."""

    member: str
    number: int
    data: Mapping[str, Json]
    faults: list[Fault] = field(repr=False)

    @property
    def id(self) -> str:
        """The id in lower case, blank where there is none."""
        return self.ref("id")

    @property
    def where(self) -> str:
        """Where it stands, with its name, for people; a part of another record has no number (-1)."""
        name = self.data.get("name")
        called = f' "{printable(name)[:60]}"' if isinstance(name, str) and name else ""
        place = self.member if self.number < 0 else f"{self.member}[{self.number}]"
        return f"{place}{called}"

    def text(self, key: str, *, most: int = MAX_TEXT) -> str:
        """Return a text without control characters, blank where it is absent."""
        value = self.data.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._fault(key, "should be text", "應為文字")
            return ""
        return " ".join(printable(value[:most]).split()) if most == MAX_TEXT else value[:most]

    def ref(self, key: str) -> str:
        """Return an id that the record names."""
        value = self.data.get(key)
        if value is None or isinstance(value, str):
            return (value or "").strip().lower()[:MAX_TEXT]
        self._fault(key, "should be an id, a text", "應為識別碼文字")
        return ""

    def refs(self, key: str) -> tuple[str, ...]:
        """Return the ids of a list."""
        found = self._list(key)
        if not all(isinstance(one, str) for one in found):
            self._fault(key, "should be a list of ids", "應為識別碼清單")
        return tuple(one.strip().lower() for one in found if isinstance(one, str))

    def number_at(self, key: str) -> float | None:
        """Return a finite number, None where it is absent."""
        return self._number(key, self.data.get(key))

    def whole_at(self, key: str) -> int | None:
        """Return a whole number, None where it is absent."""
        value = self.number_at(key)
        if value is not None and not (value.is_integer() and abs(value) < 2**53):
            self._fault(key, "should be a whole number", "應為整數")
            return None
        return None if value is None else int(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers; a single number counts as a list of one."""
        value = self.data.get(key)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        found = [self._number(key, one) for one in listed]
        return tuple(one for one in found if one is not None)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a yes or no."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._fault(key, "should be true or false", "應為 true 或 false")
        return default

    def part(self, key: str) -> "Thing | None":
        """Return a record inside this one."""
        value = self.data.get(key)
        if value is None or isinstance(value, Mapping):
            return None if value is None else Thing(f"{self.where}.{key}", -1, value, self.faults)
        self._fault(key, "should be an object", "應為物件")
        return None

    def parts(self, key: str) -> tuple["Thing", ...]:
        """Return the records of a list inside this one."""
        found = self._list(key)
        if not all(isinstance(one, Mapping) for one in found):
            self._fault(key, "should be a list of objects", "應為物件清單")
        inside = f"{self.where}.{key}"
        return tuple(Thing(inside, n, one, self.faults) for n, one in enumerate(found) if isinstance(one, Mapping))

    def point(self, key: str | None = None) -> tuple[float, float] | None:
        """Return (x, y) of the record, or of the one under `key`; None where there is none."""
        place = self.part(key) if key else self
        if place is None:
            return None
        x, y = place.number_at("x"), place.number_at("y")
        if x is None or y is None:
            if place.data.get("x") is None or place.data.get("y") is None:
                place._fault("", "a point needs x and y", "座標須有 x 與 y")  # noqa: SLF001 - of the same class
            return None
        if max(abs(x), abs(y)) > MAX_UNITS:
            place._fault("", "is far beyond any plan", "遠在任何平面圖之外")  # noqa: SLF001 - of the same class
            return None
        return x, y

    def _number(self, key: str, value: Json) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._fault(key, "should be a number", "應為數字")
            return None
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self._fault(key, "is not a finite number", "不是有限的數字")
            return None
        return number

    def _list(self, key: str) -> list[Json]:
        value = self.data.get(key)
        if value is None or isinstance(value, list):
            return value or []
        self._fault(key, "should be a list", "應為清單")
        return []

    def _fault(self, key: str, problem: str, zh: str) -> None:
        where = f"{self.where}.{key}" if key else self.where
        if len(self.faults) < MAX_NOTED:
            self.faults.append(Fault(where=where, problem=problem, zh=(zh, "")))


@dataclass(slots=True)
class Project:
    """All members of an archive that are asked for, and what became of each in `tally`."""

    archive: Archive
    tally: Tally
    faults: list[Fault] = field(default_factory=list)
    repaired: int = 0
    """What mending outlines has cost so far, in corners."""
    _tables: dict[str, tuple[Thing, ...]] = field(default_factory=dict)
    _indexed: dict[str, dict[str, Thing]] = field(default_factory=dict)
    _read_bytes: int = 0
    _read_marks: int = 0

    @property
    def path(self) -> Path:
        """The archive's path."""
        return self.archive.path

    def members(self) -> tuple[str, ...]:
        """Return the stems of all JSON members."""
        return tuple(name.removesuffix(ENDING) for name in self.archive.sizes if name.endswith(ENDING))

    def rows(self, member: str) -> tuple[Thing, ...]:
        """Return the things of a member that were not deleted; a member that is absent has none."""
        if member not in self._tables:
            self._tables[member] = tuple(self._alive(member))
        return self._tables[member]

    def by_id(self, member: str) -> dict[str, Thing]:
        """Return the things of a member by id; of two with one id the first counts, and it is told."""
        if member not in self._indexed:
            found: dict[str, Thing] = {}
            for one in self.rows(member):
                if one.id and one.id in found:
                    self.tally.leave(member, "an id that is there twice", "識別碼重複")
                elif one.id:
                    found[one.id] = one
            self._indexed[member] = found
        return self._indexed[member]

    def head(self, member: str) -> Thing | None:
        """Return the object of a member that holds only one."""
        return next(iter(self.rows(member)), None)

    def count(self, member: str) -> int | None:
        """Return how many things a member holds that nobody asked for, None where it is large or unreadable."""
        if member in self._tables:
            return len(self._tables[member])
        name = f"{member}{ENDING}"
        if self.archive.sizes[name] > MAX_COUNTED_BYTES or self._read_marks > MAX_MARKS // 2:
            return None
        raw = self.archive.read(name)
        self._read_marks += raw.count(b",") + raw.count(b"{") + raw.count(b"[")
        try:
            data = load_json(raw.decode("utf-8-sig"))
        except (UnicodeDecodeError, Refused):
            return None
        value = next(iter(data.values()), None) if isinstance(data, Mapping) and len(data) == 1 else data
        return len(value) if isinstance(value, list) else 1

    def check(self) -> None:
        """Raise one DrawingError with all faults found so far, if there are any."""
        if self.faults:
            # what two readers look at is found at fault by both
            every = [*dict.fromkeys(self.faults)]
            n_faults, kept = len(every), every[:MAX_FAULTS]
            if n_faults > MAX_FAULTS:
                more = n_faults - MAX_FAULTS
                kept = [*kept, Fault(where="", problem=f"and {more:,} more", zh=(f"另有 {more:,} 處", ""))]
            raise DrawingError(
                f"the project has {n_faults} fault{'s' if n_faults > 1 else ''}",
                remedy="open it in the program that made it, correct the places listed, and save it again",
                where=self.path.name,
                faults=kept,
                zh=(f"專案檔有 {n_faults} 處錯誤", "請用原來的軟體開啟、修正所列之處後重新儲存"),
            )

    def _alive(self, member: str) -> Iterator[Thing]:
        for n, row in enumerate(self._listed(member)):
            if not isinstance(row, Mapping):
                self.faults.append(Fault(where=f"{member}[{n}]", problem="should be an object", zh=("應為物件", "")))
                continue
            thing = Thing(member, n, row, self.faults)
            status = row.get("status", "CREATED")
            if status == "CREATED":
                yield thing
            else:
                self.tally.leave(member, f"deleted (status {printable(str(status))[:40]})", "已刪除")

    def _listed(self, member: str) -> Sequence[Json]:
        data = self._json(member)
        if data is None:
            return ()
        # a member holds one key named as itself; survey-<id> holds "surveys"
        key = "surveys" if member.startswith("survey-") else member
        value = data.get(key) if isinstance(data, Mapping) else data
        if value is None and isinstance(data, Mapping) and len(data) == 1:
            value = next(iter(data.values()))
        if isinstance(value, Mapping):
            value = [value]
        if not isinstance(value, list):
            problem, zh = f'there is no list "{printable(key)}" in it', f"缺少清單 {printable(key)}"
            self.faults.append(Fault(where=f"{printable(member)}{ENDING}", problem=problem, zh=(zh, "")))
            return ()
        return value

    def _json(self, member: str) -> Json:
        name = f"{member}{ENDING}"
        if name not in self.archive.sizes:
            return None
        self._read_bytes += self.archive.sizes[name]
        if self._read_bytes > MAX_ALL_JSON_BYTES:
            raise self._too_much(name)
        raw = self.archive.read(name, max_bytes=MAX_JSON_BYTES)
        self._read_marks += raw.count(b",") + raw.count(b"{") + raw.count(b"[")
        if self._read_marks > MAX_MARKS:
            raise self._too_much(name)
        try:
            return load_json(raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            fault = Fault(where="", problem="not UTF-8 text", zh=("不是 UTF-8 文字", ""))
        except Refused as refused:
            fault = refused.fault
        where = f"{name} {fault.where}".rstrip()
        self.faults.append(Fault(where=printable(where), problem=fault.problem, zh=fault.zh))
        return None

    def _too_much(self, name: str) -> DrawingError:
        return DrawingError(
            "the project holds more than any school's",
            remedy="split it into one project a building, or leave out its surveys",
            where=f"{self.path.name}: {printable(name)}",
            zh=("專案內容超過任何學校的規模", "請依棟別分成數個專案，或刪去量測資料"),
        )
