"""Answers as bytes: what is right is read, as scapy reads it; what is hostile is refused, and nothing ever raises."""

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import (
    ICMPv6ND_RA,
    ICMPv6NDOptPrefixInfo,
    ICMPv6NDOptRDNSS,
)
from scapy.layers.l2 import Ether

from wifiplan.probe.capture import DhcpAsk, dhcp_frame, dhcp_reply
from wifiplan.probe.services.dns_message import AAAA, NS, A, question, reply_to
from wifiplan.probe.services.fetch import parse_head
from wifiplan.probe.services.ipv6 import read_advertisement

CLIENT = bytes.fromhex("021122334455")
N_MUTATED = 3000


def dns_answer(asked: bytes, **fields: object) -> bytes:
    query = DNS(asked)
    records = [
        DNSRR(rrname="a.tw", type="CNAME", rdata="b.tw", ttl=5),
        DNSRR(rrname="b.tw", type="A", rdata="192.0.2.7", ttl=5),
    ]
    return bytes(DNS(id=query.id, qr=1, qd=query.qd, an=records, **fields))


def offer(**more: object) -> bytes:
    options = [
        ("message-type", "offer"),
        ("server_id", "10.0.0.1"),
        ("subnet_mask", "255.255.252.0"),
        ("router", "10.0.0.1"),
        ("name_server", "10.0.0.2", "10.0.0.3"),
        ("lease_time", 3600),
        *more.items(),
        "end",
    ]
    bootp = BOOTP(op=2, xid=77, yiaddr="10.0.1.9", chaddr=CLIENT + bytes(10))
    head = Ether(src="02:00:00:00:00:01", dst="ff:ff:ff:ff:ff:ff") / IP(src="10.0.0.1", dst="255.255.255.255")
    return bytes(head / UDP(sport=67, dport=68) / bootp / DHCP(options=options))


def advertisement() -> bytes:
    prefix = ICMPv6NDOptPrefixInfo(prefix="2001:db8:5::", prefixlen=64, A=1)
    servers = ICMPv6NDOptRDNSS(dns=["2001:db8::53", "2001:db8::54"], len=5)
    return bytes(ICMPv6ND_RA(routerlifetime=1800, M=1) / prefix / servers)


def mutated(data: bytes, seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 (mutations, no secrets)
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randint(1, len(changed))] if chance.random() < 0.3 else changed)


def test_the_root_is_asked_for_and_its_servers_are_no_addresses() -> None:
    asked = question(".", NS)
    assert asked[12:] == b"\0\0\x02\0\x01"
    name = b"\x01a\x0croot-servers\0"  # as long as an IPv6 address
    record = b"\0" + struct.pack("!HHIH", NS, 1, 60, len(name)) + name
    assert len(name) == 16
    reply = reply_to(asked, asked[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0) + asked[12:] + record)
    assert reply is not None
    assert (reply.code, reply.n_answers, reply.addresses) == (0, 1, ())


def test_a_question_is_what_scapy_reads() -> None:
    read = DNS(question("cloud.edu.tw", AAAA))
    assert (read.qd[0].qname, read.qd[0].qtype, read.rd, read.qdcount) == (b"cloud.edu.tw.", AAAA, 1, 1)


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64, ".".join(["x" * 60] * 5), "a." * 3 + "."])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a host"):
        question(name, A)


def test_an_answer_gives_the_addresses_of_the_type_asked_for() -> None:
    asked = question("a.tw", A)
    reply = reply_to(asked, dns_answer(asked))
    assert reply is not None
    assert (reply.code, reply.addresses, reply.is_truncated, reply.n_answers) == (0, ("192.0.2.7",), False, 2)
    six = question("a.tw", AAAA)
    assert (reply_to(six, dns_answer(six)) or reply).addresses == ()


def test_cut_and_refused_answers_are_told() -> None:
    asked = question("a.tw", A)
    cut, refused = reply_to(asked, dns_answer(asked, tc=1)), reply_to(asked, dns_answer(asked, rcode=5))
    assert cut is not None
    assert refused is not None
    assert (cut.is_truncated, refused.code) == (True, 5)
    bare = reply_to(asked, asked[:2] + bytes.fromhex("8182") + bytes(8))
    assert bare is not None
    assert (bare.code, bare.addresses) == (2, ())


def test_strangers_answers_are_not_taken() -> None:
    asked = question("a.tw", A)
    good = dns_answer(asked)
    other = question("b.tw", A)
    assert reply_to(asked, bytes([good[0] ^ 1]) + good[1:]) is None  # another id
    assert reply_to(asked, asked[:2] + dns_answer(other)[2:]) is None  # another question
    assert reply_to(asked, asked) is None  # no answer at all


def test_names_that_point_at_themselves_end() -> None:
    asked = question("a.tw", A)
    loop = asked[:2] + struct.pack("!HHHHH", 0x8180, 1, 65535, 0, 0) + asked[12:] + b"\xc0\x16" * 400
    assert reply_to(asked, loop) is not None


