"""What the technician's page shows: the state of a test as plain values, and hints when a class does not arrive."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from wifiplan.probe.classroom.controller import Controller
from wifiplan.probe.classroom.protocol import SILENT_S
from wifiplan.probe.classroom.roster import Device, Room

RECENT_S = 2.0
"""Over how long the page's rates and delays are taken [s]."""

FEW_S = 40.0
"""From this long after the cart was opened or the round began, few arrivals are worth a hint [s]."""


def snapshot(controller: Controller, now: float | None = None) -> dict[str, object]:
    """Return the state of a test for the live page."""
    now = time.monotonic() if now is None else now
    running = controller.ramp.running
    order = controller.order
    since_s = now - (controller.join_from_s or controller.opened_s)
    return {
        "phase": controller.phase,
        "round": controller.round_no,
        "n_rounds": len(order.rounds),
        "school": order.school,
        "authorised_by": order.authorised_by,
        "rate_mbps": order.rate_mbps,
        "realtime": controller.ramp.feeder.realtime,
        "stopped": controller.switch.why,
        "joining_s": round(since_s, 1) if controller.phase == "join" else None,
        "join_limit_s": order.options.join_s,
        "step": None
        if running is None
        else {
            "number": running.number,
            "share": running.share,
            "left_s": round(max(running.starts_s + running.length_s - now, 0.0), 1),
            "in_s": round(max(running.starts_s - now, 0.0), 1),
            "length_s": running.length_s,
        },
        "ramp": list(order.options.ramp),
        "guard": asdict(controller.guards[-1]) if controller.guards else None,
        "rooms": [_room(room, controller, now) for room in controller.rooms],
        "earlier": [
            {"name": run.name, "round": run.round_no, "abort": run.abort}
            for run in controller.runs
            if run.round_no != controller.round_no
        ],
    }


def _room(room: Room, controller: Controller, now: float) -> dict[str, Any]:
    devices = [room.devices[seat] for seat in sorted(room.devices)]
    seats: list[dict[str, Any]] = [_seat(device, room, now) for device in devices]
    for seat in seats:
        # once it is over, what counts is how each one ended, not that pages were closed
        seat["state"] = room.ended.get(seat["seat"], "left" if room.verdict else seat["state"])
    n_ready = sum(seat["state"] in {"ready", "playing", "stalled", "pass"} for seat in seats)
    free = room.absent_seats(max(room.ask.n_expected - len(devices), 0))
    hints = _hints(room, controller, n_ready, now)
    return {
        "code": room.code,
        "room_id": room.ask.room_id,
        "name": room.ask.name,
        "expected": room.ask.n_expected,
        "ready": n_ready,
        "pages": room.n_pages,
        "cart_s": None if room.cart_opened_s is None else round(now - room.cart_opened_s, 1),
        "last_join_s": max((join.ready_s for join in room.joins()), default=None),
        "mbps": round(sum(seat["mbps"] or 0.0 for seat in seats), 1),
        "verdict": room.verdict,
        "hints": hints,
        "reasons": [asdict(reason) for reason in room.reasons],
        "seats": sorted([*seats, *({"seat": seat, "state": "empty"} for seat in free)], key=lambda s: str(s["seat"])),
    }


def _seat(device: Device, room: Room, now: float) -> dict[str, Any]:
    log = device.log
    trips = [] if log is None else [rtt for _, rtt in log.rtts[-8:] if rtt is not None]
    origin_s = room.cart_opened_s
    known = origin_s is not None and device.ready_s is not None and device.ready_s >= origin_s
    joined_s = round(device.ready_s - origin_s, 1) if known and device.ready_s and origin_s else None
    return {
        "seat": device.seat,
        "kind": device.kind,
        "state": _state(device, now),
        "mbps": round(_recent_mbps(log.bins), 2) if log is not None and log.play else None,
        "rtt_ms": round(sorted(trips)[len(trips) // 2], 1) if trips else None,
        "hidden_s": 0.0 if log is None else round(log.hidden_s, 1),
        "n_stalls": 0 if log is None else log.screen.n_stalls,
        "joined_s": joined_s,
        "wake": device.wake,
    }


def _state(device: Device, now: float) -> str:
    if not device.connected:
        return "left"
    if not device.visible:
        return "hidden"
    if now - device.heard_s > SILENT_S:
        return "silent"
    if device.log is not None and device.log.play and not device.log.ended and device.log.bins:
        return "stalled" if device.log.screen.stands else "playing"
    return "ready"


def _recent_mbps(bins: Sequence[tuple[float, int]]) -> float:
    if not bins:
        return 0.0
    end_s, end = bins[-1]
    start_s, start = next(((t, n) for t, n in reversed(bins) if t <= end_s - RECENT_S), (0.0, 0))
    return (end - start) * 8e-6 / (end_s - start_s) if end_s > start_s else 0.0


def _hints(room: Room, controller: Controller, n_ready: int, now: float) -> list[str]:
    """Return codes of what to look at when a class does not arrive; words are the page's."""
    if any(device.log is not None and device.log.fault for device in room.devices.values()):
        return ["stream_blocked"]
    if controller.phase not in {"wait", "join"}:
        return []
    since_s = now - (room.cart_opened_s or controller.join_from_s or controller.opened_s)
    found = []
    if since_s > FEW_S and not room.devices:
        found += ["nobody_page", "nobody_hello"][bool(room.n_pages) :][:1]
    elif since_s > FEW_S and n_ready < room.ask.n_expected:
        found.append("few")
    hidden = [device for device in room.devices.values() if device.connected and not device.visible]
    if hidden:
        found.append("hidden")
    if any(device.connected and not device.wake and device.kind == "tablet" for device in room.devices.values()):
        found.append("no_wake")
    if not controller.ramp.feeder.realtime:
        found.append("no_realtime")
    return found
