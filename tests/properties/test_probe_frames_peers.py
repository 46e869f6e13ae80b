"""Other decoders say the same: tshark of invented beacons of every shape, scapy of real frames."""

import random
import shutil
import struct
import subprocess
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from wifiplan.probe.frames import MANAGEMENT, Frame, decode, decode_packet
from wifiplan.probe.pcap import Capture

N_BEACONS = 1200
N_SCAPY_EACH = 12
FIELDS = (
    "wlan.fc.type_subtype",
    "wlan.bssid",
    "wlan.ssid",
    "radiotap.dbm_antsignal",
    "radiotap.channel.freq",
    "radiotap.mactime",
    "wlan.ds.current_channel",
    "wlan.ht.info.primarychannel",
    "wlan.qbss.scount",
    "wlan.qbss.cu",
    "wlan.country_info.code",
    "wlan.fixed.beacon",
    "wlan.seq",
    "wlan.tim.dtim_period",
    "wlan.ext_tag.he_operation.6ghz.primary_channel",
    "wlan.ext_tag.bss_color_information.bss_color",
    "wlan.rsn.akms.type",
    "wlan.cisco.ccx1.name",
)
SIZES = {0: 8, 1: 1, 2: 1, 3: 4, 5: 1, 6: 1, 7: 2, 8: 2, 11: 1, 12: 1, 14: 2, 19: 3, 20: 8, 21: 12, 22: 12}
ALIGNED = {0: 8, 3: 2, 7: 2, 8: 2, 14: 2, 20: 4, 21: 2, 22: 8}


def element(number: int, content: bytes) -> bytes:
    return bytes([number, len(content)]) + content


def radiotap(chance: random.Random) -> tuple[bytes, bool]:
    """Return a header of some fields and antennas, maybe with a vendor's data; and whether a checksum follows."""
    plans = [[bit for bit in SIZES if chance.random() < 0.35]]
    plans += [
        sorted(chance.sample([3, 5, 6, 11, 12], chance.randint(0, 3))) for _ in range(chance.choice((0, 0, 1, 3)))
    ]
    vendor, has_fcs = len(plans) > 1 and chance.random() < 0.3, False
    words: list[int] = []
    out, start = b"", 4 + 4 * len(plans)
    for n, bits in enumerate(plans):
        word = 0
        if vendor and n == 1:
            word = chance.getrandbits(20)
        else:
            for bit in bits:
                out += bytes(-(start + len(out)) % ALIGNED.get(bit, 1))
                value = bytes(SIZES[bit])
                if bit == 1:
                    has_fcs = has_fcs or (chance.random() < 0.5 and n == 0)
                    value = bytes([0x10 * has_fcs])
                elif bit == 5:
                    value = struct.pack("b", chance.randint(-99, -10))
                elif bit == 3:
                    value = struct.pack("<HH", chance.choice((2412, 2462, 5180, 5745, 5975)), 0)
                elif bit == 0:
                    value = struct.pack("<Q", chance.getrandbits(50))
                word |= 1 << bit
                out += value
        if n < len(plans) - 1:
            word |= 1 << 31 | (1 << 30 if vendor and n == 0 else 1 << 29)
        if vendor and n == 0:
            out += bytes(-(start + len(out)) % 2)
            skip = chance.choice((0, 1, 3, 8))
            out += b"\x00\x11\x22\x00" + struct.pack("<H", skip) + bytes(skip)
        words.append(word)
    head = struct.pack("<BBH", 0, 0, start + len(out)) + b"".join(struct.pack("<I", word) for word in words)
    return head + out, has_fcs


def name_of(chance: random.Random) -> bytes:
    kinds: tuple[Callable[[], bytes], ...] = (
        lambda: b"",
        lambda: bytes(chance.randint(1, 32)),
        "三年一班".encode,
        lambda: "校園".encode("big5"),
        lambda: bytes(chance.choice(b"abcXYZ-_ 019") for _ in range(chance.randint(1, 32))),
    )
    return chance.choice(kinds)()


