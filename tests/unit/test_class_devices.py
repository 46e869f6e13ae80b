"""How the controller speaks to devices: who does not listen is cut off, a pause of its own cuts off nobody."""

import asyncio
import time
from typing import Any, cast

import pytest

from wifiplan.probe.classroom import devices
from wifiplan.probe.classroom.lag import Lag

pytestmark = pytest.mark.waits
SAY_S = 0.4


class Door:
    def __init__(self, takes_s: float) -> None:
        self.takes_s = takes_s
        self.said: list[str] = []

    async def send_text(self, text: str) -> None:
        await asyncio.sleep(self.takes_s)
        self.said.append(text)


def taken(door: Door, monkeypatch: pytest.MonkeyPatch, *, pause_s: float = 0.0) -> bool:
    """Say something to a door; the whole program stands still for a while meanwhile."""
    monkeypatch.setattr(devices, "SAY_S", SAY_S)

    async def whole() -> bool:
        lag = Lag()
        lag.start()
        saying = asyncio.create_task(devices.takes(cast("Any", door), "x", lag))
        await asyncio.sleep(0.02)
        if pause_s:
            time.sleep(pause_s)  # noqa: ASYNC251 (the pause)
        done = await saying
        lag.stop()
        return done

    return asyncio.run(whole())


def test_a_device_that_does_not_listen_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(takes_s=60.0)
    assert not taken(door, monkeypatch)
    assert door.said == []


@pytest.mark.parametrize("takes_s", [0.1, 1.0])
def test_a_pause_of_the_controller_cuts_off_nobody(takes_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(takes_s=takes_s)
    assert taken(door, monkeypatch, pause_s=0.8)
    assert door.said == ["x"]
