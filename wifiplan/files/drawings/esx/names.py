"""Ids that nobody else has."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Names:
    """Ids that are given away once each."""

    taken: set[str] = field(default_factory=set)
    _next: dict[str, int] = field(default_factory=dict)

    def take(self, wish: str) -> str:
        """Return the wish, or the wish with the first free number behind it.

        >>> names = Names()
        >>> names.take("AP"), names.take("AP"), names.take("AP")
        ('AP', 'AP-2', 'AP-3')
        """
        found = wish
        while found in self.taken:
            number = self._next.get(wish, 2)
            self._next[wish] = number + 1
            found = f"{wish}-{number}"
        self.taken.add(found)
        return found
