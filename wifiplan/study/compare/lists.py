"""Differences of two lists whose items were matched, and their application: exact, the order included."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeAlias, TypeVar

from wifiplan.errors import SiteError
from wifiplan.study.compare.records import Change, Match

T = TypeVar("T")

Pair: TypeAlias = tuple[int, int, Match]
"""Index before, index after, and how the two were matched."""


def pairs_by(before: Sequence[T], after: Sequence[T], key: Callable[[T], Hashable], match: Match) -> list[Pair]:
    """Return the pairs of equal keys; where a key stands several times, the first with the first and so on.

    >>> pairs_by("abca", "axa", lambda letter: letter, "id")
    [(0, 0, 'id'), (3, 2, 'id')]
    """
    waiting: dict[Hashable, deque[int]] = defaultdict(deque)
    for j, thing in enumerate(after):
        waiting[key(thing)].append(j)
    return [(i, waiting[found].popleft(), match) for i, found in enumerate(map(key, before)) if waiting.get(found)]


def list_changes(before: Sequence[T], after: Sequence[T], pairs: Iterable[Pair]) -> tuple[Change[T], ...]:
    """Return what differs between two lists.

    A matched thing that stayed the same is listed only if it stands otherwise among the others that stayed: the
    fewest such are listed.

    Examples
    --------
    >>> found = list_changes("abcd", "dabx", [(0, 1, "id"), (1, 2, "id"), (3, 0, "id")])
    >>> [(change.before, change.after, change.at_after) for change in found]
    [('d', 'd', 0), ('c', None, None), (None, 'x', 3)]
    """
    matched = sorted(pairs)
    same = [(i, j) for i, j, _ in matched if before[i] == after[j]]
    staying = _longest_rising(same)
    left, right = {i for i, _, _ in matched}, {j for _, j, _ in matched}
    found = [
        Change(before=before[i], after=after[j], at_before=i, at_after=j, matched_by=match)
        for i, j, match in matched
        if (i, j) not in staying
    ]
    found += [Change(before=thing, at_before=i) for i, thing in enumerate(before) if i not in left]
    found.sort(key=lambda change: change.at_before or 0)
    found += [Change(after=thing, at_after=j) for j, thing in enumerate(after) if j not in right]
    return tuple(sorted(found, key=_place))


def _place(change: Change[T]) -> tuple[int, int]:
    """Return where a change is listed: by the place after, what is gone by the place before."""
    here = change.at_before if change.at_after is None else change.at_after
    return (here or 0, 0 if change.at_after is not None else 1)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    """Return the most pairs, rising in the first index, that rise in the second too."""
    ends: list[int] = []
    chain: list[int] = []
    previous: list[int] = []
    for n, (_, j) in enumerate(pairs):
        place = bisect_left(ends, j)
        previous.append(chain[place - 1] if place else -1)
        ends[place : place + 1] = [j]
        chain[place : place + 1] = [n]
    found = set()
    n = chain[-1] if chain else -1
    while n >= 0:
        found.add(pairs[n])
        n = previous[n]
    return frozenset(found)


def applied(changes: Sequence[Change[T]], before: Sequence[T]) -> tuple[T, ...]:
    """Return the list after the changes.

    Raises
    ------
    SiteError
        The changes were made from another list.
    """
    listed = {change.at_before for change in changes if change.at_before is not None}
    for change in changes:
        i = change.at_before
        if i is not None and (not 0 <= i < len(before) or before[i] != change.before):
            raise _foreign()
    placed = {change.at_after: change.after for change in changes if change.after is not None}
    rest = deque(thing for i, thing in enumerate(before) if i not in listed)
    after: list[T] = []
    for j in range(len(rest) + len(placed)):
        thing = placed.pop(j, None)
        if thing is not None:
            after.append(thing)
        elif rest:
            after.append(rest.popleft())
    if placed or rest:
        raise _foreign()
    return tuple(after)


def replaced_by(change: Change[T] | None, before: T) -> T:
    """Return a thing after its change, or as it was without one.

    Raises
    ------
    SiteError
        The change was made from another thing.
    """
    if change is None:
        return before
    if change.before != before or change.after is None:
        raise _foreign()
    return change.after


def _foreign() -> SiteError:
    return SiteError(
        "these changes were made from another plan",
        remedy="apply them to the plan that was compared first, unedited",
    )
