"""A class test from its first socket to its last: starts the servers, runs the controller, ends everything."""

import asyncio
import contextlib
import secrets
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from wifiplan.errors import ProbeError
from wifiplan.probe.auth import GuessLimit, token_bytes
from wifiplan.probe.classroom.addresses import web_host
from wifiplan.probe.classroom.controller import Controller, TestOrder
from wifiplan.probe.classroom.devices import Doorkeeper, Secrets
from wifiplan.probe.classroom.feeder import Feeder
from wifiplan.probe.classroom.gate import Gate
from wifiplan.probe.classroom.lag import Lag, hurried
from wifiplan.probe.classroom.ramp import Ramp, Senders, Switch
from wifiplan.probe.classroom.server import Site, application, need_extra
from wifiplan.probe.classroom.serving import Door, bound, check_certificate, serving
from wifiplan.probe.classroom.udp import UdpSide
from wifiplan.probe.guarding import GuardOptions, GuardWatch
from wifiplan.probe.records import ClassTest
from wifiplan.probe.safety import Network, is_allowed
from wifiplan.probe.streams import UdpService

LINGER_S = 1.5
"""How long the pages stay after the test, so that they can show how it ended [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """How a test is served.

    Parameters
    ----------
    door : Door
        Address, port and certificate of the pages.
    name : str
        Host name under which tablets reach this computer, as its certificate has it; blank: the address.
    stream_port : int
        Port of the stream server; 0 takes a free one.
    allowed : tuple of networks
        Where devices may be beyond local networks.
    lang : "zh-TW" or "en"
        Of the pages.
    token : str
        Secret of the agents (`auth.new_token`).
    guard : GuardOptions or None
        What to watch while the load runs.
    agents : bool
        Whether laptops may join.
    """

    door: Door
    name: str = ""
    stream_port: int = 0
    allowed: tuple[Network, ...] = ()
    lang: str = "zh-TW"
    token: str
    guard: GuardOptions | None = None
    agents: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a technician must know once the servers listen.

    `blind` names what the guard can't watch; without `realtime` this user may not put the senders before other
    programs.
    """

    controller: Controller
    base: str
    live: str
    blind: tuple[str, ...]
    realtime: bool


async def run_session(
    order: TestOrder, session: Session, keep: Callable[[ClassTest], None], opened: Callable[[Opened], None]
) -> ClassTest:
    """Run a whole test.

    Parameters
    ----------
    order : TestOrder
        What to test.
    session : Session
        How to serve it.
    keep : callable
        Takes the test as it stands, after every step and at the end.
    opened : callable
        Told once devices may join, and at every further round.

    Raises
    ------
    ProbeError
        An address or port cannot be used.
    MissingError
        A package is missing.
    """
    need_extra()
    check_certificate(session.door)
    listener = bound(session.door)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(listener.close)
        door = replace(session.door, port=listener.getsockname()[1])
        feeder = await Feeder.start(door.host, session.stream_port, door.cert, door.key, session.allowed)
        stack.push_async_callback(feeder.stop)
        udp = await _udp(session, stack)
        guard = await _guard(session)
        side = None if udp is None else UdpSide(udp, order.options.packet_bytes)
        lag = Lag()
        lag.start()
        stack.callback(lag.stop)
        stack.enter_context(hurried())
        ramp = Ramp(Senders(feeder, side), order.options, order.rate_mbps, Switch(), lag)
        controller = Controller(order, ramp, keep, guard)
        gate = Gate(lambda address: is_allowed(address.partition("%")[0], session.allowed))
        held = Secrets(token_bytes(session.token), GuessLimit())
        doors = Doorkeeper(controller, gate, held, udp, lag)
        base = f"{'https' if door.cert else 'http'}://{session.name or web_host(door.host)}:{door.port}"
        hosts = tuple(filter(None, (door.host, session.name)))
        site = Site(base=base, hosts=hosts, secret=secrets.token_urlsafe(16), lang=session.lang)
        await stack.enter_async_context(serving(application(controller, doors, site), listener, gate, door))
        _stop_on_signals(controller)
        live = f"{base}/live?key={site.secret}"
        blind = guard.watched.blind if guard is not None else ()
        realtime = feeder.realtime and (udp is None or udp.priority == "real-time")
        controller.opened = lambda: opened(
            Opened(controller=controller, base=base, live=live, blind=blind, realtime=realtime)
        )
        test = await controller.run()
        await asyncio.sleep(LINGER_S)
        return test


async def _udp(session: Session, stack: contextlib.AsyncExitStack) -> UdpService | None:
    if not session.agents:
        return None
    return await stack.enter_async_context(UdpService(host=session.door.host, allowed=session.allowed))


async def _guard(session: Session) -> GuardWatch | None:
    if session.guard is None:
        return None
    guard = GuardWatch(session.guard)
    await guard.prepare()
    return guard


def _stop_on_signals(controller: Controller) -> None:
    """Let Ctrl-C end the test in order: the load stops, what was measured is written."""
    if sys.platform == "win32":
        return  # asyncio cancels the test there, which ends in the same place
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(number, controller.stop, "technician")


def run(
    order: TestOrder, session: Session, keep: Callable[[ClassTest], None], opened: Callable[[Opened], None]
) -> ClassTest:
    """Run a whole test; see `run_session`."""
    try:
        return asyncio.run(run_session(order, session, keep, opened))
    except KeyboardInterrupt as error:
        raise ProbeError("the test was stopped", remedy="what was measured is in the result's file") from error
