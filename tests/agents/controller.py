"""`python -m agents.controller PLAN` runs steps for scripted tests; PLAN is JSON, answers are JSON lines on stdout.

PLAN: host, token (hex), code, n_agents, steps (list of [rate_mbps, duration_s, settle_s]), packet_bytes, idle_s.
"""

import asyncio
import json
import secrets
import sys
from dataclasses import asdict
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from wifiplan.probe.auth import device_key, find_code, new_nonce, proves
from wifiplan.probe.classroom.protocol import (
    Challenge,
    Done,
    Figures,
    Hello,
    Ping,
    Pong,
    Proof,
    Refused,
    StepOrder,
    Welcome,
    text_of,
)
from wifiplan.probe.classroom.wire import read_client
from wifiplan.probe.pacing import take_priority
from wifiplan.probe.streams import UdpService

DRAIN_S = 6.0


def tell(event: dict[str, Any]) -> None:
    print(json.dumps(event), flush=True)  # noqa: T201 - this is its answer


class Scripted:
    def __init__(self, plan: dict[str, Any], udp: UdpService) -> None:
        self.plan = plan
        self.udp = udp
        self.token = bytes.fromhex(plan["token"])
        self.doors: dict[str, ServerConnection] = {}
        self.figures: dict[tuple[str, int], dict[str, object]] = {}
        self.full = asyncio.Event()

    async def meet(self, door: ServerConnection) -> None:
        try:
            await self.let_in(door)
        except ConnectionClosed:
            return

    async def let_in(self, door: ServerConnection) -> None:
        hello = read_client(await door.recv())
        assert isinstance(hello, Hello)
        if find_code(hello.code, (self.plan["code"],)) is None:
            await door.send(text_of(Refused(why="code")))
            return
        nonce = new_nonce()
        await door.send(text_of(Challenge(nonce=nonce.hex())))
        proof = read_client(await door.recv())
        assert isinstance(proof, Proof)
        theirs = bytes.fromhex(proof.nonce)
        if not proves(self.token, nonce, theirs, bytes.fromhex(proof.hmac)):
            tell({"event": "refused"})
            await door.send(text_of(Refused(why="token")))
            return
        device = secrets.token_hex(4)
        self.udp.register(device, device_key(self.token, nonce, theirs, device), n_flows=hello.flows)
        seat = hello.seat or f"{len(self.doors) + 1:02d}"
        await door.send(text_of(Welcome(seat=seat, device=device, udp_port=self.udp.port)))
        self.doors[device] = door
        if len(self.doors) == self.plan["n_agents"]:
            self.full.set()
        async for text in door:
            message = read_client(text)
            if isinstance(message, Ping):
                await door.send(text_of(Pong(n=message.n, t_ms=message.t_ms)))
            elif isinstance(message, Figures):
                self.figures[device, message.step] = message.receipt

    async def run(self) -> None:
        await self.full.wait()
        assert await self.udp.wait_ready(list(self.doors), 20.0)
        tell({"event": "ready"})
        await asyncio.sleep(self.plan.get("idle_s", 1.0))
        for number, (rate_mbps, duration_s, settle_s) in enumerate(self.plan["steps"], start=1):
            rates = dict.fromkeys(self.doors, rate_mbps)
            size = self.plan.get("packet_bytes", 1250)
            self.udp.start_step(number, rates, in_s=0.5, duration_s=duration_s, packet_bytes=size)
            order = StepOrder(
                step=number,
                play=True,
                in_ms=500.0,
                duration_s=duration_s,
                settle_s=settle_s,
                rate_mbps=rate_mbps,
            )
            await asyncio.gather(*(door.send(text_of(order)) for door in self.doors.values()))
            tell({"event": "step", "step": number})
            await self.report(number)
        for door in self.doors.values():
            await door.send(text_of(Done(verdict=self.plan.get("verdict", ""))))

    async def report(self, number: int) -> None:
        sent = await self.udp.results(number)
        for _ in range(int(DRAIN_S / 0.1)):
            if all((device, number) in self.figures for device in self.doors):
                break
            await asyncio.sleep(0.1)
        for device in self.doors:
            figures = self.figures.get((device, number))
            told = asdict(sent[device]) if device in sent else None
            tell({"event": "figures", "step": number, "receipt": figures, "sender": told})


async def main(plan: dict[str, Any]) -> None:
    async with UdpService(host=plan["host"]) as udp:
        scripted = Scripted(plan, udp)
        async with serve(scripted.meet, plan["host"], plan.get("port", 0), ping_interval=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            tell({"event": "listening", "port": port, "priority": udp.priority})
            await scripted.run()
    tell({"event": "over"})


if __name__ == "__main__":
    take_priority(5)
    asyncio.run(main(json.loads(sys.argv[1])))
