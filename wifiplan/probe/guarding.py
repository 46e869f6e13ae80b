"""The guard of a running test: it looks at the gateway and the name server, and says when the school suffers."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from wifiplan.probe.pings import Pinger, dns_ms, pinger
from wifiplan.probe.records import Guard
from wifiplan.probe.services.here import look


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardOptions:
    """What the guard looks at, and when it stops the load.

    Parameters
    ----------
    gateway, dns : str or None
        Addresses; None asks the system. Blank: do not look.
    every_s, timeout_s : float
        Between two looks, and until an answer counts as missing [s].
    max_gateway_rtt_ms : float
        `ClassLimits.max_gateway_rtt_ms`.
    n_gateway, n_dns : int
        Bad looks in a row that stop the load: one alone may be a frame lost to radio, or a resolver's own pause.
    dns_port : int
        Port of the name server.
    """

    gateway: str | None = None
    dns: str | None = None
    every_s: float = 1.0
    timeout_s: float = 1.0
    max_gateway_rtt_ms: float = 300.0
    n_gateway: int = 2
    n_dns: int = 3
    dns_port: int = 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What the guard found that it can look at before the load began; None: it does not answer even at rest."""

    gateway: Pinger | None
    dns: str | None

    @property
    def blind(self) -> tuple[str, ...]:
        """Return what cannot be watched: "gateway", "dns"; the sheet says so."""
        return tuple(name for name, seen in (("gateway", self.gateway), ("dns", self.dns)) if seen is None)


class GuardWatch:
    """Looks again and again while the load runs.

    What did not answer at rest is left out: its silence under load would say nothing. `watched.blind` names it.

    Examples
    --------
    ::

        watch = GuardWatch(GuardOptions(max_gateway_rtt_ms=limits.max_gateway_rtt_ms))
        await watch.prepare()                       # at rest: finds what answers
        async for guard in watch.looks():           # a `Guard` every second
            guards.append(guard)
            if why := watch.alarm:                  # "gateway" or "dns"
                await udp.stop(why)
    """

    def __init__(self, options: GuardOptions, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._options = options
        self._clock = clock
        self._n_bad = {"gateway": 0, "dns": 0}
        self.watched = Watched(gateway=None, dns=None)
        self.alarm = ""
        """Why the load must stop: "gateway" or "dns"; blank while all is well."""

    async def prepare(self) -> Watched:
        """Find what answers at rest; takes a few seconds at most."""
        options = self._options
        here = look()
        gateway = here.gateway or here.gateway6 if options.gateway is None else options.gateway
        dns = next(iter(here.name_servers), "") if options.dns is None else options.dns
        found = await asyncio.to_thread(pinger, gateway, options.timeout_s) if gateway else None
        answers = bool(dns) and await asyncio.to_thread(self._dns_ms, dns) is not None
        self.watched = Watched(gateway=found, dns=dns if answers else None)
        return self.watched

    async def looks(self) -> AsyncIterator[Guard]:
        """Yield a look every `every_s`, until the caller stops iterating."""
        started_s = self._clock()
        for number in range(1_000_000):
            await asyncio.sleep(max(0.0, started_s + number * self._options.every_s - self._clock()))
            yield await self.look(self._clock() - started_s)

    async def look(self, at_s: float) -> Guard:
        """Look once and count what is bad; both at the same time, so that a look takes `timeout_s` at most."""
        options, watched = self._options, self.watched
        gateway_ms, answered_ms = await asyncio.gather(
            asyncio.to_thread(watched.gateway.rtt_ms, options.timeout_s) if watched.gateway else _nothing(),
            asyncio.to_thread(self._dns_ms, watched.dns) if watched.dns else _nothing(),
        )
        slow = gateway_ms is None or gateway_ms > options.max_gateway_rtt_ms
        self._count("gateway", bad=watched.gateway is not None and slow, limit=options.n_gateway)
        self._count("dns", bad=watched.dns is not None and answered_ms is None, limit=options.n_dns)
        return Guard(at_s=at_s, gateway_rtt_ms=gateway_ms, dns_ms=answered_ms)

    def _dns_ms(self, server: str) -> float | None:
        return dns_ms(server, port=self._options.dns_port, timeout_s=self._options.timeout_s)

    def _count(self, name: str, *, bad: bool, limit: int) -> None:
        self._n_bad[name] = self._n_bad[name] + 1 if bad else 0
        if self._n_bad[name] >= limit and not self.alarm:
            self.alarm = name


async def _nothing() -> None:
    return None