def beacon(chance: random.Random) -> bytes:
    ap = bytes([2, 0, 0, 0, 0, chance.randrange(40)])
    five = chance.random() < 0.5
    channel = chance.choice((36, 44, 52, 100, 149, 165) if five else range(1, 14))
    parts = [element(0, name_of(chance)), element(1, bytes([0x82, 0x84, 0x8B, 0x96, 0x0C, 0x12]))]
    if not five or chance.random() < 0.3:
        parts.append(element(3, bytes([channel])))
    parts.append(element(5, bytes([chance.randrange(3), 3, 0, chance.randrange(256)])))
    if chance.random() < 0.5:
        parts.append(element(7, b"TW " + bytes([1, 11, 30])))
    if chance.random() < 0.6:
        parts.append(element(11, struct.pack("<HBH", chance.randrange(60), chance.randrange(256), 0)))
    if chance.random() < 0.7:
        parts.append(element(45, bytes.fromhex("ef0917ffff00") + bytes(20)))
        parts.append(element(61, bytes([channel, chance.choice((0, 5, 7))]) + bytes(20)))
    if chance.random() < 0.4:
        parts.append(element(191, bytes.fromhex("b2798333faff0000faff0000")))
        parts.append(element(192, bytes([1, 42, 0, 0, 0])))
    if chance.random() < 0.5:
        parts.append(element(48, bytes.fromhex("0100000fac040100000fac040100000fac020000")))
    if chance.random() < 0.4:
        parts.append(element(133, bytes(10) + b"AP-%03d" % chance.randrange(999) + bytes(10) + bytes(4)))
    if chance.random() < 0.5:
        parts.append(element(255, b"\x24" + he_operation(chance)))
    parts.append(element(221, bytes.fromhex("0050f202010100") + bytes(17)))
    subtype = chance.choice((0x80, 0x80, 0x50))
    frame = struct.pack("<BBH6s6s6sH", subtype, 0, 0, b"\xff" * 6, ap, ap, chance.randrange(4096) << 4)
    frame += struct.pack("<QHH", chance.getrandbits(60), 100, 0x411) + b"".join(parts)
    head, has_fcs = radiotap(chance)
    return head + frame + (struct.pack("<I", zlib.crc32(frame)) if has_fcs else b"")


def he_operation(chance: random.Random) -> bytes:
    """Return an HE Operation element's content with any of its optional parts."""
    parts = ((14, b"\0\x2a\0"), (15, b"\3"), (17, bytes([chance.choice((5, 21, 37)), 2, 7, 0, 6])))
    chosen = [(bit, part) for bit, part in parts if chance.random() < 0.5]
    parameters = struct.pack("<I", sum(1 << bit for bit, _ in chosen))[:3]
    return parameters + bytes([chance.randrange(1, 64)]) + b"\xfc\xff" + b"".join(part for _, part in chosen)


