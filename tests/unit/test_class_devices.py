"""How the controller speaks to devices: who does not listen is cut off, a pause of its own cuts off nobody."""

import asyncio
import time
from typing import Any, cast

import pytest

from wifiplan.probe.classroom import devices
from wifiplan.probe.classroom.lag import Lag
from wifiplan.probe.classroom.protocol import Stop

pytestmark = pytest.mark.alone
SAY_S = 0.4


class Door:
    def __init__(self, takes_s: float) -> None:
        self.takes_s = takes_s
        self.closed = False
        self.said: list[str] = []

    async def send_text(self, text: str) -> None:
        await asyncio.sleep(self.takes_s)
        self.said.append(text)


class Gate:
    def __init__(self, door: Door) -> None:
        self.door = door

    def end(self, peer: object) -> None:
        assert peer == ("10.0.0.7", 5000)
        self.door.closed = True


def told(door: Door, monkeypatch: pytest.MonkeyPatch, *, pause_s: float = 0.0) -> None:
    """Say something to a door; the whole program stands still for a while meanwhile."""
    monkeypatch.setattr(devices, "SAY_S", SAY_S)

    async def whole() -> None:
        lag = Lag()
        lag.start()
        keeper = devices.Doorkeeper(cast("Any", None), cast("Any", Gate(door)), cast("Any", None), None, lag)
        say = keeper._sayer(cast("Any", door), ("10.0.0.7", 5000))
        saying = asyncio.create_task(say(Stop(why="end")))
        await asyncio.sleep(0.02)
        if pause_s:
            time.sleep(pause_s)  # noqa: ASYNC251 (the pause)
        await saying
        lag.stop()

    asyncio.run(whole())


def test_a_device_that_does_not_listen_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(takes_s=60.0)
    told(door, monkeypatch)
    assert (door.closed, door.said) == (True, [])


@pytest.mark.parametrize("takes_s", [0.1, 1.0])
def test_a_pause_of_the_controller_cuts_off_nobody(takes_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(takes_s=takes_s)
    told(door, monkeypatch, pause_s=0.8)
    assert (door.closed, len(door.said)) == (False, 1)
