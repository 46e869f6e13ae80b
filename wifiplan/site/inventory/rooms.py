"""Finding the room that an inventory's words mean: an index of one site's rooms."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wifiplan.site.building import Floor, Room, Site
from wifiplan.site.geometry import room_at
from wifiplan.site.inventory import room_names as names
from wifiplan.site.inventory.records import How
from wifiplan.site.inventory.room_names import ClassName
from wifiplan.site.remark import Remark

Place = tuple[Floor, Room]

MOST_CANDIDATES = 3
_LEAST_LIKENESS = 0.34
_JUNIOR_GRADES = 6
"""A junior high school's first grade is the seventh of compulsory school, and is called either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What else a row says of the place: the level of its floor, and its block as written."""

    level: int | None = None
    block: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rooms that a text may mean: one is a match, several are ambiguous, none is not found."""

    places: tuple[Place, ...] = ()
    how: How | None = None
    reason: Remark | None = None


@dataclass(slots=True)
class Rooms:
    """The rooms of a site by everything that may name them."""

    site: Site
    places: list[Place] = field(default_factory=list)
    by_number: dict[str, Place] = field(default_factory=dict)
    by_key: dict[str, list[Place]] = field(default_factory=dict)
    by_base: dict[str, list[Place]] = field(default_factory=dict)
    by_digits: dict[str, list[Place]] = field(default_factory=dict)
    by_class: dict[tuple[int, int], list[Place]] = field(default_factory=dict)
    by_stem: dict[tuple[int, str], list[Place]] = field(default_factory=dict)
    corridors: list[Place] = field(default_factory=list)
    blocks: tuple[str, ...] = ()
    grams: list[frozenset[str]] = field(default_factory=list)
    asked: dict[tuple[str, Hints], Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for floor in self.site.floors:
            for room in floor.rooms:
                self._add((floor, room))
        found = {names.folded(room.block) for _, room in self.places if room.block}
        self.blocks = tuple(sorted(found, key=len, reverse=True))

    def _add(self, place: Place) -> None:
        _, room = place
        self.places.append(place)
        self.grams.append(_grams(room.name + room.id))
        for number in (room.inventory_id, room.id):
            if number:
                self.by_number.setdefault(number_key(number), place)
        for digits in {re.sub(r"[^0-9]", "", number) for number in (room.inventory_id or "", room.id)}:
            self.by_digits.setdefault(digits, []).append(place)
        key = names.name_key(room.name)
        self.by_key.setdefault(key, []).append(place)
        base = re.sub(r"[0-9]+$", "", key)
        if base and not base.isascii():
            self.by_base.setdefault(base, []).append(place)
        if room.use == "corridor" or names.is_corridor(room.name):
            self.corridors.append(place)
        named = names.class_name(room.name)
        if named is not None and room.use in {"classroom", "specialist", "other"}:
            self.by_class.setdefault((named.grade, named.number), []).append(place)
            if named.stem:
                self.by_stem.setdefault((named.grade, named.stem), []).append(place)

    def numbered(self, text: str) -> Place | None:
        """Return the room with this 教室空間編號 (or id in the site's file)."""
        return self.by_number.get(number_key(text)) if text else None

    def at(self, level: int | None, x_m: float, y_m: float) -> Place | None:
        """Return the room that a point lies in; the only floor where none is named."""
        floors = [f for f in self.site.floors if f.level == level or (level is None and len(self.site.floors) == 1)]
        room = room_at(floors[0], x_m, y_m) if floors else None
        return (floors[0], room) if room is not None else None

    def named(self, text: str, hints: Hints) -> Answer:
        """Return the room that a text means, found by its name, its class, its floor's corridor or its number."""
        if (text, hints) not in self.asked:
            self.asked[text, hints] = self._named(text, hints)
        return self.asked[text, hints]

    def inside(self, text: str, hints: Hints) -> Answer:
        """Return the room that an access point's name speaks of: only what can't be the access point's own number."""
        return self._within(text, hints, "ap_name")

    def likely(self, texts: Iterable[str]) -> tuple[Place, ...]:
        """Return the rooms whose names are most like some texts, the best first."""
        wanted = _grams("".join(texts))
        if not wanted:
            return ()
        scores = [(2 * len(wanted & own) / (len(wanted) + len(own)), n) for n, own in enumerate(self.grams) if own]
        best = sorted((score, -n) for score, n in scores if score >= _LEAST_LIKENESS)[::-1][:MOST_CANDIDATES]
        return tuple(self.places[-n] for _, n in best)

    def _named(self, text: str, hints: Hints) -> Answer:
        whole = self._whole(text, hints)
        if whole.places:
            return whole
        if names.is_corridor(text):
            return self._corridor(text, hints)
        level, rest = names.floor_level(text), self._without_block(names.without_floor(text))
        block = self._block_in(text) or hints.block
        narrower = Hints(level=hints.level if level is None else level, block=block)
        if rest and rest != names.folded(text):
            whole = self._whole(rest, narrower)
            if whole.places and not names.is_near(rest):
                return whole
        within = self._within(text, narrower, "name")
        if within.places and names.is_near(text):
            return Answer(places=within.places, reason=Remark(code="near"))
        return within

    def _whole(self, text: str, hints: Hints) -> Answer:
        """Return what a text means if it is nothing but a room's name."""
        key, named = names.name_key(text), names.class_name(text)
        is_class = named is not None and ("班" in text or "年" in text)
        by_key = () if not key else self.by_key.get(key, ())
        by_class = () if named is None else self._of_class(named)
        order: list[tuple[Sequence[Place], How]] = [(by_key, "name"), (by_class, "class")]
        if is_class:
            exact = [place for place in by_class if place in by_key]
            order = [(exact or by_class, "name" if exact else "class"), (by_key, "name")]
        elif named is not None and key.isdigit():
            # a bare 301 may be class 3-1 or room 301: where both are there, only a floor can tell
            order = [(by_key, "name"), ((*by_class, *self.by_digits.get(key, ())), "class")]
        base = re.sub(r"[0-9]+$", "", key)
        if base == key and not key.isascii():
            order.append((self.by_base.get(key, ()), "name"))
        number = self.numbered(text)
        order.append(((number,) if number else (), "number"))
        for places, how in order:
            if places:
                return self._chosen(places, how, hints)
        return Answer()

    def _of_class(self, named: ClassName) -> Sequence[Place]:
        if named.stem and (named.grade, named.stem) in self.by_stem:
            return self.by_stem[named.grade, named.stem]
        found = self.by_class.get((named.grade, named.number), ())
        junior = any(ref.stage == "junior" for ref in self.site.schools)
        if not found and junior and named.grade <= 3:
            found = self.by_class.get((named.grade + _JUNIOR_GRADES, named.number), ())
        return found

    def _within(self, text: str, hints: Hints, how: How) -> Answer:
        """Return the rooms that a longer text speaks of: classes in full, names of rooms, lone room numbers."""
        found: list[Place] = [place for named in names.classes_inside(text) for place in self._of_class(named)]
        if not found:
            found = self._names_in(names.name_key(text))
        if not found:
            for number in names.numbers_inside(text):
                answer = self._whole(number, hints)
                found += answer.places
        return self._chosen(found, how, hints) if found else Answer()

    def _names_in(self, key: str) -> list[Place]:
        """Return the rooms whose names stand in a text, without those whose name is part of another one there."""
        hits = [own for own in self.by_key if len(own) >= 2 and not own.isascii() and own in key]
        longest = [own for own in hits if not any(own != other and own in other for other in hits)]
        return [place for own in longest for place in self.by_key[own]]

    def _corridor(self, text: str, hints: Hints) -> Answer:
        """Return the corridor of the floor and block that a text names, or of a room that it names."""
        level, block = names.floor_level(text), self._block_in(text) or hints.block
        level = hints.level if level is None else level
        beside = self._within(text, Hints(level=level, block=block), "name").places
        if beside:
            level = beside[0][0].level if level is None else level
            block = block or beside[0][1].block or ""
        exact = [place for place in self.corridors if names.name_key(place[1].name) in names.name_key(text)]
        stairs = "樓梯" in text or "stair" in text.casefold()
        kind = [place for place in self.corridors if ("樓梯" in place[1].name) == stairs]
        found = self._narrowed(exact or kind, Hints(level=level, block=block))
        if len(found) > 1 and level is None and not block:
            return Answer(places=tuple(found), reason=Remark(code="corridor_which"))
        if found:
            return self._chosen(found, "corridor", Hints())
        return Answer(places=tuple(beside), reason=Remark(code="no_corridor"))

    def _chosen(self, places: Sequence[Place], how: How, hints: Hints) -> Answer:
        """Return one place of several by what else is said, or all of them as ambiguous."""
        distinct = list({id(place[1]): place for place in places}.values())
        narrowed = self._narrowed(distinct, hints) if len(distinct) > 1 else distinct
        reason = None if len(narrowed) == 1 else Remark(code="ambiguous")
        return Answer(places=tuple(narrowed), how=how, reason=reason)

    def _narrowed(self, places: Sequence[Place], hints: Hints) -> list[Place]:
        found = [place for place in places if hints.level is None or place[0].level == hints.level]
        block = names.folded(hints.block)
        if block:
            same = [p for p in found if names.folded(p[1].block or "") == block]
            alike = [p for p in found if p[1].block and _same_block(p[1].block, hints.block)]
            found = same or alike or ([] if any(p[1].block for p in found) else found)
        return found

    def _block_in(self, text: str) -> str:
        value = names.folded(text)
        return next((block for block in self.blocks if value.startswith(block)), "")

    def _without_block(self, value: str) -> str:
        block = self._block_in(value)
        return value.removeprefix(block).strip("-")


def number_key(text: str) -> str:
    """Return a room's number without spaces, hyphens and case.

    >>> number_key("a-101") == number_key("Ａ101 ")
    True
    """
    return names.folded(text).replace("-", "").upper()


def differs(place: Place, hints: Hints) -> Remark | None:
    """Return a remark where a row's floor or block is not that of the room that its name means."""
    floor, room = place
    if hints.level is not None and hints.level != floor.level:
        return Remark(code="floor_differs", values=(str(hints.level + 1 if hints.level >= 0 else hints.level),))
    if hints.block and room.block and not _same_block(room.block, hints.block):
        return Remark(code="block_differs", values=(hints.block,))
    return None


def _same_block(one: str, other: str) -> bool:
    """Return whether two names of a block mean the same: "A", "A棟" and "a 棟大樓" do."""
    bare = [re.sub(r"棟|大樓|校舍|樓|館|building|block|-", "", names.folded(text)) for text in (one, other)]
    return bare[0] == bare[1] or names.folded(one) == names.folded(other)


def _grams(text: str) -> frozenset[str]:
    value = names.name_key(text)
    return frozenset(value[n : n + 2] for n in range(len(value) - 1)) | frozenset(value)
