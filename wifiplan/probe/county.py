"""The desk of `probe serve` at the county's centre: who may take a few seconds of download, and how much of it.

Three paths, which any web server may mount; the token of the schools' laptops never travels:

- ``GET /health``: 200, a small JSON object; asked for round trips, open to all.
- ``GET /county/challenge``: 200, 32 hexadecimal digits, good once and for a minute.
- ``GET /county/download?bytes=N`` with ``Authorization: Wifiplan CHALLENGE:NONCE:PROOF`` (hexadecimal; the proof is
  `auth.agent_proof` over both): N bytes, at most `MOST_BYTES`, one at a time; else 401, 413 or 429.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wifiplan.probe.auth import NONCE_BYTES, agent_proof, new_nonce, proves

HEALTH_PATH = "/health"
CHALLENGE_PATH = "/county/challenge"
DOWNLOAD_PATH = "/county/download"

MOST_BYTES = 100_000_000
"""Longest download: 40 s at 20 Mbit/s."""

MOST_MBPS = 100.0
"""Highest rate that a check asks for [Mbit/s]."""

CHALLENGE_S = 60.0
_MOST_CHALLENGES = 1024
_CHUNK = bytes(65536)


class CountyDesk:
    """Remembers challenges, admits each once, and lets one download run at a time.

    Parameters
    ----------
    token : bytes
        What the county's schools share with this server.
    clock : callable
        Seconds; tests give their own.
    """

    def __init__(self, token: bytes, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._token = token
        self._clock = clock
        self._open: OrderedDict[bytes, float] = OrderedDict()
        self._is_busy = False

    def challenge(self) -> str:
        """Return a new challenge; the oldest of too many is forgotten."""
        nonce = new_nonce()
        self._open[nonce] = self._clock()
        while len(self._open) > _MOST_CHALLENGES:
            self._open.popitem(last=False)
        return nonce.hex()

    def admits(self, authorization: str) -> bool:
        """Tell whether a header proves the token over a challenge of ours; the challenge is used up by it."""
        scheme, _, rest = authorization.partition(" ")
        parts = rest.strip().split(":")
        if scheme.lower() != "wifiplan" or len(parts) != 3 or len(rest) > 256:
            return False
        try:
            challenge, nonce, proof = (bytes.fromhex(part) for part in parts)
        except ValueError:
            return False
        given_s = self._open.pop(challenge, None)
        if given_s is None or self._clock() - given_s > CHALLENGE_S:
            return False
        return proves(self._token, challenge, nonce, proof)

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Hold the one download of this desk for a block; False: somebody else has it (answer 429)."""
        if self._is_busy:
            yield False
            return
        self._is_busy = True
        try:
            yield True
        finally:
            self._is_busy = False


def wanted_bytes(text: str) -> int | None:
    """Return the length that a download asks for, None where it is none or too long.

    >>> wanted_bytes("1000"), wanted_bytes("-1"), wanted_bytes("9" * 30)
    (1000, None, None)
    """
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return None
    return int(text) if 0 < int(text) <= MOST_BYTES else None


def chunks(n_bytes: int) -> Iterator[bytes]:
    """Yield so many bytes in pieces of 64 kB at most."""
    for start in range(0, n_bytes, len(_CHUNK)):
        yield _CHUNK[: min(len(_CHUNK), n_bytes - start)]


def authorization(token: bytes, challenge: str) -> str:
    """Return the header that answers a challenge.

    Raises
    ------
    ValueError
        The challenge is none: a server that asks for a proof over something else gets none.
    """
    theirs, ours = bytes.fromhex(challenge.strip()), new_nonce()
    if len(theirs) != NONCE_BYTES:
        raise ValueError("the challenge has another length")
    return f"Wifiplan {theirs.hex()}:{ours.hex()}:{agent_proof(token, theirs, ours).hex()}"
