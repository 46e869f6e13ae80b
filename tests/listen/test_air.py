import csv
import io
import random
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from wifiplan.errors import ProbeError
from wifiplan.files.captures import open_capture
from wifiplan.files.heard import air_from_plain
from wifiplan.probe import air_log
from wifiplan.probe.air import Air, channel_at, frequency_of, with_dwell
from wifiplan.probe.air_log import MAX_DEVICES, AirLog
from wifiplan.probe.air_reading import analyse, read_air, warm_up
from wifiplan.probe.air_summary import summarise_air
from wifiplan.probe.frames import decode
from wifiplan.probe.pcap import Capture

MakeBss = Callable[..., Any]
"""`conftest.Bss`."""


def heard(content: bytes, log: AirLog | None = None) -> Air:
    log = log or AirLog()
    read_air(Capture(io.BytesIO(content)), log)
    return summarise_air(log, source="made")


def every(seconds: float, frames: list[bytes], *, step: float = 0.1024) -> list[tuple[float, bytes]]:
    return [(k * step, frames[k % len(frames)]) for k in range(int(seconds / step))]


def test_a_bss_is_told_with_its_level_channel_and_load(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own = bss("02:00:00:00:01:00", b"school", channel=36, width=80, middle=42, load=(7, 128))
    frames = []
    for k in range(101):
        own.signal = -70 + k % 11
        frames.append((k * 0.1024, own.beacon()))
    air = heard(as_pcap(frames))
    (found,) = air.bss
    assert (found.ssid, found.band, found.channel, found.width_mhz, found.middle) == ("school", "5", 36, 80, 42)
    assert (found.standard, found.security) == ("11ac", "WEP")
    assert found.level is not None
    assert (found.level.median_dbm, found.level.low_dbm, found.level.high_dbm) == (-65.0, -69.0, -61.0)
    assert found.load is not None
    assert (found.load.n_stations, found.load.doubt) == (7, "")
    assert found.load.utilisation_share == pytest.approx(128 / 255)
    assert found.last_s == pytest.approx(10.24)
    assert found.beacons_share == pytest.approx(1.0, abs=0.02)


def test_lost_beacons_show(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own, other = bss("02:00:00:00:01:00"), bss("02:00:00:00:02:00", b"other")
    frames = [(k * 0.1024, (own if k % 4 == 0 else other).beacon()) for k in range(400)]
    found = {b.ssid: b for b in heard(as_pcap(frames)).bss}
    assert found["school"].beacons_share == pytest.approx(0.25, abs=0.01)
    assert found["other"].beacons_share == pytest.approx(0.75, abs=0.01)


def test_a_beacon_heard_beside_its_channel_is_no_beacon_of_that_dwell(
    bss: MakeBss, as_pcap: Callable[..., bytes]
) -> None:
    leak = bss("02:00:00:00:01:00", channel=6, heard_at=2432)
    air = heard(as_pcap(every(5, [leak.beacon()])))
    (found,) = air.bss
    assert found.channel == 6
    assert (found.n_beacons, found.n_home_beacons) == (48, 0)
    assert found.beacons_share is None  # nobody was on its channel
    (channel,) = air.channels
    assert (channel.channel, channel.n_bss) == (5, 0)


def test_airtime_is_that_of_the_frames(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own = bss("02:00:00:00:01:00", channel=36, rate=24.0)
    data = own.data("06:00:00:00:00:01", n_bytes=1472)  # 1500 B with header and checksum
    frames = [(k * 0.001, data if k % 2 == 0 else own.ack()) for k in range(2001)]
    (channel,) = heard(as_pcap(frames)).channels
    # 24 Mbit/s: 20 us + 126 symbols; an ACK 28 us after 16 us
    assert channel.airtime_ms == pytest.approx(1001 * 0.524 + 1000 * 0.044)
    assert channel.dwell_s == pytest.approx(2.0)
    assert channel.airtime_share == pytest.approx(0.284, abs=0.001)


def test_retries_and_devices_are_counted(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own = bss("02:00:00:00:01:00")
    frames = [
        own.beacon(),
        *(own.data(f"06:00:00:00:00:{k % 30:02x}", up=bool(k % 2), retry=k % 4 == 0) for k in range(100)),
    ]
    air = heard(as_pcap([(k * 0.01, frame) for k, frame in enumerate(frames)]))
    (found,), (channel,) = air.bss, air.channels
    assert (found.n_data, found.n_retries, found.n_devices) == (100, 25, 30)
    assert (channel.n_data, channel.n_retries, channel.n_devices) == (100, 25, 30)
    assert found.retry_share == channel.retry_share == 0.25


def test_no_address_of_a_device_leaves_the_log(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own = bss("02:00:00:00:01:00")
    frames = [own.beacon(), own.data("06:11:22:33:44:55"), own.data("06:11:22:33:44:55", up=False)]
    first, second = AirLog(), AirLog()
    text = repr(asdict(heard(as_pcap(every(1, frames)), first)))
    heard(as_pcap(every(1, frames)), second)
    assert "11:22:33" not in text
    assert "112233" not in text.lower()
    marks = [next(iter(log.channels.values())).devices for log in (first, second)]
    assert len(marks[0]) == 1
    assert marks[0] != marks[1]  # another run, another salt: two runs can't be joined


def test_broken_frames_name_no_bss(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own, ghost = bss("02:00:00:00:01:00"), bss("02:00:00:00:02:00")
    air = heard(as_pcap(every(1, [own.beacon(), ghost.beacon(flags=0x40)])))
    assert [b.bssid for b in air.bss] == ["02:00:00:00:01:00"]
    assert air.n_bad == air.channels[0].n_bad == 4


def test_a_moving_bss_is_where_it_was_last(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own = bss("02:00:00:00:01:00", channel=100)
    frames = [own.beacon()] * 10
    own.channel = 36
    air = heard(as_pcap([(k * 0.1, f) for k, f in enumerate([*frames, *[own.beacon()] * 10])]))
    (found,) = air.bss
    assert (found.channel, found.n_moves) == (36, 1)


def test_a_single_damaged_beacon_moves_nothing(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own = bss("02:00:00:00:01:00", channel=36)
    good = [own.beacon()] * 5
    own.channel = 100
    air = heard(as_pcap([(k * 0.1, f) for k, f in enumerate([*good, own.beacon()])]))
    (found,) = air.bss
    assert (found.channel, found.n_moves, found.n_beacons) == (36, 0, 6)


def test_a_hidden_name_is_told_by_an_answer(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own = bss("02:00:00:00:01:00", bytes(6))
    frames = [own.beacon()] * 3
    own.ssid = "三年一班".encode()
    air = heard(as_pcap([(k * 0.1, f) for k, f in enumerate([*frames, own.beacon(subtype=5), *frames])]))
    (found,) = air.bss
    assert (found.ssid, found.n_beacons, found.n_answers) == ("三年一班", 6, 1)


def test_a_name_of_blanks_hides_the_one_that_is_known_no_more(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    own = bss("02:00:00:00:01:00", b"school")
    answer = own.beacon(subtype=5)
    own.ssid = b"      "
    (found,) = heard(as_pcap(every(2.0, [own.beacon(), answer, own.beacon()]))).bss
    assert found.ssid == "school"


def test_neighbours_of_a_channel_are_counted(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    near = bss("02:00:00:00:01:00", b"a", channel=36)
    others = [
        bss("02:00:00:00:02:00", b"weak", channel=36, signal=-85),
        bss("02:00:00:00:03:00", b"wide", channel=44, width=80, middle=42, signal=-70),
        bss("02:00:00:00:04:00", b"wide and weak", channel=48, width=80, middle=42, signal=-90),
        bss("02:00:00:00:05:00", b"apart", channel=52, signal=-50),
    ]
    frames = [near.beacon(), *(other.beacon() for other in others)]
    air = heard(as_pcap([(k * 0.01, frames[k // 50]) for k in range(250)]))
    counts = {c.channel: (c.n_bss, c.n_strong, c.n_beside) for c in air.channels}
    assert counts == {36: (2, 1, 1), 44: (1, 1, 0), 48: (1, 0, 1), 52: (1, 1, 0)}
    assert all(0 < c.beacons_due_share < 0.01 for c in air.channels if c.channel != 48)


class TestDoubtfulLoad:
    def test_a_high_figure_that_never_moves(self, bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
        air = heard(as_pcap(every(5, [bss("02:00:00:00:01:00", load=(0, 220)).beacon()])))
        assert air.bss[0].load is not None
        assert air.bss[0].load.doubt == "frozen"
        assert air.channels[0].utilisation_share is None

    def test_a_high_figure_beside_a_low_one(self, bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
        odd, good = bss("02:00:00:00:01:00", b"odd", load=(0, 220)), bss("02:00:00:00:02:00", b"good", load=(9, 26))
        air = heard(as_pcap(every(1.2, [odd.beacon(), good.beacon()])))
        doubts = {b.ssid: b.load.doubt for b in air.bss if b.load}
        assert doubts == {"odd": "idle_air", "good": ""}
        assert air.channels[0].utilisation_share == pytest.approx(26 / 255)

    def test_a_busy_channel_is_believed(self, bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
        busy = bss("02:00:00:00:01:00", b"a", load=(25, 220))
        idle = bss("02:00:00:00:02:00", b"b", load=(0, 215))
        air = heard(as_pcap(every(1.2, [busy.beacon(), idle.beacon()])))
        assert [b.load.doubt for b in air.bss if b.load] == ["", ""]


class TestDwell:
    def test_it_is_inferred_from_hops(self, bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
        one, two = bss("02:00:00:00:01:00", channel=1), bss("02:00:00:00:02:00", channel=6)
        frames = [(k * 0.05, (one if k // 10 % 3 < 2 else two).beacon()) for k in range(600)]
        air = heard(as_pcap(frames))
        assert {c.channel: round(c.dwell_s, 0) for c in air.channels} == {1: 20.0, 6: 10.0}

    def test_a_clock_that_jumps_adds_nothing(self, bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
        own = bss("02:00:00:00:01:00")
        times = [0.0, 0.1, 0.2, 3e9, 3e9 + 0.1, 5.0, 5.1]
        (channel,) = heard(as_pcap([(t, own.beacon()) for t in times])).channels
        assert channel.dwell_s == pytest.approx(0.4, abs=1e-3)

    def test_who_walked_the_channels_knows_better(self, bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
        air = heard(as_pcap(every(2, [bss("02:00:00:00:01:00", channel=36).beacon()])))
        known = with_dwell(air, {5180: 4.0, 5200: 3.0})
        assert [(c.channel, c.dwell_s, c.n_frames) for c in known.channels] == [(36, 4.0, 19), (40, 3.0, 0)]
        assert known.bss[0].beacons_share == pytest.approx(0.486, abs=0.01)

    def test_a_capture_without_radiotap_is_where_its_beacons_are(
        self, bss: MakeBss, as_pcap: Callable[..., bytes]
    ) -> None:
        air = heard(as_pcap(every(5, [bss("02:00:00:00:01:00", channel=11, radio=False).beacon()]), link=105))
        assert air.notes == ("no_radio", "no_signal")
        (channel,) = air.channels
        assert (channel.channel, channel.airtime_share) == (11, None)
        assert air.bss[0].beacons_share == pytest.approx(1.0, abs=0.02)


class TestHostileAir:
    def test_a_flood_of_invented_networks_hides_no_real_one(self, bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
        real, chance = bss("02:00:00:00:00:01", b"real"), random.Random(1)  # noqa: S311 (no secret)
        frames = []
        for k in range(6000):
            fake = bss(f"06:00:{k >> 8 & 255:02x}:{k & 255:02x}:{chance.randrange(256):02x}:01", b"fake")
            frames.append(fake.beacon())
            if k % 20 == 0:
                frames.append(real.beacon())
        log = AirLog(max_bss=500)
        air = heard(as_pcap([(k * 0.001, f) for k, f in enumerate(frames)]), log)
        assert len(air.bss) <= 500
        assert air.n_forgotten > 5000
        assert "bss_forgotten" in air.notes
        (found,) = [b for b in air.bss if b.ssid == "real"]
        assert found.n_beacons > 290

    def test_memory_stays_flat(self, bss: MakeBss) -> None:
        own, log = bss("02:00:00:00:00:01"), AirLog(max_bss=64)

        def feed(n: int) -> None:
            for k in range(n):
                log.add(
                    decode(own.data(f"06:{k >> 16 & 255:02x}:{k >> 8 & 255:02x}:{k & 255:02x}:00:01"), radiotap=True),
                    k / 1e3,
                )
                fake = bss(f"06:00:{k >> 16 & 255:02x}:{k >> 8 & 255:02x}:{k & 255:02x}:02", b"fake", signal=-(k % 100))
                log.add(decode(fake.beacon(), radiotap=True), k / 1e3)

        feed(6000)  # caches of the decoder fill first
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        feed(6000)
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert len(log.bss) <= 64
        assert all(len(c.devices) <= MAX_DEVICES for c in log.channels.values())
        assert grown < 2_000_000

    def test_few_devices_are_kept_in_mind_over_all_networks(
        self, bss: MakeBss, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(air_log, "MAX_MARKS", 50)
        log = AirLog(max_bss=8)
        for k in range(40):
            own = bss(f"02:00:00:00:{k:02x}:00")
            log.add(decode(own.beacon(), radiotap=True), k)
            for n in range(10):
                log.add(decode(own.data(f"06:00:00:00:{k:02x}:{n:02x}"), radiotap=True), k)
            assert sum(len(counts.devices) for counts in log.bss.values()) <= 50
        assert sum(len(counts.devices) for counts in log.bss.values()) > 0  # who is forgotten makes room

    def test_any_bytes_are_counted_and_none_raise(self, bss: MakeBss) -> None:
        own, chance, log = bss("02:00:00:00:00:01", load=(3, 100)), random.Random(2), AirLog()  # noqa: S311
        good = [own.beacon(), own.data("06:00:00:00:00:01"), own.ack(), own.beacon(subtype=5)]
        for k in range(20_000):
            frame = bytearray(chance.choice(good))
            for _ in range(chance.randrange(6)):
                frame[chance.randrange(len(frame))] = chance.randrange(256)
            log.add(decode(bytes(frame[: chance.randrange(len(frame) + 1)]), radiotap=True), chance.uniform(-1e9, 1e9))
            if k % 4000 == 0:
                summarise_air(log, source="")
        air = summarise_air(log, source="")
        assert air.n_frames == 20_000
        assert air_from_plain(asdict(air)) == air
        assert len(air.channels) <= 257


def test_the_analyser_s_answer_comes_back_whole(bss: MakeBss, as_pcap: Callable[..., bytes]) -> None:
    content = as_pcap(every(3, [bss("02:00:00:00:01:00", load=(1, 10)).beacon(), bss("02:00:00:00:02:00").beacon()]))
    plain = analyse(io.BufferedReader(io.BytesIO(content)), lambda _: None)
    assert air_from_plain(plain) == Air(**{**vars_of(heard(content)), "source": ""})


def vars_of(air: Air) -> dict[str, Any]:
    return {name: getattr(air, name) for name in Air.__dataclass_fields__}


@pytest.mark.parametrize("bad", [None, {}, {"source": 1}, {"source": "", "seconds": 1.0, "n_frames": 1, "more": 2}])
def test_an_answer_that_is_none_is_refused(bad: object) -> None:
    with pytest.raises(ProbeError, match="analyser"):
        air_from_plain(bad)


def test_an_analyser_that_is_given_nothing_has_heard_nothing() -> None:
    air = air_from_plain(analyse(io.BufferedReader(io.BytesIO(b"")), lambda _: None))
    assert (air.n_frames, air.bss) == (0, ())


def test_warming_up_reads_a_beacon() -> None:
    air = warm_up()
    assert [(b.ssid, b.channel) for b in air.bss] == [("\\xa4\\xff", 6)]
    assert air.channels[0].channel == 6


@pytest.mark.parametrize("band", ["2.4", "5", "6"])
def test_channels_and_frequencies_agree(band: str) -> None:
    for number in {"2.4": range(1, 15), "5": range(36, 178), "6": range(1, 234)}[band]:
        assert channel_at(frequency_of(band, number)) == (band, number)
    assert channel_at(frequency_of("6", 2)) == ("6", 2)


@pytest.mark.data
def test_real_captures_have_the_networks_that_tshark_finds(shared_data: Path) -> None:
    n_checked = 0
    for table in sorted((shared_data / "pcaps").glob("*.bss.csv")):
        capture = table.with_name(table.name.removesuffix(".bss.csv"))
        log = AirLog()
        with open_capture(capture) as packets:
            read_air(packets, log)
        air = summarise_air(log, source=capture.name)
        with table.open(encoding="utf-8-sig") as rows:
            wanted = {row["bssid"]: row for row in csv.DictReader(rows)}
        found = {b.bssid: b for b in air.bss}
        # frames with a failed checksum count there and not here
        assert found.keys() <= wanted.keys()
        assert air.n_bad or found.keys() == wanted.keys()
        for bssid, heard_bss in found.items():
            median = wanted[bssid].get("rssi_first_ant_median") or ""
            if median and heard_bss.level is not None and not air.n_bad:
                assert heard_bss.level.median_dbm == pytest.approx(float(median), abs=1.0)
                n_checked += 1
        assert all(c.airtime_share is None or 0 <= c.airtime_share <= 1 for c in air.channels)
    assert n_checked
