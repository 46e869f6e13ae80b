"""Reasons, remedies and actions of a plan put into words."""

from collections.abc import Mapping

from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import ApAction, PlannedRoom
from wifiplan.study.settings import DesignOptions

_SHARES = frozenset({"weak_seats", "airtime", "co_channel"})
_COUNTS = frozenset({"no_budget", "associations"})
_MAX_NAMES = 4

_BLOCKED = frozenset({"no_signal", "weak_seats", "low_snr"})
"""Reasons for which no position helps, where nothing serves the room: those inside it were tried."""


def figure_text(reason: Reason, value: float) -> str:
    """Return a figure of a reason as it is printed, without a unit where that is not a share."""
    if reason.code in _SHARES:
        return share_text(value)
    return number_text(value, 0 if reason.code in _COUNTS else 1)


def reason_text(reason: Reason, lang: str = "zh-TW", *, names: Mapping[str, str] | None = None) -> str:
    """Return a reason as a phrase with its figures.

    Parameters
    ----------
    reason : Reason
        Code, figures and rooms.
    lang : "zh-TW" or "en"
        Language.
    names : mapping of room id to room name, optional
        How to call the rooms that the reason speaks of; a room that is not in it keeps its id.

    Examples
    --------
    >>> reason_text(Reason(code="airtime", value=0.82, limit=0.6), "en")
    'a whole class needs 82 % of the airtime, the cap is 60 %'
    """
    words = texts(lang)
    key = f"reason.{reason.code}"
    if reason.rooms and f"{key}.rooms" in words:
        shown = [(names or {}).get(room, room) for room in reason.rooms[:_MAX_NAMES]]
        rooms = words["doc.separator"].join(shown) + ("…" if len(reason.rooms) > _MAX_NAMES else "")
        return words[f"{key}.rooms"].format(rooms=rooms)
    if reason.value is None or f"{key}.value" not in words:
        return words[key]
    value = figure_text(reason, reason.value)
    if reason.limit is None:
        return words[f"{key}.value"].format(value=value)
    return words[f"{key}.both"].format(value=value, limit=figure_text(reason, reason.limit))


def action_text(action: ApAction, lang: str = "zh-TW") -> str:
    """Return what is done with an access point as a word.

    Examples
    --------
    >>> action_text("retuned", "en")
    'retune'
    """
    return texts(lang)[f"action.{action}"]


def remedy_text(room: PlannedRoom, design: DesignOptions, lang: str = "zh-TW") -> str:
    """Return the cheapest direction to serve a room that fails: what costs nothing comes first.

    Parameters
    ----------
    room : PlannedRoom
        A room whose verdict is "fail".
    design : DesignOptions
        What the plan was allowed to use, to know what is still to be had.
    lang : "zh-TW" or "en"
        Language.
    """
    words = texts(lang)
    code = room.reason.code
    if code == "no_budget":
        return _more_aps(room.reason, design, words)
    if code == "airtime":
        return words["remedy.wider"].format(width=20, wider=40) if design.width_mhz == 20 else words["remedy.split"]
    if code == "co_channel":
        return _quieter(design, words)
    if room.serving_ap is None and code in _BLOCKED:
        return words["remedy.walls"]
    fixed = {
        "no_signal": "remedy.in_room",
        "weak_seats": "remedy.in_room",
        "not_reached": "remedy.in_room",
        "low_snr": "remedy.in_room",
        "low_second_signal": "remedy.second",
        "prohibited_brand": "remedy.brand",
        "associations": "remedy.associations",
    }
    return words[fixed.get(code, "remedy.inspect")]


def _quieter(design: DesignOptions, words: Mapping[str, str]) -> str:
    """Return how neighbours on one channel can be kept apart for nothing."""
    if not design.dfs:
        return words["remedy.dfs"]
    if design.width_mhz > 20:
        return words["remedy.narrower"].format(width=design.width_mhz, narrower=design.width_mhz // 2)
    return words["remedy.lower_power"]


def _more_aps(reason: Reason, design: DesignOptions, words: Mapping[str, str]) -> str:
    """Return how many more access points would serve every room that can be served, and what they cost."""
    if reason.value is None or reason.limit is None:
        return words["remedy.one_ap"]
    n_more = max(1, round(reason.limit - reason.value))
    text = words["remedy.n_aps"].format(n=n_more, total=round(reason.value) + n_more)
    if design.ap_price_ntd is not None:
        text += words["remedy.price"].format(cost=number_text(n_more * design.ap_price_ntd, 0))
    return text
