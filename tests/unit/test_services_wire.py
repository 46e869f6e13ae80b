"""Requests over loopback to servers that are slow, broken or malicious: each ends in time, with a word."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from wifiplan.catalog.services import EducationSite
from wifiplan.errors import MissingError
from wifiplan.probe import capture
from wifiplan.probe.auth import agent_proof
from wifiplan.probe.county import CHALLENGE_S, CountyDesk, authorization, chunks, wanted_bytes
from wifiplan.probe.services import run
from wifiplan.probe.services.dns import NameServer
from wifiplan.probe.services.dns_message import A, question
from wifiplan.probe.services.echo import Echo
from wifiplan.probe.services.fetch import Fetched, Request, fetch, goodput_mbps
from wifiplan.probe.services.gateway import round_trips
from wifiplan.probe.services.here import Here
from wifiplan.probe.services.options import ServiceOptions
from wifiplan.probe.services.privilege import become_ordinary
from wifiplan.probe.services.sites import County, check_county, check_site
from wifiplan.probe.services.wire import ANYWHERE, Deadline, endpoint

pytestmark = pytest.mark.waits

HOME = "127.0.0.1"
TOKEN = bytes(range(32))
SITE = EducationSite(name="x", name_zh="x", host="x.tw", path="/", purpose_zh="", purpose="", source="")


@contextmanager
def serving(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Let a function talk to every connection; yield the port."""
    with socket.create_server((HOME, 0)) as door:
        door.settimeout(0.1)
        is_over = threading.Event()

        def serve() -> None:
            while not is_over.is_set():
                try:
                    opened, _ = door.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=answer, args=(opened,), daemon=True).start()

        def answer(opened: socket.socket) -> None:
            with opened:
                opened.settimeout(3.0)
                try:
                    talk(opened)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            is_over.set()
            thread.join()


def get(port: int, for_s: float = 0.5, **fields: object) -> Fetched:
    return fetch(Request(host="x", address=HOME, port=port, for_s=for_s, **fields))  # type: ignore[arg-type]


def saying(data: bytes, every_s: float = 0.0) -> Callable[[socket.socket], None]:
    def talk(opened: socket.socket) -> None:
        opened.recv(4096)
        for k in range(len(data)) if every_s else ():
            opened.sendall(data[k : k + 1])
            time.sleep(every_s)
        if not every_s:
            opened.sendall(data)

    return talk


def endless(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def talk(opened: socket.socket) -> None:
        opened.recv(4096)
        opened.sendall(start)
        while True:
            opened.sendall(piece)

    return talk


@pytest.mark.parametrize(
    ("talk", "fault"),
    [
        (saying(b"SSH-2.0-OpenSSH\r\n\r\n"), "garbage"),
        (saying(b""), "reset"),
        (saying(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100, every_s=0.02), "timeout"),
        (endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 500), ""),
        (endless(b"", b"\0" * 4096), "garbage"),
        (lambda opened: opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"), "reset"),
        (lambda opened: (opened.recv(9), time.sleep(2))[0], "timeout"),
    ],
)
def test_a_bad_server_costs_no_more_than_its_time(talk: Callable[[socket.socket], None], fault: str) -> None:
    with serving(talk) as port:
        started_s = time.monotonic()
        got = get(port)
        assert time.monotonic() - started_s < 2.0
    assert got.fault == fault


def test_an_endless_body_stops_at_the_cap_and_keeps_little() -> None:
    with serving(endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(65536))) as port:
        got = get(port, for_s=5.0, most_bytes=3_000_000)
    assert got.n_body_bytes == 3_000_000
    assert len(got.body) == 65536


