"""What the compiled searches share: the compiler's door and the graph as a tuple."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar, cast

from numba import njit

from wifiplan.units import Array, IntArray

Graph: TypeAlias = tuple[IntArray, IntArray, Array, IntArray]
"""start_i, other_e, weight_e, table_e of `Conflicts`."""

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """Compile with a cache on disk, or without one where no folder for it can be written."""
    try:
        return cast("_Function", njit(cache=True)(function))
    except RuntimeError:
        return cast("_Function", njit(function))


# The kernels copy, rank and search by hand: numpy's ways to do so would take three times as long to compile.


@compiled
def copy_from(source: IntArray, target: IntArray, begin: int) -> None:
    """Copy `source` to `target` from position `begin` on."""
    for position in range(begin, source.size):
        target[position] = source[position]
