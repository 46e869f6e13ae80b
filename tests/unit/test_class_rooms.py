"""Rooms, rounds, seats, connections: the small parts of the class test."""

import asyncio
import json
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.cli.probe_class import class_command
from wifiplan.cli.probe_class_rooms import School, the_rounds
from wifiplan.cli.probe_serve import serve_command
from wifiplan.errors import ProbeError
from wifiplan.probe.classroom.addresses import Own, chosen
from wifiplan.probe.classroom.centre import Pace, paced
from wifiplan.probe.classroom.gate import (
    BURST_BYTES,
    CLOSING_S,
    MOST_OF_ONE_ADDRESS,
    MOST_STRANGERS,
    MOST_UNREAD_BYTES,
    STRANGER_S,
    Gate,
)
from wifiplan.probe.classroom.pages import page, qr_svg, texts
from wifiplan.probe.classroom.protocol import Hello, Log
from wifiplan.probe.classroom.rooms import RoomAsk, Wish, load_of, longest_s, wishes
from wifiplan.probe.classroom.roster import GONE_S, Device, RefusedError, Room, StepLog
from wifiplan.probe.findings import CODES
from wifiplan.probe.options import ClassTestOptions

ROOT = Path(__file__).parents[2]


def test_rooms_as_people_type_them() -> None:
    assert wishes("201=30, 202，A-1=5") == (Wish("201", 30), Wish("202", None), Wish("A-1", 5))


@pytest.mark.parametrize("text", ["", ",", "=3", "201=0", "201=x", "201=100", "201=-1", "201,201", "201=", "201=3.5"])
def test_what_is_no_room_is_said(text: str) -> None:
    with pytest.raises(ProbeError):
        wishes(text)


def test_rounds_take_devices_from_the_plan_and_name_what_is_unknown() -> None:
    school = School(name="S", names={"201": "三年甲班", "202": "三年乙班"}, n_devices={"201": 28})
    rounds = the_rounds([], ["201,202=5", "202"], None, school, 30)
    assert rounds[0][0] == RoomAsk(room_id="201", name="三年甲班", n_expected=30)
    assert [[room.n_expected for room in rooms] for rooms in rounds] == [[30, 5], [30]]
    assert the_rounds(["201"], [], None, school, None)[0][0].n_expected == 28
    with pytest.raises(ProbeError) as caught:
        the_rounds(["301", "202"], [], None, school, None)
    assert {fault.where for fault in caught.value.faults} == {"301", "202"}


def test_a_round_fits_a_lesson() -> None:
    assert longest_s(ClassTestOptions()) <= 600


def test_the_load_of_rooms_tested_at_once_is_summed() -> None:
    rooms = tuple(RoomAsk(room_id=name, name=name, n_expected=30) for name in "ab")
    assert [step.n_streams for step in load_of([rooms], ClassTestOptions(), 2.5)] == [16, 30, 46, 60]


def room(n: int = 2) -> Room:
    return Room(ask=RoomAsk(room_id="201", name="201", n_expected=n), round_no=1)


async def mute(message: object) -> None:
    del message


def test_a_seat_goes_to_one_device_and_comes_back_to_it() -> None:
    here = room()
    first = here.claim(Hello(code="A", seat="07"), 10.0)
    first.say = mute
    with pytest.raises(RefusedError, match="seat_taken"):
        here.claim(Hello(code="A", seat="07"), 11.0)
    assert here.claim(Hello(code="A", seat="07", resume=first.id), 11.0) is first
    first.say = None
    assert here.claim(Hello(code="A", seat="07"), 12.0) is first
    assert here.claim(Hello(code="A"), 12.0).seat == "01"


def test_a_room_fills_up() -> None:
    here = room(1)
    for _ in range(6):
        here.claim(Hello(code="A"), 0.0)
    with pytest.raises(RefusedError, match="full"):
        here.claim(Hello(code="A"), 0.0)


def test_pages_that_came_and_went_do_not_use_a_room_up() -> None:
    here = room(1)
    gone = [here.claim(Hello(code="A"), 0.0) for _ in range(6)]
    gone[0].say = mute
    fresh = here.claim(Hello(code="A"), GONE_S + 1)
    assert (fresh.seat, gone[0].seat in here.devices, len(here.devices)) == ("02", True, 6)


def test_nobody_takes_a_seat_by_the_id_of_another_kind() -> None:
    here = room(3)
    agent = here.claim(Hello(code="A", seat="01", kind="agent"), 0.0)
    pupil = here.claim(Hello(code="A", seat="02"), 0.0)
    agent.say = pupil.say = mute
    with pytest.raises(RefusedError, match="seat_taken"):
        here.claim(Hello(code="A", seat="02", kind="tablet", resume=agent.id), 1.0)
    with pytest.raises(RefusedError, match="seat_taken"):
        here.claim(Hello(code="A", seat="02", kind="agent", resume=pupil.id), 1.0)
    assert here.claim(Hello(code="A", resume=agent.id), 1.0).seat == "03"


