"""Remarks of surveys in words: those of the fit, of matching and of pooling by their codes.

Readers and the walk write theirs into survey files as English sentences: those are known by their words.
"""

import re

from wifiplan.report.texts import texts
from wifiplan.site.remark import Remark

_KNOWN: tuple[tuple[str, str], ...] = (
    (
        r"([\d,]+) readings of 0 dBm and above, or of -100 and below: .*",
        r"\1 筆為 0 dBm 以上或 -100 以下：視為聽過但沒收到",
    ),
    (r"([\d,]+) levels worked out from percent .*", r"\1 筆由百分比換算（微軟規則：百分比 / 2 - 100）"),
    (
        r"levels worked out from percent by Microsoft's rule .*",
        "強度由百分比換算（微軟規則：百分比 / 2 - 100），不會高於 -50 dBm",
    ),
    (
        r"levels worked out from percent by NetworkManager's rule .*",
        "強度由百分比換算（NetworkManager 規則），不會高於 -40 dBm",
    ),
    (r"([\d,]+) rows of other things than access points: .*", r"\1 列不是 AP（手機、藍牙、行動網路等），一律不保存"),
    (r"([\d,]+) BSS of other bands than .*", r"\1 個 BSS 不在 2.4、5、6 GHz 頻段，未讀入"),
    (
        r"([\d,]+) BSS at the upper end of the percent scale: .*",
        r"\1 個 BSS 已達百分比上限：實際強度可能更高",
    ),
    (r"BSSID (\S+) says less than every other: the file may be cut", r"BSSID \1 的內容比其他都少：檔案可能被截斷"),
    (r"the file ends without a line end: .*", "檔案結尾沒有換行：最後一筆可能被截斷"),
    (r"left out: (.*)", r"未讀入：\1"),
    (
        r"test of line (\d+): loss counted by the receiver's packets; .*",
        r"第 \1 行的測試：遺失率依接收端封包數計算，與 iperf3 所列不同",
    ),
    (
        r"test of line (\d+): throughput as the sender tells it: .*",
        r"第 \1 行的測試：接收端沒有回報，傳輸率為發送端數字",
    ),
    (r"test of line (\d+): iperf3 said (.*)", r"第 \1 行的測試：iperf3 訊息 \2"),
    (r"([\d,]+) positions in feet, as metres", r"\1 處位置由英尺換算為公尺"),
    (r"([\d,]+) rows that tell no level: left out", r"\1 列沒有訊號強度，未讀入"),
    (r"([\d,]+) rows before, between or after the walks: left out", r"\1 列不在行走時間內，未讀入"),
    (r"([\d,]+) levels by second before, between or after the walks: left out", r"\1 筆不在行走時間內，未讀入"),
    (r"([\d,]+) frames that are no beacons .*", r"\1 個訊框不是信標或探測回應，未讀入"),
    (r"([\d,]+) frequencies of no channel: left out", r"\1 筆頻率不屬於任何頻道，未讀入"),
    (r"([\d,]+) times that cannot be read: left out", r"\1 筆時間無法辨識，未讀入"),
    (r"([\d,]+) rows of clients in a second table: .*", r"\1 列為用戶端裝置，一律不讀"),
    (r"([\d,]+) points that failed or are switched off: left out", r"\1 個量測點失敗或停用，未讀入"),
    (r"([\d,]+) damaged beacons: left out", r"\1 個信標損壞，未讀入"),
    (r"([\d,]+) beacons without a level: left out", r"\1 個信標沒有訊號強度，未讀入"),
    (r"([\d,]+) beacons of clients among themselves .*", r"\1 個信標來自用戶端之間的臨機網路，未讀入"),
    (r"([\d,]+) readings from the cache: .*", r"\1 筆來自快取（是先前位置的讀數），未讀入"),
    (r"([\d,]+) tests from here to the server: left out", r"\1 筆上傳測試，未讀入"),
    (r"([\d,]+) tests from here to the server, taken as they are", r"\1 筆上傳測試，視同一般測試讀入"),
    (r"([\d,]+) scans at one place", r"\1 次掃描在同一位置"),
    (r"([\d,]+) scans at the ([\d,]+) points in their order", r"\1 次掃描依序對應 \2 個點"),
    (r"columns not read: (.*)", r"未讀入的欄位：\1"),
    (r"column (.*): of people's devices, never kept", r"欄位 \1：個人裝置資料，一律不保存"),
    (r"x and y taken as metres: .*", "x 與 y 視為公尺（表中未註明單位）"),
    (r"no floor is named: taken as level 0, .*", "未註明樓層：視為一樓（樓層 0）"),
    (r"read as (\S+), by likelihood alone", r"以 \1 編碼讀取（僅依可能性判斷）"),
    (r"([\d,]+) faults: their rows are left out, the first is (.*)", r"\1 處錯誤，所在列未讀入；第一處：\2"),
    (
        r"`show interfaces` tells only the access point in use; .*",
        "show interfaces 只列出連線中的 AP；鄰近 AP 請用 netsh wlan show networks mode=bssid",
    ),
    (r"nmcli tells no ages: .*", "nmcli 不顯示時間：其中可能有數分鐘前的網路"),
    (r"([\d,]+) BSS from the cache: .*", r"\1 個 BSS 來自快取，並非本次聽到"),
    (r"([\d,]+) BSS without a level in dBm", r"\1 個 BSS 沒有 dBm 強度"),
    (r"([\d,]+) BSS without a channel that is known", r"\1 個 BSS 頻道不明"),
    (r"cached scans left out: (\d+)", r"\1 次掃描來自快取，未採用"),
    (r"cached scans used because the surveyor said so: (\d+)", r"\1 次掃描來自快取，依量測人員指示採用"),
    (r"readings left out that were older than their scan: (\d+)", r"\1 筆讀值早於該次掃描，未採用"),
    (r"walks without an end left out: (\d+)", r"\1 段行走沒有終點，未採用"),
)
_PATTERNS = tuple((re.compile(english), chinese) for english, chinese in _KNOWN)


def remark_in(lang: str, remark: Remark | str) -> str:
    """Return a remark as a phrase, a sentence as it is where it is not known.

    A file may hold a code that this version does not know, or too few values: then they stand as they are.

    >>> remark_in("en", Remark(code="fit_lost", values=("2",)))
    '2 readings are on floors that the site does not have: left out'
    >>> remark_in("zh-TW", "2 rows that tell no level: left out"), remark_in("en", "x"), remark_in("zh-TW", "x")
    ('2 列沒有訊號強度，未讀入', 'x', 'x')
    """
    if isinstance(remark, Remark):
        return _worded(lang, remark)
    if lang != "zh-TW":
        return remark
    for pattern, chinese in _PATTERNS:
        found = pattern.fullmatch(remark)
        if found is not None:
            return found.expand(chinese)
    return remark


def tells_stayed(remark: Remark | str) -> bool:
    """Return whether a remark names the parameters that readings told nothing of: some answers tell them themselves."""
    return isinstance(remark, Remark) and remark.code == "fit_stayed"


def _worded(lang: str, remark: Remark) -> str:
    phrase = texts(lang).get(f"survey.remark.{remark.code}")
    try:
        return f"{remark.code}: {', '.join(remark.values)}" if phrase is None else phrase.format(*remark.values)
    except IndexError:
        return f"{remark.code}: {', '.join(remark.values)}"
