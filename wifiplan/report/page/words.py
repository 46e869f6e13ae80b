"""The sentences that a page needs in the browser."""

from collections.abc import Mapping

from wifiplan.report.texts import texts

_PREFIXES = ("page.", "verdict.", "use.", "floor.")
_KEYS = frozenset(
    {
        "doc.title",
        "head.basis",
        "head.floor",
        "head.rooms",
        "head.aps",
        "ap.note",
        "evidence.kind",
        *(f"room.{key}" for key in ("name", "floor", "use", "verdict", "devices", "mbps", "ap", "dbm", "snr")),
        *(f"room.{key}" for key in ("seats", "airtime", "reason", "note", "class_size")),
        *(f"ap.{key}" for key in ("id", "place", "action", "model", "channel", "width", "power", "load")),
        *(f"ap.{key}" for key in ("cable", "reason")),
    }
)


def page_words(lang: str, *prefixes: str) -> Mapping[str, str]:
    """Return the sentences of the shared scripts by key, and those that begin with `prefixes`.

    Parameters
    ----------
    lang : "zh-TW" or "en"
        Language.
    *prefixes : str
        Further keys that the page's own scripts use, like "edit.".

    Raises
    ------
    SettingsError
        For a language without texts.

    Examples
    --------
    >>> page_words("en")["page.layer.signal"]
    'Signal'
    """
    wanted = (*_PREFIXES, *prefixes)
    return {key: text for key, text in texts(lang).items() if key in _KEYS or key.startswith(wanted)}