def test_mutated_answers_never_raise() -> None:
    asked = question("a.tw", A)
    good = dns_answer(asked)
    for seed in range(N_MUTATED * 10):
        reply_to(asked, mutated(good, seed))


@given(st.binary(max_size=300))
def test_no_bytes_make_a_reader_raise(data: bytes) -> None:
    asked = question("a.tw", A)
    reply_to(asked, data)
    reply_to(asked, asked[:2] + b"\x81\x80" + data)
    read_advertisement("fe80::1", data)
    read_advertisement("fe80::1", b"\x86\x00" + data)
    parse_head(data)
    parse_head(b"HTTP/1.1 " + data)
    dhcp_reply(data)


def test_an_offer_is_read_whole() -> None:
    reply = dhcp_reply(offer())
    assert reply is not None
    assert (reply.kind, reply.transaction, reply.server, reply.address) == ("offer", 77, "10.0.0.1", "10.0.1.9")
    assert (reply.subnet, reply.routers, reply.lease_s) == ("10.0.0.0/22", ("10.0.0.1",), 3600)
    assert reply.name_servers == ("10.0.0.2", "10.0.0.3")
    assert reply.server_mac == bytes.fromhex("020000000001")


def test_an_offer_names_its_portal_and_its_proxy_without_what_moves_a_cursor() -> None:
    data = offer()
    at = data.rindex(b"\xff")  # the end of the options
    extra = b"\x72\x09http://p\x1b" + b"\xfc\x08http://w"
    length = struct.pack("!H", len(data) - 34 + len(extra))
    longer = data[:38] + length + b"\0\0" + data[42:at] + extra + data[at:]
    longer = longer[:16] + struct.pack("!H", len(longer) - 14) + longer[18:]
    reply = dhcp_reply(longer)
    assert reply is not None
    assert (reply.portal_url, reply.proxy_url) == ("http://p", "http://w")


def test_mutated_offers_never_raise() -> None:
    good = offer()
    read = [dhcp_reply(mutated(good, seed)) for seed in range(N_MUTATED)]
    assert any(reply is not None for reply in read)


@pytest.mark.parametrize("kind", ["discover", "request", "release"])
def test_our_messages_are_what_scapy_reads(kind: str) -> None:
    ask = DhcpAsk(
        kind=kind,
        transaction=9,
        source_mac=bytes.fromhex("020000000009"),
        client_mac=CLIENT,
        address="10.0.1.9",
        server="10.0.0.1",
        server_mac=bytes.fromhex("020000000001"),
    )
    packet = Ether(dhcp_frame(ask))
    options = dict(option[:2] for option in packet[DHCP].options if isinstance(option, tuple))
    assert options["message-type"] == {"discover": 1, "request": 3, "release": 7}[kind]
    assert packet.src == "02:00:00:00:00:09"
    assert packet[BOOTP].chaddr[:6] == CLIENT
    is_release = kind == "release"
    assert packet.dst == ("02:00:00:00:00:01" if is_release else "ff:ff:ff:ff:ff:ff")
    assert packet[IP].dst == ("10.0.0.1" if is_release else "255.255.255.255")
    assert packet[BOOTP].ciaddr == ("10.0.1.9" if is_release else "0.0.0.0")  # noqa: S104 (in a packet)
    assert ("requested_addr" in options) == (kind == "request")


def test_an_advertisement_is_read_whole() -> None:
    read = read_advertisement("fe80::1", advertisement())
    assert read is not None
    assert (read.router, read.lifetime_s, read.is_managed) == ("fe80::1", 1800, True)
    assert read.prefixes == ("2001:db8:5::/64",)
    assert read.name_servers == ("2001:db8::53", "2001:db8::54")


def test_mutated_advertisements_never_raise() -> None:
    good = advertisement()
    for seed in range(N_MUTATED * 10):
        read_advertisement("fe80::1", mutated(good, seed))


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"HTTP/1.0 200\r\n\r\n", 200),
        (b"HTTP/1.1 511 Network Authentication Required\nLocation: http://p/\n\n", 511),
        (b"HTTP/2 200 OK\r\n\r\n", None),
        (b"HTTP/1.1 099 X\r\n\r\n", None),
        (b"HTTP/1.1 2000 X\r\n\r\n", None),
        (b"SSH-2.0-x\r\n", None),
        (b"", None),
    ],
)
def test_heads_of_answers(data: bytes, status: int | None) -> None:
    read = parse_head(data)
    assert (read[0] if read else None) == status


def test_headers_bring_nothing_that_moves_a_cursor() -> None:
    read = parse_head(b"HTTP/1.1 302 F\r\nLocation: http://a/\x1b[2J" + b"x" * 1000 + b"\r\n\r\n")
    assert read is not None
    assert "\x1b" not in read[1]["location"]
    assert len(read[1]["location"]) <= 500


def test_dns_query_record_is_used() -> None:
    assert DNS(question("a.tw", A)).qd[0] == DNSQR(qname="a.tw", qtype="A")
