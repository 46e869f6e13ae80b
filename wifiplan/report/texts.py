"""The words of the printed answers: one mapping of key to sentence a language, read from `static/*.LANG.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import get_args

from wifiplan.errors import SettingsError
from wifiplan.scheme.options import Lang

LANGS: tuple[Lang, ...] = get_args(Lang)


@lru_cache(maxsize=len(LANGS))
def texts(lang: str) -> Mapping[str, str]:
    """Return the sentences of a language by key; fields in braces are filled with `str.format`.

    Parameters
    ----------
    lang : "zh-TW" or "en"
        Language of the answer.

    Raises
    ------
    SettingsError
        For a language that has no texts.
    KeyError
        Two files of texts give the same key.

    Examples
    --------
    >>> texts("en")["kind.0"]
    'classrooms'
    """
    if lang not in LANGS:
        raise SettingsError(
            f"there are no texts in the language '{lang}'",
            remedy=f"choose one of: {', '.join(LANGS)}",
            where="lang",
        )
    found: dict[str, str] = {}
    for source in sorted((files("wifiplan.report") / "static").iterdir(), key=lambda path: path.name):
        if source.name.endswith(f".{lang}.toml"):
            part = tomllib.loads(source.read_text(encoding="utf-8"))
            if doubled := found.keys() & part.keys():
                raise KeyError(f"{source.name} gives again: {sorted(doubled)}")
            found |= part
    return MappingProxyType(found)


def share_text(share: float) -> str:
    """Return a share from 0 to 1 as a percentage; an edge is never rounded away.

    Examples
    --------
    >>> share_text(0.613), share_text(0.998), share_text(1.0), share_text(0.003), share_text(1.005)
    ('61 %', '99.8 %', '100 %', '0.3 %', '100.5 %')
    """
    percent = 100 * share
    near_edge = 0 < percent < 1 or 99 < percent < 100 or 100 < percent < 101
    return f"{percent:.1f} %" if near_edge else f"{percent:.0f} %"


def number_text(number: float, digits: int = 1) -> str:
    """Return a number without needless zeros, with a thousands comma.

    Examples
    --------
    >>> number_text(2.50, 2), number_text(12000.0), number_text(-58.7)
    ('2.5', '12,000', '-58.7')
    """
    text = f"{number:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def joined(parts: Iterable[str], words: Mapping[str, str]) -> str:
    """Return clauses as one sentence without its stop: only the first begins with a capital.

    Examples
    --------
    >>> joined(["All 24 rooms pass", "None of 2 halls passes"], texts("en"))
    'All 24 rooms pass; none of 2 halls passes'
    """
    first, *others = [*parts] or [""]
    return words["doc.clause"].join([first, *(part[:1].lower() + part[1:] for part in others)])
