"""What an agent says to the person in front of it, and why it could not take part."""

from collections.abc import Mapping
from types import MappingProxyType

from wifiplan.errors import ProbeError, WifiplanError
from wifiplan.probe.safety import Target

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ready": (
            "已連線，座號 {0}；請不要闔上電腦或讓它休眠",
            "connected, seat {0}; keep the lid open and the machine awake",
        ),
        "no_stamps": (
            "這個系統沒有核心時間戳記：流量與遺失率仍然準確，抖動無法判定",
            "this system has no kernel stamps: goodput and loss stand, jitter stays open",
        ),
        "wired": (
            "注意：這臺電腦經由 {0}（不是無線網路）連到控制端，量到的不是 Wi-Fi",
            "note: this machine reaches the controller through {0}, which is not Wi-Fi: it does not measure the radio",
        ),
        "step": ("第 {0} 步：{1:g} Mbit/s，{2:g} 秒", "step {0}: {1:g} Mbit/s for {2:g} s"),
        "figures": ("第 {0} 步結束：{3:.2f} Mbit/s", "step {0} over: {3:.2f} Mbit/s"),
        "stop": ("控制端停止了播放（{0}）", "the controller stopped the load ({0})"),
        "lost": ("與控制端的連線中斷，重新連線中", "the connection to the controller is lost; trying to come back"),
    }
)
"""Chinese and English by key; values in braces."""

_REFUSALS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "code": (
            "the room code is wrong",
            "read it again from the controller's screen",
            "教室代碼不正確",
            "請再看一次控制端畫面上的代碼",
        ),
        "token": (
            "the token is wrong: this agent may not take part",
            "copy the token whole from the controller's screen; every test has its own",
            "權杖不正確，這臺電腦不能參加",
            "請從控制端畫面完整複製權杖；每次測試的權杖都不同",
        ),
        "seat_taken": (
            "another device has this seat",
            "leave --seat out, or choose another one",
            "這個座號已經有其他載具使用",
            "請不要指定 --seat，或換一個座號",
        ),
        "full": (
            "the room is full",
            "check which room this device belongs to",
            "這間教室的名額已滿",
            "請確認載具屬於哪一間教室",
        ),
        "kind": (
            "this controller takes no agents",
            "start the test with agents allowed, or use a tablet's page",
            "這個控制端不接受代理程式",
            "請在開始測試時允許代理程式，或改用平板的網頁",
        ),
        "too_many": (
            "too many wrong codes or tokens came from here",
            "wait a minute, then type carefully",
            "錯誤的代碼或權杖太多次",
            "請等一分鐘再仔細輸入",
        ),
        "closed": (
            "the test takes no devices at the moment",
            "wait until the technician opens the room",
            "測試目前不接受載具加入",
            "請等技術人員開放加入",
        ),
        "address": (
            "the controller does not serve this machine's address",
            "join the school's own network; a public address must be allow-listed at the controller",
            "控制端不接受這臺電腦的位址",
            "請連上校內網路；公有位址必須先在控制端允許",
        ),
    }
)


def words(key: str, values: tuple[object, ...], lang: str) -> str:
    """Return a line for the person in front of the agent.

    >>> words("stop", ("guard",), "en")
    'the controller stopped the load (guard)'
    """
    if key == "figures" and isinstance(values[1], int) and isinstance(values[2], float):
        values = (*values, values[1] * 8 / values[2] / 1e6)
    return WORDS[key][0 if lang == "zh-TW" else 1].format(*values)


_VERDICTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pass": ("測試結束：通過", "the test is over: PASS"),
        "fail": ("測試結束：未通過", "the test is over: FAIL"),
        "inconclusive": ("測試結束：無法判定", "the test is over: INCONCLUSIVE"),
    }
)


def verdict_words(verdict: str, lang: str) -> str:
    """Return the last line of an agent.

    >>> verdict_words("pass", "en"), verdict_words("", "en")
    ('the test is over: PASS', 'the test is over')
    """
    return _VERDICTS.get(verdict, ("測試結束", "the test is over"))[0 if lang == "zh-TW" else 1]


def refused(why: str) -> WifiplanError:
    """Return the error for a refusal of the controller."""
    problem, remedy, zh, zh_remedy = _REFUSALS.get(
        why,
        (
            f"the controller turned this agent away ({why})",
            "look at the controller's screen",
            f"控制端拒絕了這臺電腦（{why}）",
            "請查看控制端畫面",
        ),
    )
    return ProbeError(problem, remedy=remedy, zh=(zh, zh_remedy))


def unreachable(target: Target, error: BaseException) -> WifiplanError:
    """Return the error for a controller that does not answer, with what to check, likeliest first."""
    place = f"{target.address}:{target.port}"
    if isinstance(error, ConnectionRefusedError):
        return ProbeError(
            "this machine is reached, but no controller listens on that port",
            remedy="check the port, and that the class test is running there",
            where=place,
            zh=("連得到那臺電腦，但該埠沒有控制端在等候", "請確認埠號，以及全班實測正在執行"),
        )
    if isinstance(error, ConnectionError):
        return ProbeError(
            f"what answers there is no controller of a class test: {error}",
            remedy="check address and port; a captive portal or proxy may answer in its place: log in there first",
            where=place,
            zh=(
                f"回應的不是全班實測的控制端：{error}",
                "請確認網址與埠號；也可能是登入入口或代理伺服器代為回應，請先登入",
            ),
        )
    return ProbeError(
        "the controller does not answer",
        remedy="check, in this order: the same network (SSID, VLAN)? client isolation on that SSID off? "
        "the controller's firewall open for this port? the address still the one on its screen?",
        where=place,
        zh=(
            "控制端沒有回應",
            "請依序檢查：同一個網路（SSID、VLAN）？用戶端隔離已關閉？控制端防火牆已開放此埠？網址仍與畫面相同？",
        ),
    )


def lost(target: Target) -> WifiplanError:
    """Return the error for a controller that went away and did not come back; the load had stopped at once."""
    return ProbeError(
        "the controller is gone, and did not come back; no load is running",
        remedy="start this agent again when the test runs again",
        where=f"{target.address}:{target.port}",
        zh=("控制端已中斷且沒有恢復；沒有任何流量在跑", "測試重新開始後，請再執行一次"),
    )