def test_joins_are_counted_from_the_cart() -> None:
    here = room()
    early = here.claim(Hello(code="A", seat="01", page_ms=0), 1.0)
    early.hear(2.0)
    assert here.joins() == ()
    here.open_cart(5.0, "2026-11-26T08:00:00Z")
    late = here.claim(Hello(code="A", seat="02", page_ms=4000), 20.0)
    late.hear(21.0)
    # devices that were there already keep no time of a cart that was opened later
    assert [(join.seat, join.page_s, join.ready_s) for join in here.joins()] == [("02", 11.0, 16.0)]


def test_a_log_that_goes_back_is_another_page() -> None:
    log = StepLog(step=1, play=True, rate_mbps=2.0)
    log.take(Log(step=1, bins=((50, 100), (100, 200))))
    log.take(Log(step=1, bins=((20, 10),)))
    assert (log.broken, log.bins[-1]) == (True, (0.1, 200))


def test_a_device_that_is_silent_is_not_alive() -> None:
    device = Device(
        id="a", seat="01", kind="tablet", n_flows=1, key="k", joined_s=0.0, page_s=0.0, heard_s=0.0, say=mute
    )
    assert not device.alive(0.0)
    device.hear(1.0)
    assert device.alive(1.9)
    assert not device.alive(2.1)


class Transport:
    def __init__(self, peer: tuple[str, int]) -> None:
        self.peer = peer
        self.ended = self.closing = False
        self.unread = 0

    def get_extra_info(self, name: str) -> tuple[str, int]:
        del name
        return self.peer

    def abort(self) -> None:
        self.ended = True

    def is_closing(self) -> bool:
        return self.ended or self.closing

    def get_write_buffer_size(self) -> int:
        return self.unread


def test_strangers_make_room_and_do_not_stay_while_the_class_does() -> None:
    clock = [0.0]
    gate = Gate(lambda address: address != "8.8.8.8", lambda: clock[0])

    def come(address: str, port: int) -> Transport:
        transport = Transport((address, port))
        gate.admit(cast("asyncio.Transport", transport))
        return transport

    pupil = come("10.0.0.1", 1)
    gate.know(("10.0.0.1", 1))
    assert come("8.8.8.8", 1).ended
    flood = [come("10.0.0.2", port) for port in range(1, 400)]
    assert sum(not transport.ended for transport in flood) == MOST_OF_ONE_ADDRESS
    many = [come(f"10.1.{i // 200}.{i % 200}", 1) for i in range(600)]
    assert sum(not transport.ended for transport in [*flood, *many]) == MOST_STRANGERS
    assert not pupil.ended
    clock[0] = STRANGER_S + 1
    gate.sweep()
    assert all(transport.ended for transport in [*flood, *many])
    assert not pupil.ended
    assert list(gate.guests) == [("10.0.0.1", 1)]


def test_who_sends_without_end_or_reads_nothing_is_ended_known_or_not() -> None:
    clock = [0.0]
    gate = Gate(lambda _: True, lambda: clock[0])
    pupils = [Transport(("10.0.0.1", port)) for port in range(1, 5)]
    for pupil in pupils:
        gate.admit(cast("asyncio.Transport", pupil))
        gate.know(pupil.peer)
    sound, flood, deaf, lingering = pupils
    for _ in range(600):  # ten minutes of a page that logs 6 kB a second
        clock[0] += 1.0
        assert gate.takes(cast("asyncio.Transport", sound), 6_000)
    assert gate.takes(cast("asyncio.Transport", flood), int(BURST_BYTES))
    assert not gate.takes(cast("asyncio.Transport", flood), 1)
    deaf.unread = MOST_UNREAD_BYTES + 1
    lingering.unread, lingering.closing = 10, True
    gate.sweep()
    assert [pupil.ended for pupil in pupils] == [False, True, True, False]
    assert not gate.takes(cast("asyncio.Transport", flood), 1)
    clock[0] += CLOSING_S
    gate.sweep()
    assert [pupil.ended for pupil in pupils] == [False, True, True, True]
    assert list(gate.guests) == [sound.peer]


