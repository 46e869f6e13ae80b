"""What `netsh` prints, in languages of which no word is known to the reader."""

import pytest

from wifiplan.errors import SurveyError
from wifiplan.files.readings import read_netsh, readings_of

# words of the lines, in the order in which they stand; the reader knows none of them
LANGUAGES = {
    "zh-TW": ("介面名稱", "目前有 {n} 個可見的網路。", "網路類型", "訊號", "無線電波類型", "頻帶", "通道", "cp950"),
    "zh-CN": ("接口名称", "当前有 {n} 个网络可见。", "网络类型", "信号", "无线电类型", "频带", "信道", "cp936"),
    "ja": (
        "インターフェイス名",
        "現在 {n} のネットワークが表示されています。",
        "ネットワークの種類",
        "シグナル",
        "無線の種類",
        "帯域",
        "チャネル",
        "cp932",
    ),
    "ko": (
        "인터페이스 이름",
        "현재 {n}개의 네트워크가 표시됩니다.",
        "네트워크 종류",
        "신호",
        "무선 종류",
        "대역",
        "채널",
        "cp949",
    ),
    "ru": ("Имя интерфейса", "Видно сетей: {n}", "Тип сети", "Сигнал", "Тип радио", "Диапазон", "Канал", "cp866"),
    "es": (
        "Nombre de interfaz",
        "Actualmente hay {n} redes visibles.",
        "Tipo de red",
        "Señal",
        "Tipo de radio",
        "Banda",
        "Canal",
        "cp850",
    ),
    "pl": (
        "Nazwa interfejsu",
        "Obecnie widać {n} sieci.",
        "Typ sieci",
        "Sygnał",
        "Typ radia",
        "Pasmo",
        "Kanał",
        "cp852",
    ),
    "tr": (
        "Arabirim adı",
        "Şu anda {n} ağ görülebiliyor.",
        "Ağ türü",
        "Sinyal",
        "Radyo türü",
        "Bant",
        "Kanal",
        "cp857",
    ),
}


def scan(language: str, *, colon: str = " : ", newline: str = "\r\n") -> str:
    name, count, kind, signal, radio, band, channel, _ = LANGUAGES[language]
    percent = "%{}" if language == "tr" else "{}%  "
    ghz = "2,4 ГГц" if language == "ru" else "2,4 GHz"
    lines = [
        "",
        f"{name}{colon}Wi-Fi",
        count.format(n=2),
        "",
        f"SSID 1{colon}School",
        f"    {kind}{colon}Infra",
        f"    BSSID 1{colon}02:00:5e:00:53:01",
        f"         {signal}{colon}{percent.format(88)}",
        f"         {radio}{colon}802.11ax",
        f"         {band}{colon}{ghz}",
        f"         {channel}{colon}11",
        "         Load:",
        f"             Stations{colon}         4",
        f"             Use{colon}        51 (20 %)",
        f"             Rest{colon}  0 (0 us/s)",
        f"         QoS{colon}1",
        f"         Rates (Mbps){colon}6 12 24",
        f"    BSSID 2{colon}02:00:5e:00:53:02",
        f"         {signal}{colon}{percent.format(7)}",
        f"         {radio}{colon}802.11ac",
        f"         {channel}{colon}149",
        f"         Rates (Mbps){colon}6 12 24",
        f"SSID 2{colon}",
        f"    {kind}{colon}Infra",
        f"    BSSID 1{colon}02:00:5e:00:53:03",
        f"         {signal}{colon}{percent.format(100)}",
        f"         {radio}{colon}802.11be",
        f"         {band}{colon}6 GHz",
        f"         {channel}{colon}37",
        f"         Rates (Mbps){colon}6 12 24",
        "",
    ]
    return newline.join(lines)


