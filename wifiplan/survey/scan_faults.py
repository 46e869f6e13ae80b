"""Why a scan failed, and what to do: the complaints of the system's programs in words for a technician."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wifiplan.errors import SurveyError

RFKILL: Final = Path("/sys/class/rfkill")

_WORDS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "not permitted": (
        "this user may not scan with iw",
        "start wifiplan with sudo, or use --scanner nmcli",
        "此使用者沒有用 iw 掃描的權限",
        "請用 sudo 啟動 wifiplan，或改用 --scanner nmcli",
    ),
    "busy": (
        "the Wi-Fi card is busy with another scan",
        "wait some seconds and repeat; close other Wi-Fi programs",
        "無線網卡正忙（其他程式正在掃描）",
        "請等幾秒再重試，並關閉其他 Wi-Fi 程式",
    ),
    "down": (
        "the Wi-Fi interface is switched off",
        "switch Wi-Fi on (ip link set INTERFACE up)",
        "無線網路介面未開啟",
        "請開啟 Wi-Fi（ip link set 介面 up）",
    ),
    "no device": (
        "there is no such Wi-Fi interface",
        "choose one with --interface; see: iw dev",
        "找不到這個無線網路介面",
        "請用 --interface 指定；可用 iw dev 查詢",
    ),
    "rfkill soft": (
        "Wi-Fi is switched off by software (rfkill)",
        "leave flight mode, or run: rfkill unblock wifi",
        "Wi-Fi 已被軟體關閉（rfkill）",
        "請關閉飛航模式，或執行 rfkill unblock wifi",
    ),
    "rfkill hard": (
        "Wi-Fi is switched off by a switch or key of the laptop (rfkill)",
        "use the laptop's Wi-Fi switch or key",
        "Wi-Fi 已被筆電的開關或按鍵關閉（rfkill）",
        "請按筆電上的 Wi-Fi 開關",
    ),
    "no manager": (
        "NetworkManager does not run",
        "start it (systemctl start NetworkManager), or use --scanner iw",
        "NetworkManager 沒有執行",
        "請啟動它（systemctl start NetworkManager），或改用 --scanner iw",
    ),
    "too soon": (
        "the system does not scan again so soon",
        "wait ten seconds and repeat",
        "系統不允許這麼快再次掃描",
        "請等十秒再重試",
    ),
    "windows": (
        "Windows gave no list of networks",
        "switch Wi-Fi on, and allow location in Settings > Privacy > Location: Windows 11 asks for it",
        "Windows 沒有給出網路清單",
        "請開啟 Wi-Fi，並在「設定 > 隱私權 > 位置」允許存取位置（Windows 11 需要）",
    ),
    "unknown": (
        "the scan failed",
        "repeat; if it fails again, try another --scanner",
        "掃描失敗",
        "請重試；若仍失敗，請以 --scanner 改用其他方式",
    ),
}

_SIGNS: Final = (
    ("not permitted", ("operation not permitted", "(-1)", "not authorized", "access denied")),
    ("busy", ("resource busy", "(-16)", "already in progress", "(-114)")),
    ("down", ("network is down", "(-100)")),
    ("no device", ("no such device", "(-19)", "not found", "not a wi-fi device", "no wi-fi device")),
    ("no manager", ("networkmanager is not running", "networkmanager is not")),
    ("too soon", ("not allowed immediately", "not allowed while")),
)
"""What the programs say, in lower case, where they speak English: iw's own numbers are the same in every language."""


def kind_of_fault(complaint: str) -> str:
    """Return what is wrong, by what a program complained.

    >>> kind_of_fault("command failed: Device or resource busy (-16)"), kind_of_fault("")
    ('busy', 'unknown')
    """
    text = complaint.lower()
    return next((kind for kind, signs in _SIGNS if any(sign in text for sign in signs)), "unknown")


def fault(kind: str, *, where: str, complaint: str = "") -> SurveyError:
    """Return the error of a kind; what the program said itself stands behind it."""
    problem, remedy, zh_problem, zh_remedy = _WORDS[kind]
    said = " ".join("".join(c if c.isprintable() else " " for c in complaint).split())[:200]
    if said:
        problem, zh_problem = f"{problem} ({said})", f"{zh_problem}（{said}）"
    return SurveyError(problem, remedy=remedy, where=where, zh=(zh_problem, zh_remedy))


def blocked(folder: Path = RFKILL) -> str:
    """Return "rfkill soft" or "rfkill hard" where every Wi-Fi radio is switched off, else a blank.

    Source: Linux, Documentation/ABI/stable/sysfs-class-rfkill.
    """
    states = []
    for radio in sorted(folder.glob("rfkill*")) if folder.is_dir() else ():
        kind, hard, soft = (_word(radio / name) for name in ("type", "hard", "soft"))
        if kind == "wlan":
            states.append("rfkill hard" if hard == "1" else "rfkill soft" if soft == "1" else "")
    return states[0] if states and all(states) else ""


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()[:20]
    except OSError:
        return ""
