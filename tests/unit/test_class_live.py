"""What the technician's page is told: how each seat does, and what to look at when a class does not arrive."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from wifiplan.probe.classroom.controller import Controller
from wifiplan.probe.classroom.live import FEW_S, snapshot
from wifiplan.probe.classroom.pages import texts
from wifiplan.probe.classroom.protocol import Hello, Log
from wifiplan.probe.classroom.rooms import RoomAsk
from wifiplan.probe.classroom.roster import Device, Room, StepLog
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import Guard

NOW = 100.0


async def mute(message: object) -> None:
    del message


def a_room(n: int = 3) -> Room:
    return Room(ask=RoomAsk(room_id="201", name="201", n_expected=n), round_no=1)


def joined(room: Room, seat: str, *, wake: bool = True) -> Device:
    device = room.claim(Hello(code="A", seat=seat, wake=wake), NOW - 10)
    device.say = mute
    device.hear(NOW)
    return device


def seen(room: Room, *, phase: str = "join", realtime: bool = True, waited_s: float = 0.0) -> dict[str, Any]:
    controller = SimpleNamespace(
        phase=phase,
        round_no=1,
        opened_s=NOW - waited_s,
        join_from_s=None,
        order=SimpleNamespace(rounds=((),), school="S", authorised_by="x", rate_mbps=2.5, options=ClassTestOptions()),
        ramp=SimpleNamespace(
            running=SimpleNamespace(number=1, share=0.5, starts_s=NOW - 5, length_s=30.0),
            feeder=SimpleNamespace(realtime=realtime),
        ),
        switch=SimpleNamespace(why=""),
        guards=[Guard(at_s=1.0, gateway_rtt_ms=3.0, dns_ms=None)],
        rooms=[room],
        runs=[SimpleNamespace(name="101", round_no=0, abort=""), SimpleNamespace(name="201", round_no=1, abort="")],
    )
    found = snapshot(cast("Controller", controller), NOW)
    json.dumps(found)  # it goes to a page
    return found


def hints(room: Room, *, phase: str = "join", realtime: bool = True, waited_s: float = 0.0) -> list[str]:
    found = cast("list[str]", seen(room, phase=phase, realtime=realtime, waited_s=waited_s)["rooms"][0]["hints"])
    for lang in ("zh-TW", "en"):
        assert set(found) <= set(texts(lang)["hint"])
    return found


def test_the_state_of_a_test_as_plain_values() -> None:
    found = seen(a_room())
    assert found["step"] == {"number": 1, "share": 0.5, "left_s": 25.0, "in_s": 0.0, "length_s": 30.0}
    assert found["guard"]["gateway_rtt_ms"] == 3.0
    assert [run["name"] for run in found["earlier"]] == ["101"], "this round's rooms stand among the rooms"


def test_a_class_that_does_not_arrive_gets_the_likeliest_cause() -> None:
    late_s = FEW_S + 1
    assert hints(a_room()) == []
    assert hints(a_room(), waited_s=late_s) == ["nobody_page"]
    opened = a_room()
    opened.n_pages = 4
    assert hints(opened, waited_s=late_s) == ["nobody_hello"]
    joined(opened, "01")
    assert hints(opened, waited_s=late_s) == ["few"]
    assert hints(opened, waited_s=late_s, phase="run") == []
    joined(opened, "02", wake=False).show(NOW, visible=False)
    assert hints(opened, realtime=False) == ["hidden", "no_wake", "no_realtime"]


def test_a_stream_that_is_kept_from_a_page_is_said_before_all_else() -> None:
    room = a_room()
    device = joined(room, "01")
    device.log = StepLog(step=1, play=True, rate_mbps=2.0, fault="blocked")
    assert hints(room, phase="run") == ["stream_blocked"]


def seat_of(room: Room) -> dict[str, Any]:
    return cast("dict[str, Any]", seen(room, phase="run")["rooms"][0]["seats"][0])


@pytest.mark.parametrize("state", ["ready", "left", "hidden", "silent"])
def test_the_state_of_a_seat(state: str) -> None:
    room = a_room()
    device = joined(room, "01")
    device.say = None if state == "left" else mute
    device.show(NOW, visible=state != "hidden")
    device.heard_s = NOW - 1.5 * (state == "silent")
    assert seat_of(room)["state"] == state
    assert seen(room)["rooms"][0]["ready"] == (state == "ready")
    assert len(seen(room)["rooms"][0]["seats"]) == 3, "empty seats are shown too"


def test_a_seat_that_plays_stalls_and_ends() -> None:
    room = a_room()
    device = joined(room, "01")
    room.cart_opened_s = NOW - 30
    device.log = log = StepLog(step=1, play=True, rate_mbps=2.0)
    log.take(Log(step=1, bins=tuple((t * 50, t * 12_500) for t in range(1, 101)), rtt=((100, 4.0), (200, None))))
    seat = seat_of(room)
    assert (seat["state"], seat["mbps"], seat["rtt_ms"]) == ("playing", pytest.approx(2.0), 4.0)
    log.take(Log(step=1, bins=((9000, 1_250_000),)))
    assert (seat_of(room)["state"], seat_of(room)["n_stalls"]) == ("stalled", 1)
    room.verdict, room.ended = "pass", {"01": "pass"}
    assert seat_of(room)["state"] == "pass"