INTERFACES = """系統上有 1 個介面:
    名稱                   : Wi-Fi
    描述                   : Adapter
    GUID                   : 12345678-1234-1234-1234-123456789abc
    實體位址               : 02:00:5e:00:53:f0
    狀態                   : 已連線
    SSID                   : 教室
    BSSID                  : 02:00:5e:00:53:01
    無線電類型             : 802.11ac
    通道                   : 149
    接收速率 (Mbps)        : 390
    訊號                   : 78%
    Rssi                   : -65
    設定檔                 : 教室"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", ""])
def test_netsh_of_any_language_in_any_encoding_reads_the_same(language: str, encoding: str) -> None:
    code_page = LANGUAGES[language][-1]
    data = scan(language).encode(encoding or code_page, "replace")
    read = readings_of(data, where="scan.txt")
    assert [(one.bssid[-2:], one.ssid, one.band, one.channel, one.rssi_dbm) for one in read.readings] == [
        ("01", "School", "2.4", 11, -56.0),
        ("02", "School", "5", 149, -96.5),
        ("03", "", "6", 37, -50.0),
    ]
    first = read.readings[0]
    assert (first.utilisation_share, first.station_count, first.is_converted) == (51 / 255, 4, True)
    assert read.readings[1].station_count is None
    assert any(remark.startswith("1 BSS at the upper end") for remark in read.remarks)
    if not encoding:
        assert read.encoding == code_page


def test_a_chinese_name_in_the_console_s_code_page_is_read() -> None:
    text = scan("zh-TW").replace("School", "明德國小 教室")
    assert readings_of(text.encode("cp950"), where="").readings[0].ssid == "明德國小 教室"


def test_names_that_were_lost_are_told_and_the_levels_stay() -> None:
    read = readings_of(scan("zh-TW").replace("School", "\ufffd\ufffd").encode(), where="")
    assert "2 BSS whose names hold characters that were lost when the file was saved" in read.remarks
    assert read.readings[0].rssi_dbm == -56.0


def test_fullwidth_colons_and_lines_without_indentation_read_the_same() -> None:
    wanted = read_netsh(scan("zh-TW", newline="\n")).readings
    assert read_netsh(scan("zh-TW", colon="：", newline="\n")).readings == wanted
    pasted = "\n".join(line.strip() for line in scan("zh-TW", newline="\n").split("\n"))
    assert read_netsh(pasted).readings == wanted


def test_rates_and_load_written_otherwise_are_no_channels() -> None:
    # as Italian and Spanish systems write them: no blank before the percent, lines that lost their places
    text = (
        scan("es", newline="\n")
        .replace("51 (20 %)", "51 (20%)")
        .replace("         Rates (Mbps) : 6 12 24", " Rates: 6")
    )
    first, second, _ = read_netsh(text.replace("         QoS", "mscs QoS          admitted")).readings
    assert (first.channel, first.utilisation_share, first.station_count, second.channel) == (11, 0.2, 4, 149)


def test_a_level_in_dbm_is_taken_before_the_percent() -> None:
    text = scan("es", newline="\n").replace("802.11ax\n", "802.11ax\n         Rssi : -41\n", 1)
    first = read_netsh(text).readings[0]
    assert (first.rssi_dbm, first.is_converted, first.channel) == (-41.0, False, 11)


def test_access_points_that_were_only_told_of_are_not_heard() -> None:
    told = "         Colocated APs : 1\n             BSSID: 02:00:5e:00:53:99, Band: 6 GHz, Channel: 5\n"
    text = scan("es", newline="\n").replace("         Load:\n", told + "         Load:\n")
    read = read_netsh(text)
    assert len(read.readings) == 3
    assert read.readings[0].channel == 11


def test_two_scans_in_one_file_are_told_apart() -> None:
    read = read_netsh(scan("ja", newline="\n") + scan("ja", newline="\n"))
    assert read.n_scans == 2
    assert [one.scan for one in read.readings] == [0, 0, 0, 1, 1, 1]


def test_an_ssid_that_looks_like_an_address_stays_a_name() -> None:
    text = scan("es", newline="\n").replace(": School", ": 02:00:5e:00:53:77")
    assert read_netsh(text).readings[0].ssid == "02:00:5e:00:53:77"


def test_show_interfaces_gives_the_access_point_in_use_and_never_the_adapter() -> None:
    read = read_netsh(INTERFACES)
    assert [(one.bssid, one.ssid, one.channel, one.rssi_dbm, one.in_use) for one in read.readings] == [
        ("02:00:5e:00:53:01", "教室", 149, -65.0, True)
    ]
    assert "53:f0" not in repr(read)
    both = read_netsh(scan("zh-TW", newline="\n") + INTERFACES)
    assert [one.in_use for one in both.readings] == [True, False, False]


def test_interfaces_alone_are_told_to_have_no_neighbours() -> None:
    assert any("its neighbours: netsh wlan show networks" in one for one in read_netsh(INTERFACES).remarks)
    with pytest.raises(SurveyError, match="not connected"):
        read_netsh(INTERFACES.partition("    SSID")[0])


def test_no_network_in_sight_is_an_answer() -> None:
    assert read_netsh("Interface name : Wi-Fi\nThere are 0 networks currently visible.\n").readings == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (scan("es", newline="\n").split("\nSSID 2")[0], "1 of the 2 networks"),
        (scan("es", newline="\n").split("149")[0] + "14", "ends inside it"),
        ("SSID 1 : a\n    Authentication : Open\n", "without mode=bssid"),
        ("SSID 1 : a\n    BSSID 1 : 02:00:5e:00:53\n         Signal : 8%\n", "is no BSSID"),
        ("Nom : Wi-Fi\nRefusé. start ms-settings:privacy-location\n", "location services"),
        ("The Wireless AutoConfig Service is not running.\n", "no BSSID in it"),
    ],
)
def test_what_is_cut_or_of_another_command_is_told(text: str, said: str) -> None:
    with pytest.raises(SurveyError, match=said) as caught:
        read_netsh(text, where="scan.txt")
    assert caught.value.where == "scan.txt"
    assert "請" in caught.value.text("zh-TW")


def test_what_is_whole_of_a_cut_file_can_be_taken() -> None:
    read = read_netsh(scan("es", newline="\n").split("\nSSID 2")[0], partial=True)
    assert len(read.readings) == 2
    assert any("1 of the 2 networks" in remark for remark in read.remarks)
