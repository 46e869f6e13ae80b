"""What became of everything in a project, counted while it is read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from wifiplan.files.drawings.records import Account, Note


@dataclass(slots=True)
class Tally:
    """Counts by member and fate; `account` turns them into notes."""

    taken: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    guesses: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    gone: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def take(self, what: str, detail: str = "", zh: str = "", *, n: int = 1) -> None:
        """Note that so many of `what` are in the site."""
        self.taken[what, detail, zh] += n

    def guess(self, what: str, detail: str, zh: str, *, n: int = 1) -> None:
        """Note that so many of `what` rest on a guess; `detail` gives its grounds."""
        self.guesses[what, detail, zh] += n

    def leave(self, what: str, detail: str, zh: str, *, n: int = 1) -> None:
        """Note that so many of `what` are not in the site; `detail` says why."""
        self.gone[what, detail, zh] += n

    def known(self, what: str) -> int:
        """Return of how many of `what` it is known what became."""
        return sum(n for counts in (self.taken, self.gone) for (name, _, _), n in counts.items() if name == what)

    def account(self) -> Account:
        """Return the counts as an account, in the order in which things were met."""
        return Account(took=_notes(self.taken), guessed=_notes(self.guesses), left=_notes(self.gone))


def _notes(counts: Counter[tuple[str, str, str]]) -> tuple[Note, ...]:
    found: Iterable[tuple[tuple[str, str, str], int]] = counts.items()
    return tuple(Note(what=what, count=n, detail=detail, zh=zh) for (what, detail, zh), n in found if n)