def said_by_us(frame: Frame) -> dict[str, str]:
    """Return a frame's values as tshark prints them; repeated values are joined by semicolons."""
    elements = frame.elements
    assert elements is not None
    load = elements.load
    return {
        "wlan.fc.type_subtype": f"0x{frame.subtype:04x}",
        "wlan.bssid": (frame.bssid or b"").hex(":"),
        "wlan.ssid": (elements.ssid or b"").hex() or "<MISSING>",
        "radiotap.dbm_antsignal": ";".join(map(str, frame.radio.signals_dbm)),
        "radiotap.channel.freq": str(frame.radio.frequency_mhz or ""),
        "radiotap.mactime": "" if frame.radio.tsft_us is None else str(frame.radio.tsft_us),
        "wlan.qbss.scount": "" if load is None else str(load.n_stations),
        "wlan.qbss.cu": "" if load is None else str(load.utilisation_255),
        "wlan.country_info.code": elements.country,
        "wlan.fixed.beacon": str(frame.interval_tu),
        "wlan.seq": str(frame.sequence),
        "wlan.tim.dtim_period": "" if elements.tim is None else str(elements.tim[1]),
        "wlan.ext_tag.he_operation.6ghz.primary_channel": str(
            elements.operation.channel if elements.operation.band == "6" else ""
        ),
        "wlan.ext_tag.bss_color_information.bss_color": f"0x{elements.operation.bss_color or 0:02x}",
        "wlan.rsn.akms.type": ";".join(map(str, elements.security.akms)),
        "wlan.cisco.ccx1.name": elements.ap_name,
    }


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_reads_invented_beacons_the_same(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311 (no secret)
    frames = [beacon(chance) for _ in range(N_BEACONS)]
    path = tmp_path / "air.pcap"
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 127)
    path.write_bytes(head + b"".join(struct.pack("<IIII", 0, 0, len(f), len(f)) + f for f in frames))
    command = ["tshark", "-r", str(path), "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"]
    command += ["-E", "aggregator=;", *(word for field in FIELDS for word in ("-e", field))]
    printed = subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")
    lines = printed.split("\n")[:-1]
    assert len(lines) == N_BEACONS
    for data, line in zip(frames, lines, strict=True):
        theirs = dict(zip(FIELDS, line.split("\t"), strict=True))
        frame = decode(data, radiotap=True)
        ours = said_by_us(frame)
        # tshark prints the first frequency of several words first, and we keep that one
        theirs["radiotap.channel.freq"] = theirs["radiotap.channel.freq"].split(";")[0]
        channel = theirs["wlan.ds.current_channel"] or theirs["wlan.ht.info.primarychannel"]
        six = theirs["wlan.ext_tag.he_operation.6ghz.primary_channel"]
        if theirs["wlan.ht.info.primarychannel"] or theirs["wlan.ds.current_channel"] not in ("", six):
            # with HT Operation, or a DSSS channel that is another one, it is not in 6 GHz
            theirs["wlan.ext_tag.he_operation.6ghz.primary_channel"] = ""
        theirs["wlan.ext_tag.bss_color_information.bss_color"] = (
            theirs["wlan.ext_tag.bss_color_information.bss_color"] or "0x00"
        )
        assert ours == {field: theirs[field] for field in ours}
        assert frame.elements is not None
        if frame.elements.operation.band != "6":
            assert str(frame.elements.operation.channel or "") == channel


@pytest.mark.data
def test_scapy_reads_real_frames_the_same(shared_data: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scapy = pytest.importorskip("scapy.layers.dot11", reason="the extra scapy is not installed")
    n_compared = 0
    for path in sorted(shared_data.glob("pcaps/**/*cap*")):
        if path.suffix == ".csv" or not path.is_file():
            continue
        with path.open("rb") as source:
            packets = [p for n, p in enumerate(Capture(source)) if n % 5 == 0][:N_SCAPY_EACH]
        for packet in packets:
            ours = decode_packet(packet.data, link_type=packet.link_type, n_cut=packet.n_cut)
            theirs = (scapy.RadioTap if packet.link_type == 127 else scapy.Dot11)(packet.data)
            if not theirs.haslayer(scapy.Dot11) or ours.kind < 0:
                continue
            compare(ours, theirs, scapy)
            n_compared += 1
    assert n_compared > 200


def compare(ours: Frame, theirs: object, scapy: object) -> None:
    layers = vars(scapy)
    head = theirs[layers["Dot11"]]  # type: ignore[index]
    assert (ours.kind, ours.subtype, ours.flags) == (head.type, head.subtype, int(head.FCfield))
    assert ours.receiver is None or ours.receiver.hex(":") == head.addr1
    if ours.kind == MANAGEMENT:
        assert (ours.transmitter or b"").hex(":") == head.addr2
        assert (ours.bssid or b"").hex(":") == head.addr3
    if ours.announces and ours.elements is not None:
        fixed = theirs.getlayer(layers["Dot11Beacon"]) or theirs.getlayer(layers["Dot11ProbeResp"])  # type: ignore[attr-defined]
        assert (ours.timestamp_us, ours.interval_tu) == (fixed.timestamp, fixed.beacon_interval)
        stats = fixed.network_stats()
        assert (ours.elements.ssid or b"").decode("utf-8", "backslashreplace") == stats["ssid"]
        assert ours.elements.operation.channel == stats.get("channel", ours.elements.operation.channel)