def test_a_body_is_read_no_faster_than_its_cap() -> None:
    with serving(endless(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", bytes(65536))) as port:
        got = get(port, for_s=1.0, most_bytes=100_000_000, most_mbps=40.0)
    assert 0 < got.n_body_bytes * 8 / 1e6 / got.body_s < 42.0


@pytest.mark.parametrize("length", ["-5", "9" * 40, "1e9", "²", ""])
def test_odd_lengths_are_not_believed(length: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nabc".encode()
    with serving(saying(head)) as port:
        assert get(port).body == b"abc"


def test_nobody_and_nowhere_have_their_words() -> None:
    with socket.create_server((HOME, 0)) as door:
        port = door.getsockname()[1]
    assert get(port).fault == "refused"
    assert get(99999).fault in {"unreachable", "garbage"}
    assert get(80, path="/\r\nX: y").fault in {"garbage", "refused"}


def test_a_server_without_tls_is_told() -> None:
    with serving(saying(b"HTTP/1.1 400 Bad\r\n\r\n")) as port:
        assert get(port, is_tls=True).fault == "tls"
        check = check_site(SITE, lambda _: ((HOME,), 1.0), ANYWHERE, port=port)
    # a site's name that leads to this machine itself is a filter's doing: nobody is asked
    assert (check.fault, check.n_asked) == ("forbidden", 0)


def test_a_name_without_addresses_is_told() -> None:
    check = check_site(SITE, lambda _: ((), 1.0), ANYWHERE)
    assert (check.fault, check.n_asked, check.first_byte_ms) == ("dns", 0, None)


def test_tcp_names_from_a_server_that_drips() -> None:
    with serving(saying(b"\x01\x00" + b"\0" * 300, every_s=0.05)) as port:
        server = NameServer(address=HOME, names=("a.tw",), port=port, timeout_s=0.4)
        started_s = time.monotonic()
        assert server.ask_tcp("a.tw") is None
        assert time.monotonic() - started_s < 2.0


def test_udp_names_among_forgeries_and_silence() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind((HOME, 0))

        def serve() -> None:
            asked, sender = door.recvfrom(512)
            door.sendto(b"\0\0" + asked[2:], sender)  # another id
            door.sendto(asked, sender)  # no answer
            door.sendto(asked[:2] + b"\x81\x83" + asked[4:], sender)
            door.recvfrom(512)  # and then nothing

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        server = NameServer(address=HOME, names=("a.tw",), port=door.getsockname()[1], timeout_s=0.3)
        reply, _ = server.ask("a.tw")
        assert reply is not None
        assert reply.code == 3
        assert server.ask("a.tw")[0] is None
        thread.join()
    assert server.times(2, 0.0).n_lost == 2


def desk_server(desk: CountyDesk) -> Callable[[socket.socket], None]:
    def talk(opened: socket.socket) -> None:
        head = opened.recv(4096).decode()
        path = head.split()[1]
        given = next((line[15:] for line in head.split("\r\n") if line.startswith("Authorization: ")), "")
        if path == "/county/challenge":
            opened.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n" + desk.challenge().encode())
        elif path.startswith("/county/download"):
            n_bytes = wanted_bytes(path.partition("bytes=")[2]) or 0
            if not desk.admits(given):
                opened.sendall(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
                return
            opened.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {n_bytes}\r\n\r\n".encode())
            for chunk in chunks(n_bytes):
                opened.sendall(chunk)
        else:
            opened.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    return talk


@pytest.mark.parametrize(("token", "fault"), [(TOKEN, ""), (bytes(32), "auth"), (b"", "auth")])
def test_the_county_gives_its_download_to_who_holds_the_token(token: bytes, fault: str) -> None:
    with serving(desk_server(CountyDesk(TOKEN))) as port:
        county = County(host="c", address=HOME, port=port, token=token, asked_mbps=20.0, asked_s=0.5)
        check = check_county(county)
    assert check.fault == fault
    assert check.rtt.n_lost == 0
    if not fault:
        assert check.goodput_mbps is not None
        assert 0 < check.goodput_mbps <= 20.0
        assert check.received_bytes == 1_250_000


def test_a_county_that_asks_for_a_proof_over_something_else_gets_none() -> None:
    with serving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd")) as port:
        check = check_county(County(host="c", address=HOME, port=port, token=TOKEN))
    assert (check.fault, check.goodput_mbps) == ("auth", None)


def test_a_challenge_is_good_once_and_for_a_minute() -> None:
    now = [0.0]
    desk = CountyDesk(TOKEN, clock=lambda: now[0])
    header = authorization(TOKEN, desk.challenge())
    assert desk.admits(header)
    assert not desk.admits(header)
    late = authorization(TOKEN, desk.challenge())
    now[0] = CHALLENGE_S + 1
    assert not desk.admits(late)
    mine = bytes(16)
    assert not desk.admits(f"Wifiplan {mine.hex()}:{mine.hex()}:{agent_proof(TOKEN, mine, mine).hex()}")
    for odd in ("", "Basic x", "Wifiplan", "Wifiplan a:b:c", "Wifiplan ::", "Wifiplan " + "0" * 999):
        assert not desk.admits(odd)


def test_challenges_of_a_flood_are_forgotten_and_one_download_runs() -> None:
    desk = CountyDesk(TOKEN)
    first = authorization(TOKEN, desk.challenge())
    for _ in range(2000):
        desk.challenge()
    assert not desk.admits(first)
    with desk.turn() as mine:
        assert mine
        with desk.turn() as theirs:
            assert not theirs
    with desk.turn() as again:
        assert again
    assert sum(len(chunk) for chunk in chunks(200_001)) == 200_001
    with pytest.raises(ValueError, match="another length"):
        authorization(TOKEN, "abcd")


def test_the_gateway_is_timed_on_loopback() -> None:
    times, method = round_trips(ANYWHERE, HOME, 5, 0.0)
    assert method in {"icmp", "tcp"}
    if times.n_lost < 5:
        assert times.p95_ms is not None
        assert times.p95_ms < 50


def test_deadlines_and_scopes() -> None:
    with pytest.raises(TimeoutError), socket.socket() as opened:
        Deadline(0.0).wait(opened)
    assert endpoint("fe80::1%3", 53) == ("fe80::1", 53, 0, 3)
    assert endpoint("10.0.0.1", 53) == ("10.0.0.1", 53)
    with pytest.raises(OSError, match=r".*"):
        endpoint("fe80::1%no-such-interface", 53)
    assert len(question("a.tw", A)) == 22


def test_a_laptop_that_overslept_does_not_accuse_the_line() -> None:
    got = Fetched(status=200, n_body_bytes=5_000_000, body_s=2.5, late_s=0.5)
    assert goodput_mbps(got, 20.0) == pytest.approx(20.0)
    assert goodput_mbps(replace(got, late_s=0.0), 20.0) == pytest.approx(16.0)
    assert goodput_mbps(replace(got, body_s=1.0), 20.0) == pytest.approx(20.0)
    assert goodput_mbps(Fetched(), 20.0) == 0


def test_without_scapy_dhcp_says_so_and_the_rest_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scapy.layers", None)
    with pytest.raises(MissingError, match="scapy") as error:
        capture.scapy_modules()
    assert "wifiplan[scapy]" in error.value.remedy

    def closed(*_: object, **__: object) -> None:
        capture.scapy_modules()

    monkeypatch.setattr(run, "ask_servers", closed)
    here = Here(interface="lo", mac=bytes(6))
    _, (answer,) = run._dhcp(ServiceOptions(), here)
    assert (answer.status, answer.code) == ("unknown", "no_scapy")
    with pytest.raises(MissingError):
        run._dhcp(ServiceOptions(n_leases=3), here)


@pytest.mark.parametrize("settings", [{}, {"SUDO_UID": "0", "SUDO_GID": "0"}, {"SUDO_UID": "x", "SUDO_GID": "5"}])
def test_nobody_else_to_become(settings: dict[str, str]) -> None:
    assert not become_ordinary(settings)


@pytest.mark.parametrize("head", [b"", bytes([0x45]) + bytes(19), bytes([0x46]) + bytes(23)])
def test_an_echo_is_read_with_and_without_its_ip_header(head: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        echo = Echo(opened, "127.0.0.1")
        assert echo._is_reply(head + bytes(8) + b"0123token", b"0123toke")
        assert not echo._is_reply(head + bytes([8]) + bytes(7) + b"0123toke", b"0123toke"), "our own question"
        assert not echo._is_reply(head + bytes(8) + b"another!", b"0123toke")
        assert not echo._is_reply(head, b"0123toke")