def test_pages_have_words_for_everything_in_both_languages() -> None:
    tables = {lang: texts(lang) for lang in ("zh-TW", "en")}
    keys = {lang: {(table, key) for table, words in found.items() for key in words} for lang, found in tables.items()}
    assert keys["zh-TW"] == keys["en"]
    assert set(CODES) <= set(tables["en"]["finding"])
    for lang, words in tables.items():
        for name in ("join.html", "live.html"):
            shown = page(name, lang, {"code": '"><script>', "base": "http://x", "key": "k"})
            assert "{{" not in shown
            assert '"><script>' not in shown
            assert json.loads(shown.partition('id="texts">')[2].partition("</script>")[0]).keys() == words.keys()


def test_pages_ask_nobody_else_for_anything() -> None:
    folder = ROOT / "wifiplan/probe/static"
    for path in folder.iterdir():
        assert "https://" not in path.read_text(encoding="utf-8"), path.name
    assert qr_svg("http://192.168.1.2:8080/j/ABCDEF").startswith("<svg")


def test_the_wired_address_comes_first() -> None:
    ranks = [Own(address="192.168.1.2", interface=name).rank for name in ("enp3s0", "", "wlan0", "docker0")]
    assert ranks == sorted(ranks)
    assert Own(address="127.0.0.1", interface="lo").rank == 4


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "0.0.0.0",  # noqa: S104 (must be refused)
        "::",
        "2001:4860:4860::8888",
        "224.0.0.1",
        "::ffff:8.8.8.8",
        "localhost",
        "1.2.3",
        "100.64.0.1",
    ],
)
def test_an_address_that_is_not_private_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(ProbeError):
        chosen(address)
    command = ["--school", "X", "--room", "1=2", "--authorised-by", "y", "--listen", address, "--out", str(tmp_path)]
    assert isinstance(CliRunner().invoke(class_command, command).exception, ProbeError)
    assert not list(tmp_path.iterdir())


def test_a_dry_run_prints_the_load_and_sends_nothing(tmp_path: Path) -> None:
    command = ["--school", "X", "--room", "1=30", "--room", "2=30", "--authorised-by", "y", "--dry-run", "--lang", "en"]
    done = CliRunner().invoke(class_command, [*command, "--out", str(tmp_path), "--stream", "video_4"])
    assert done.exit_code == 0, done.output
    assert "60 × 4 Mbit/s = 240 Mbit/s" in done.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--room", "1=99", "--room", "2=99"],
        ["--room", "1=30", "--rate", "25", "--round", "2=3"],
        ["--room", "1"],
        [],
        ["--room", "1=2", "--authorised-by", "  "],
    ],
)
def test_a_load_past_the_caps_or_an_unclear_order_is_refused(arguments: list[str], tmp_path: Path) -> None:
    given = ["--authorised-by", "y", "--school", "X", "--out", str(tmp_path), "--listen", "127.0.0.1", *arguments]
    done = CliRunner().invoke(class_command, given)
    assert isinstance(done.exception, ProbeError), done.output
    assert not list(tmp_path.iterdir())


def test_the_centre_wants_a_token_that_is_one() -> None:
    done = CliRunner().invoke(serve_command, ["--listen", "127.0.0.1", "--token", "abc"])
    assert isinstance(done.exception, ProbeError)


def test_the_centre_paces_and_always_gives_the_turn_back() -> None:
    ended: list[bool] = []

    async def take() -> int:
        return sum([len(chunk) async for chunk in paced(200_000, 50.0, lambda: ended.append(True))])

    assert asyncio.run(take()) == 200_000
    assert ended == [True]


@given(st.lists(st.floats(0, 0.01), min_size=200, max_size=200))
def test_an_address_may_not_ask_without_end(gaps: list[float]) -> None:
    clock = [0.0]
    pace = Pace(lambda: clock[0])
    n = 0
    for gap in gaps:
        clock[0] += gap
        n += pace.takes("10.0.0.1")
    assert n <= 60 + 20 * clock[0] + 1
    assert pace.takes("10.0.0.2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--gateway", "nonsense"], "no address of a host"),
        (["--dns", "224.0.0.1"], "not an address inside the school"),
        (["--gateway", "", "--dns", "", "--cert", "JUNK"], "cannot be used"),
        (["--gateway", "", "--dns", "", "--key", "JUNK"], "a key without a certificate"),
    ],
)
def test_what_cannot_be_watched_or_served_is_one_message(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    junk = tmp_path / "junk.pem"
    junk.write_text("-----BEGIN CERTIFICATE-----\n", encoding="ascii")
    asked = ["--school", "X", "--room", "1=2", "--authorised-by", "y", "--listen", "127.0.0.1", "--port", "0"]
    given = [str(junk) if argument == "JUNK" else argument for argument in arguments]
    done = CliRunner().invoke(class_command, [*asked, "--out", str(tmp_path), *given])
    assert isinstance(done.exception, ProbeError), done.exception
    assert message in done.exception.text("en")
