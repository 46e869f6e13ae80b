"""What a class test measured: frozen records, plain numbers, no names of people and no addresses of devices."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.probe.options import ClassTestOptions

DeviceKind: TypeAlias = Literal["tablet", "agent"]
"""A page in a browser (segments over HTTP), or `wifiplan probe agent` on a laptop (paced UDP and STAMP)."""

DeviceState: TypeAlias = Literal["measured", "absent", "left", "hidden", "refused"]
"""How a device ended a step: measured to its end; never joined; gone midway; out of sight; its stream was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Round trips of one device [ms]; `n` answered, `n_lost` without an answer.

    `p95_low_ms` and `p95_high_ms` bound the 95th percentile (`confidence.delay_of` says how surely; None: not known),
    `first_p50_ms` and `last_p50_ms` are the medians of the first and the last third of the time: a queue that grows
    shows there before anything is lost.
    """

    n: int
    n_lost: int
    p50_ms: float | None
    p95_ms: float | None
    max_ms: float | None
    p95_low_ms: float | None = None
    p95_high_ms: float | None = None
    first_p50_ms: float | None = None
    last_p50_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UdpFigures:
    """What only paced packets show.

    `loss_windows` holds (lost, sent) of each interval of `ClassLimits.loss_window_s`, `jitter_windows_ms` the mean
    absolute difference of consecutive transit times in each; `worst_burst_loss_share` is the worst share lost in any
    `burst_window_s`; `jitter_rfc3550_ms` the running estimate of RFC 3550, 6.4.1, at the end. Without
    `kernel_stamps` the arrival was stamped by the program, up to milliseconds late: jitter says nothing then.
    """

    n_sent: int
    n_lost: int
    n_reordered: int
    n_duplicates: int
    loss_windows: tuple[tuple[int, int], ...]
    worst_burst_loss_share: float
    jitter_windows_ms: tuple[float, ...]
    jitter_rfc3550_ms: float
    kernel_stamps: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WifiLink:
    """The access point that a measuring laptop was on, as its own radio tells; `bssid` is the access point's."""

    bssid: str
    frequency_mhz: int | None = None
    width_mhz: int | None = None
    signal_dbm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackFigures:
    """What a viewer would have seen, replayed from the log of received bytes; `start_s` None: no picture ever came."""

    start_s: float | None
    n_stalls: int
    stalled_s: float
    played_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One device in one step, measured at the receiver.

    `received_bytes` counts what arrived inside the window of `window_s` alone: the queue that drains after it adds
    1.6 % and more. `hidden_s` is how long the page was out of sight, `silent_s` the longest time without a sign of
    life, `generator_error_p99_ms` how late the sender itself was for this stream, `n_send_drops` what never left it,
    `n_receiver_drops` what reached the device and was lost inside it: not the network's fault. `link` is known of
    laptops on Wi-Fi alone.
    """

    seat: str
    kind: DeviceKind
    state: DeviceState
    n_flows: int = 1
    rate_mbps: float
    window_s: float
    received_bytes: int
    idle_delay: Delay | None = None
    loaded_delay: Delay | None = None
    udp: UdpFigures | None = None
    playback: PlaybackFigures | None = None
    hidden_s: float = 0.0
    silent_s: float = 0.0
    cpu_share: float | None = None
    generator_error_p99_ms: float | None = None
    n_send_drops: int = 0
    n_receiver_drops: int = 0
    link: WifiLink | None = None
    remark: str = ""

    @property
    def goodput_share(self) -> float:
        """Received payload over what the stream's rate brings in the window."""
        wanted_bytes = self.rate_mbps * 1e6 / 8 * self.n_flows * self.window_s
        return self.received_bytes / wanted_bytes if wanted_bytes > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the ramp in one room: `share` of the class was to play, `n_wanted` devices."""

    share: float
    n_wanted: int
    started_utc: str
    window_s: float
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One device coming on line, counted from the moment at which the cart was opened [s].

    `page_s`: the page was loaded (associated, with an address, past any portal); `ready_s`: its heartbeat ran.
    """

    seat: str
    kind: DeviceKind
    page_s: float
    ready_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One look of the safety guard: the gateway and the name server while the load ran; None: no answer."""

    at_s: float
    gateway_rtt_ms: float | None
    dns_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRun:
    """One room of a class test: who was expected, who came how fast, and what every step measured.

    `room_id` is the plan's; `round_no` counts the rounds of one authorised test: rooms with the same number were
    loaded at the same time. `abort` says why the load was stopped early, blank where it ran to its end.
    """

    room_id: str
    name: str
    round_no: int
    n_expected: int
    cart_opened_utc: str | None
    joins: tuple[Join, ...]
    steps: tuple[Step, ...]
    abort: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTest:
    """One authorised test: all rooms and rounds that one controller ran.

    `id` is random; `retest_of` the id of the failed test that this one repeats. `plan_mark` is the mark of the plan
    whose prediction stands beside the result. `authorised_by` is an office of the school (教務處, 資訊組), no person.
    """

    version: str
    id: str
    school: str
    stage: Literal["elementary", "junior"] | None
    code: str | None
    started_utc: str
    authorised_by: str
    controller: str
    plan_mark: str | None
    retest_of: str | None
    options: ClassTestOptions
    rooms: tuple[RoomRun, ...]
    guards: tuple[Guard, ...] = ()
    dry_run: bool = False
