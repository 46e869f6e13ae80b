"""What this machine can do of what a bed needs; each missing feature is named, so that a skip says why."""

import fcntl
import functools
import itertools
import os
import shutil
import struct
from typing import Literal, TypeAlias

from bed.media import load_rules
from bed.namespaces import BedError, Namespace, add, batch, remove

Feature: TypeAlias = Literal["namespaces", "kernel medium", "loss", "emulator"]
SERIAL = itertools.count()
TUNSETIFF = 0x4004_54CA
IFF_TAP_NO_PI = 0x1002


@functools.cache
def missing(feature: Feature) -> str:
    """Return what this machine lacks for a feature, blank where it lacks nothing; tried once a process."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    absent = [program for program in ("ip", "tc", "nft") if shutil.which(program) is None]
    if absent:
        return f"these programs are absent: {', '.join(absent)}"
    name = f"bed{os.getpid()}x{9_000 + next(SERIAL)}-try"
    try:
        reaper = add([name])
    except (BedError, OSError) as error:
        return f"network namespaces can't be made here ({error})"
    try:
        TRIALS[feature](Namespace(name=name))
    except (BedError, OSError) as error:
        return f"this kernel lacks what a bed's {feature} needs ({error})"
    finally:
        remove([name], reaper)
    return ""


def try_namespaces(space: Namespace) -> None:
    """Lay a bridge and a cable."""
    lines = ["link add br0 type bridge", "link add one type veth peer name two", "link set one master br0"]
    batch(lines, inside=space.name)


def try_medium(space: Namespace) -> None:
    """Lay a shaper behind a redirection."""
    batch(["link add one type veth peer name two", "link add shaper type ifb"], inside=space.name)
    space.run(["tc", "qdisc", "add", "dev", "shaper", "root", "handle", "1:", "htb"])
    space.run(["tc", "qdisc", "add", "dev", "one", "handle", "ffff:", "ingress"])
    words = "filter add dev one parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev shaper"
    space.run(["tc", *words.split()])


def try_loss(space: Namespace) -> None:
    """Load a rule that loses by chance on a bridge."""
    chain = "chain c { type filter hook forward priority 0; numgen random mod 100 < 1 counter drop\n}\n"
    load_rules(space, f"table bridge t {{\n{chain}}}\n")


def try_emulator(space: Namespace) -> None:
    """Open a TAP."""
    with space.inside():
        descriptor = os.open("/dev/net/tun", os.O_RDWR)
    try:
        fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", b"try", IFF_TAP_NO_PI))
    finally:
        os.close(descriptor)


TRIALS = {
    "namespaces": try_namespaces,
    "kernel medium": try_medium,
    "loss": try_loss,
    "emulator": try_emulator,
}
