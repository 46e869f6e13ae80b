"""Something to be told of what was read or reckoned, without the words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something to be told, by a code that reports word; `values` fill the words' blanks in their order."""

    code: str
    values: tuple[str, ...] = ()
