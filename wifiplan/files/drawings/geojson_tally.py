"""What became of the things of a foreign drawing, counted as they are met and told as an account."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from wifiplan.files.drawings.records import Account, Note

Fate: TypeAlias = Literal["took", "guessed", "left"]

MAX_NOTES = 60
"""So many kinds of a fate are told one by one; a made-up file may have thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts by fate, by the format's own word, and by what is said of them; one reader fills them in one call."""

    counts: Counter[tuple[Fate, str, str, str]] = field(default_factory=Counter)

    def took(self, what: str, n: int = 1, detail: str = "", zh: str = "") -> None:
        """Count things that are part of the site now."""
        self._add("took", what, n, detail, zh)

    def guessed(self, what: str, n: int = 1, detail: str = "", zh: str = "") -> None:
        """Count things of which the file does not say what they are, with the grounds of the guess."""
        self._add("guessed", what, n, detail, zh)

    def left(self, what: str, n: int = 1, detail: str = "", zh: str = "") -> None:
        """Count things that are not part of the site, with the reason."""
        self._add("left", what, n, detail, zh)

    def account(self) -> Account:
        """Return what was counted; each fate sorted by the order in which its kinds were met."""
        return Account(took=self._notes("took"), guessed=self._notes("guessed"), left=self._notes("left"))

    def _add(self, fate: Fate, what: str, n: int, detail: str, zh: str) -> None:
        if n:
            self.counts[(fate, what, detail, zh)] += n

    def _notes(self, fate: Fate) -> tuple[Note, ...]:
        mine = [(key, n) for key, n in self.counts.items() if key[0] == fate]
        notes = [Note(what=what, count=n, detail=detail, zh=zh) for (_, what, detail, zh), n in mine]
        if len(notes) <= MAX_NOTES:
            return tuple(notes)
        rest = sum(note.count for note in notes[MAX_NOTES:])
        detail = f"of {len(notes) - MAX_NOTES} further kinds"
        return (*notes[:MAX_NOTES], Note(what="…", count=rest, detail=detail, zh="其他種類"))
