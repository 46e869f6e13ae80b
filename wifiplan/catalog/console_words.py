"""Words that Windows' console prints about Wi-Fi, by code page: they tell which code page a file is in."""

from functools import lru_cache

from wifiplan.catalog.table import check, rows


@lru_cache(maxsize=1)
def console_pages() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return encodings in the order to try them, each with words that only it makes of its bytes.

    >>> console_pages()[0][0], "訊號" in console_pages()[0][1]
    ('cp950', True)
    """
    table = rows("console_words")
    found = tuple((row.text("encoding"), tuple(w for w in row.words("words") if not w.isascii())) for row in table)
    check(table)
    return found
