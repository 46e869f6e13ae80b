"""What has been reckoned of single candidates of one school, kept for the next round that asks for it."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Rows: TypeAlias = tuple[npt.NDArray[Any], ...]
"""Arrays with one row a candidate."""

MOST_BYTES = 150_000_000
"""So much is kept of one school; beyond it everything is forgotten and reckoned anew."""


class Reckoned:
    """Rows of arrays by what they were reckoned from.

    What a candidate does hangs on no other one, and round after round chooses mostly the same ones. Rows hold as long
    as the things that they rest on are the same objects; a school that travels to another process takes none along.
    """

    def __init__(self) -> None:
        self._rests_on: tuple[object, ...] = ()
        self._rows: dict[Hashable, Rows] = {}
        self._n_bytes = 0

    def __reduce__(self) -> tuple[type["Reckoned"], tuple[()]]:
        """Travel empty."""
        return Reckoned, ()

    def rows(
        self,
        keys: Sequence[Hashable],
        rests_on: tuple[object, ...],
        reckon: Callable[[Sequence[int]], Rows],
    ) -> Rows:
        """Return stacked rows, one a key.

        Parameters
        ----------
        keys : sequence of hashable
            What tells the rows apart.
        rests_on : tuple
            What all rows rest on besides: where one of these is another object than before, all are reckoned anew.
        reckon : callable
            Gives the rows of some places in `keys`, several arrays a time, each with these rows first.

        Returns
        -------
        tuple of ndarray
            What `reckon` would say of all keys.
        """
        same = len(rests_on) == len(self._rests_on) and all(
            a is b for a, b in zip(rests_on, self._rests_on, strict=True)
        )
        if not same or self._n_bytes > MOST_BYTES:
            self._rows, self._n_bytes, self._rests_on = {}, 0, rests_on
        missing = [n for n, key in enumerate(keys) if key not in self._rows]
        if len(missing) == len(keys):
            found = reckon(missing)
            self._keep(keys, missing, found)
            return found
        if missing:
            self._keep(keys, missing, reckon(missing))
        return tuple(np.stack(arrays) for arrays in zip(*(self._rows[key] for key in keys), strict=True))

    def _keep(self, keys: Sequence[Hashable], places: Sequence[int], found: Rows) -> None:
        for row, place in enumerate(places):
            # copies: a row of a large array would keep all of it
            own = tuple(array[row].copy() for array in found)
            self._rows[keys[place]] = own
            self._n_bytes += sum(array.nbytes for array in own)
