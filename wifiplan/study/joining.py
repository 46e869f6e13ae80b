"""Who joins whom: devices join the strongest access point that they hear, as long as it carries them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.design.columns import SLACK_SHARE
from wifiplan.design.placement import Placement
from wifiplan.predict.capacity import Service, heaviest
from wifiplan.study.scene import Scene
from wifiplan.units import Array


def used_share_ir(scene: Scene, does: Service) -> Array:
    """Return what a room takes of a candidate (i, r): airtime against the room's cap, or devices against the radio's.

    Two resources, one cap of 1: whichever of them is used more. Where classrooms must have an access point of their
    own, no other can serve them.
    """
    needs = scene.demand.needs
    cap_r = np.array([need.max_airtime_share for need in needs])
    n_devices_r = np.array([need.n_devices for need in needs], dtype=np.float64)
    max_clients_i = np.array([model.max_clients for model in scene.models], dtype=np.float64)
    used_ir = np.maximum(does.load_ir / cap_r[None, :], n_devices_r[None, :] / max_clients_i[:, None])
    if scene.settings.design.own_ap_in_classrooms:
        own = np.array([[ap.room_id == need.room_id or need.priority > 0 for need in needs] for ap in scene.candidates])
        used_ir = np.where(own.reshape(used_ir.shape), used_ir, np.inf)
    return np.asarray(used_ir)


def as_joined(scene: Scene, placement: Placement, present: Service) -> Placement:
    """Return a placement with the existing access points alone, every room's devices where they would join today.

    Devices join the strongest access point that they hear. Where several hang in the room itself, they share it; an
    access point that does not hold the room is no part of that.
    """
    n, needs, used_ir = scene.n_fixed, scene.demand.needs, used_share_ir(scene, present)
    own_i = [ap.room_id for ap in scene.candidates[:n]]
    serving, extra, parts = [], [], []
    for r, need in enumerate(needs):
        heard_i, holds_i = present.heard_dbm_ir[:n, r], np.isfinite(used_ir[:n, r])
        inside = [i for i in range(n) if own_i[i] == need.room_id and holds_i[i]]
        if len(inside) > 1:
            inside.sort(key=lambda i: -float(heard_i[i]))
            share_i = _fair(used_ir[inside, r])
            serving.append(inside[0])
            extra += [(i, r) for i in inside[1:]]
            parts += [(i, r, float(share)) for i, share in zip(inside, share_i, strict=True)]
        else:
            own = scene.settings.design.own_ap_in_classrooms and need.priority == 0
            joinable_i = np.where(holds_i, heard_i, -np.inf) if own else heard_i
            serving.append(int(joinable_i.argmax()) if n and np.isfinite(joinable_i).any() else -1)
    return replace(
        placement,
        chosen_i=tuple(range(n)),
        serving_r=tuple(serving),
        extra_ir=tuple(extra),
        part_ir=tuple(parts),
    )


def _fair(load_i: Array) -> Array:
    """Return the parts by which access points share a room so that each is as busy as the others."""
    with np.errstate(divide="ignore"):
        able_i = np.where(load_i > 0.0, 1.0 / load_i, 1.0)
    return np.asarray(able_i / able_i.sum())


def rejoined(scene: Scene, placement: Placement, present: Service, best: Service) -> Placement:
    """Return a placement in which rooms are served by the strongest access point chosen, wherever that carries them.

    The solver is free to let any access point serve a room; devices are not, and every room that changes its access
    point means a radio that must be set anew. Rooms that several share stay as they are.

    Parameters
    ----------
    scene : Scene
        Candidates and needs.
    placement : Placement
        A feasible choice.
    present, best : Service
        What candidates do as they are set, and what they could do.

    Returns
    -------
    Placement
        The same access points; each still carries the heaviest of its rooms that can be active at once.
    """
    used_ir, could_ir = used_share_ir(scene, present), used_share_ir(scene, best)
    used_ir = np.where(np.isfinite(used_ir), used_ir, could_ir)
    chosen = np.array(placement.chosen_i, dtype=np.int64)
    shared = {r for _, r, _ in placement.part_ir}
    busy = {i for i, _, _ in placement.part_ir}
    free = [i not in busy for i in placement.chosen_i]
    strongest = {
        r: chosen[np.where(np.isfinite(used_ir[chosen, r]) & free, present.heard_dbm_ir[chosen, r], -np.inf).argmax()]
        for r, i in enumerate(placement.serving_r)
        if i >= 0 and r not in shared
    }
    rooms = _Rooms(
        used_ir=used_ir,
        n_at_once=scene.demand.n_rooms_at_once,
        strongest={r: int(i) for r, i in strongest.items()},
        serving_r=list(placement.serving_r),
    )
    for _ in range(_PASSES):
        moved = [rooms.move(r, i) for r, i in rooms.strongest.items()]
        if not any(moved):
            break
    return replace(placement, serving_r=tuple(rooms.serving_r))


@dataclass(slots=True, kw_only=True)
class _Rooms:
    """Who serves whom while rooms move; every access point always carries the heaviest of its rooms."""

    used_ir: Array
    n_at_once: int
    strongest: dict[int, int]
    serving_r: list[int]

    def carries(self, i: int, rooms: Sequence[int]) -> bool:
        used = self.used_ir[i, list(rooms)]
        return bool(heaviest(used[None, :], self.n_at_once)[0] <= 1.0 + SLACK_SHARE)

    def move(self, r: int, to: int) -> bool:
        """Move a room to another access point if that carries it, or can give away a room that is not at home there."""
        home = self.serving_r[r]
        if to == home or not np.isfinite(self.used_ir[to, r]):
            return False
        there = [q for q, i in enumerate(self.serving_r) if i == to]
        if self.carries(to, [*there, r]):
            self.serving_r[r] = to
            return True
        left = [q for q, i in enumerate(self.serving_r) if i == home and q != r]
        for q in (q for q in there if self.strongest.get(q) != to):
            kept = [p for p in there if p != q]
            if self.carries(to, [*kept, r]) and self.carries(home, [*left, q]):
                self.serving_r[r], self.serving_r[q] = to, home
                return True
        return False


_PASSES = 4
"""A room that moves may make space for another: after a few passes nothing moves any more."""
