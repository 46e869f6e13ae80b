"""What controller and devices of a class test say to each other: JSON text over one WebSocket at `/ws`.

A device says hello with its room's code; an agent proves that it holds the token; then the device pings four times a
second (that is its sign of life), plays when it is told to, and sends its log of received bytes at least twice a
second. Times of a step are milliseconds from the step's start on the device's own clock, so no clocks are compared.

Step 0 is the idle baseline (`play` false for all); the steps of the ramp follow from 1 on. A device that does not
play in a step keeps pinging.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import ClassVar, Literal, TypeAlias

from wifiplan.probe.records import DeviceKind

MOST_CLIENT_BYTES = 65_536
"""A client's message longer than this closes its connection."""

MOST_SERVER_BYTES = 4_096
"""No message of the server is longer."""

PING_EVERY_S = 0.25
"""How often a device pings; also its sign of life [s]."""

SILENT_S = 1.0
"""A device that has said nothing for this long gets no more load [s]."""

BIN_S = 0.05
"""Received bytes are logged in bins no longer than this [s]."""

RefusedCode: TypeAlias = Literal[
    "code", "seat_taken", "full", "token", "kind", "too_many", "closed", "message", "address", "busy", "late"
]
"""Why a device is turned away: wrong room code, seat in use, room full, token not proven, kind not served here,
too many wrong guesses, test not open, a message that makes no sense, a public address, too many connections, no
hello in time."""

StopCode: TypeAlias = Literal["end", "technician", "guard", "controller", "silent", "replaced"]
"""Why the load stops: step over, technician, safety guard, controller ends, no sign of life, same seat came again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """First word of a device.

    `page_ms` is how long the page had been on the screen; `resume` the `device` of an earlier welcome, by which a
    device gets its seat back after a lost connection; `wake` whether the page holds the screen awake.
    """

    type: ClassVar[str] = "hello"
    code: str
    seat: str | None = None
    kind: DeviceKind = "tablet"
    flows: int = 1
    visible: bool = True
    page_ms: float | None = None
    resume: str | None = None
    wake: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An agent's answer: `auth.agent_proof` of both nonces, all in hex."""

    type: ClassVar[str] = "proof"
    nonce: str
    hmac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """A sign of life, answered by `Pong` at once; `visible` lets a page tell at once that it went out of sight."""

    type: ClassVar[str] = "ping"
    n: int
    t_ms: float
    visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a device saw since its last log of this step.

    `bins` are (t_ms, bytes received since the step's start), both never falling; `rtt` (t_ms, rtt_ms or None for an
    unanswered ping); `hidden_ms` out of sight since the step's start; `busy_share` the share of time in which the
    page's own thread was held up; `fault` a code where the stream could not be read; `end` the step's last log.
    """

    type: ClassVar[str] = "log"
    step: int
    bins: tuple[tuple[float, int], ...] = ()
    rtt: tuple[tuple[float, float | None], ...] = ()
    visible: bool = True
    hidden_ms: float = 0.0
    busy_share: float | None = None
    fault: str = ""
    end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """An agent's own figures of a step: fields of `Receipt`, checked by `wire`."""

    type: ClassVar[str] = "figures"
    step: int
    receipt: dict[str, object] = field(default_factory=dict)


ClientMessage: TypeAlias = Hello | Proof | Ping | Log | Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Asks an agent to prove that it holds the token."""

    type: ClassVar[str] = "challenge"
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The device is in; `udp_port` is for agents."""

    type: ClassVar[str] = "welcome"
    seat: str
    device: str
    room: str = ""
    udp_port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The device is not in; the connection closes."""

    type: ClassVar[str] = "refused"
    why: RefusedCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    """The answer to a ping; `late`: the controller itself was held up, so that the round trip says nothing."""

    type: ClassVar[str] = "pong"
    n: int
    t_ms: float
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOrder:
    """A step begins in `in_ms`; who plays fetches `url` from `port` of the same host (agents: UDP)."""

    type: ClassVar[str] = "step"
    step: int
    play: bool
    in_ms: float
    duration_s: float
    settle_s: float
    rate_mbps: float
    url: str | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Stop playing now."""

    type: ClassVar[str] = "stop"
    why: StopCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The room's test is over; `verdict` "pass", "fail", "inconclusive", or blank."""

    type: ClassVar[str] = "done"
    verdict: str = ""


ServerMessage: TypeAlias = Challenge | Welcome | Refused | Pong | StepOrder | Stop | Done


def text_of(message: ClientMessage | ServerMessage) -> str:
    """Return a message as the JSON text that goes over the wire.

    >>> text_of(Pong(n=3, t_ms=12.5))
    '{"type":"pong","n":3,"t_ms":12.5,"late":false}'
    """
    return json.dumps({"type": message.type, **asdict(message)}, separators=(",", ":"), ensure_ascii=False)
