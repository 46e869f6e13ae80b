"""Who may take part: tokens of agents, short codes of rooms, challenges that are answered before any load flows.

A controller has one secret token for the agents of a test; pupils' tablets type (or scan) a short room code. The
token never travels: both sides prove that they hold it, over nonces that each of them chose. The key of a device is
derived from the same token and nonces, so that it need not travel either: the WebSocket is plain HTTP as a rule.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

from wifiplan.errors import ProbeError

TOKEN_BYTES = 32
NONCE_BYTES = 16
MAC_BYTES = 16
"""SHA-256 cut to 128 bits, as RFC 8762, 4.4, and RFC 4868 do: half of the hash is the least that RFC 2104 allows."""

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters of a room code: none that a pupil takes for another one (no 0 and O, no 1, I and L)."""

CODE_LENGTH = 6

_AGENT = b"wifiplan-agent"
_DEVICE = b"wifiplan-device"


def new_token() -> str:
    """Return a fresh secret of 256 bits as base32 text without padding (52 characters)."""
    return token_text(secrets.token_bytes(TOKEN_BYTES))


def token_text(token: bytes) -> str:
    """Return a token as text that can be read out and typed.

    >>> token_text(bytes(32))[:8]
    'AAAAAAAA'
    """
    return base64.b32encode(token).decode("ascii").rstrip("=")


def token_bytes(text: str) -> bytes:
    """Return the 32 bytes of a token; case, spaces and dashes do not matter.

    Raises
    ------
    ProbeError
        The text is no token. The message does not repeat it.

    Examples
    --------
    >>> token_bytes(token_text(bytes(range(32)))) == bytes(range(32))
    True
    """
    bare = "".join(text.upper().replace("-", "").split())
    try:
        token = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except (binascii.Error, ValueError):
        token = b""
    if len(token) != TOKEN_BYTES:
        raise ProbeError(
            "this is no token of a class test (52 letters A-Z and digits 2-7)",
            remedy="copy the token whole from the controller's screen, or put it into WIFIPLAN_TOKEN",
            where="--token",
            zh=(
                "這不是全班實測的權杖（52 個字元，A–Z 與 2–7）",
                "請從控制端畫面完整複製，或放進環境變數 WIFIPLAN_TOKEN",
            ),
        )
    return token


def new_room_code() -> str:
    """Return a random code of 6 letters (31^6: 887 million), short enough to type on a tablet."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def normal_code(typed: str) -> str:
    """Return what was typed as a code is written: capitals, nothing between them; at most 64 characters are looked at.

    >>> normal_code(" ab-c2 3d ")
    'ABC23D'
    """
    return "".join(letter for letter in typed[:64].upper() if letter.isascii() and letter.isalnum())


def same(left: str | bytes, right: str | bytes) -> bool:
    """Tell whether two secrets are equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(_bytes(left), _bytes(right))


def find_code(typed: str, codes: tuple[str, ...]) -> str | None:
    """Return which of `codes` was typed, or None; every code is compared, each in constant time."""
    wanted = normal_code(typed)
    found = [code for code in codes if same(code, wanted)]
    return found[0] if found else None


def new_nonce() -> bytes:
    """Return 16 random bytes, used once."""
    return secrets.token_bytes(NONCE_BYTES)


def agent_proof(token: bytes, server_nonce: bytes, client_nonce: bytes) -> bytes:
    """Return what an agent answers to a challenge: HMAC-SHA256(token, "wifiplan-agent" | server | client nonce)."""
    return hmac.digest(token, _AGENT + server_nonce + client_nonce, "sha256")


def proves(token: bytes, server_nonce: bytes, client_nonce: bytes, proof: bytes) -> bool:
    """Tell whether the answer to a challenge comes from someone who holds the token.

    A nonce of another length is refused: the two are joined without a separator, so that only fixed lengths
    keep one pair from being read as another.
    """
    fixed = len(server_nonce) == NONCE_BYTES and len(client_nonce) == NONCE_BYTES
    return fixed and hmac.compare_digest(agent_proof(token, server_nonce, client_nonce), proof)


def device_key(token: bytes, server_nonce: bytes, client_nonce: bytes, device: str) -> bytes:
    """Return the key of one device: 32 bytes that both sides derive and neither sends.

    Parameters
    ----------
    token : bytes
        The test's token.
    server_nonce, client_nonce : bytes
        Those of the challenge just answered.
    device : str
        The id that the controller gives in its welcome.
    """
    return hmac.digest(token, _DEVICE + server_nonce + client_nonce + device.encode("utf-8"), "sha256")


def sub_key(key: bytes, use: bytes) -> bytes:
    """Return a key for one use alone (`b"hello"`, `b"stamp"`), so that no message of one passes in another."""
    return hmac.digest(key, b"wifiplan-use|" + use, "sha256")


def mac(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-256 of a message, cut to 16 bytes."""
    return hmac.digest(key, message, "sha256")[:MAC_BYTES]


def device_tag(device: str) -> bytes:
    """Return 8 bytes that name a device in UDP; not secret."""
    return hashlib.blake2b(device.encode("utf-8"), digest_size=8).digest()


class GuessLimit:
    """Counts wrong guesses of codes and proofs; past the limit nothing more is looked at for a while.

    A whole class may sit behind one address, so that the limit of an address leaves room for 30 pupils who mistype;
    the limit of all addresses together is what keeps a code of 31^6 from being found: 300 a minute need 2,800 years
    for half of them.

    Parameters
    ----------
    per_address, in_all : int
        Wrong guesses allowed within `window_s`.
    window_s : float
        Length of the window [s].
    clock : callable
        Seconds of a clock that never steps.
    """

    _MOST_ADDRESSES = 4096

    def __init__(
        self,
        *,
        per_address: int = 40,
        in_all: int = 300,
        window_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_address = per_address
        self._in_all = in_all
        self._window_s = window_s
        self._clock = clock
        self._opened_s = clock()
        self._wrong: dict[str, int] = {}
        self._n_wrong = 0

    def allows(self, address: str) -> bool:
        """Tell whether a guess from this address may be looked at."""
        self._turn()
        return self._n_wrong < self._in_all and self._wrong.get(address, 0) < self._per_address

    def wrong(self, address: str) -> None:
        """Note a wrong guess."""
        self._turn()
        self._n_wrong += 1
        if address in self._wrong or len(self._wrong) < self._MOST_ADDRESSES:
            self._wrong[address] = self._wrong.get(address, 0) + 1

    def wait_s(self) -> float:
        """Return how long it takes until guesses are looked at again [s]."""
        return max(0.0, self._opened_s + self._window_s - self._clock())

    def _turn(self) -> None:
        if self._clock() - self._opened_s >= self._window_s:
            self._opened_s = self._clock()
            self._wrong.clear()
            self._n_wrong = 0


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
