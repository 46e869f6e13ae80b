"""Results of iperf3 in the shapes that its versions gave them."""

import json

import pytest

from wifiplan.errors import SurveyError
from wifiplan.files.readings import read_iperf3, readings_of

Json = dict[str, object]


def figures(mbps: float, **more: object) -> Json:
    return {"start": 0, "end": 10, "seconds": 10.0, "bytes": mbps * 1.25e6, "bits_per_second": mbps * 1e6, **more}


def result(end: Json, *, intervals: tuple[Json, ...] = (), side: str = "connecting_to", **test: object) -> Json:
    start = {
        side: {"host": "192.0.2.7"},
        "cookie": "c",
        "timestamp": {"timesecs": 1700000000},
        "test_start": {"protocol": "TCP", "num_streams": 2, "reverse": 0, **test},
    }
    return {"start": start, "intervals": list(intervals), "end": end}


SENT, RECEIVED = figures(50, retransmits=3), figures(48)
STREAMS = [{"sender": {"mean_rtt": 4000}, "receiver": {}}, {"sender": {"mean_rtt": 6000}, "receiver": {}}]
TCP_UP = result({"streams": STREAMS, "sum_sent": SENT, "sum_received": RECEIVED})


def test_what_the_receiver_got_counts_with_the_round_trips_of_the_sender() -> None:
    (link,) = read_iperf3(json.dumps(TCP_UP)).links
    assert (link.direction, link.transport, link.throughput_mbps, link.delay_s) == ("up", "tcp", 48.0, 0.005)
    assert (link.retransmits, link.n_streams, link.started_unix_s, link.seconds) == (3, 2, 1.7e9, 10.0)


def test_a_reverse_test_is_down_and_its_round_trips_are_not_known() -> None:
    (link,) = read_iperf3(json.dumps(result({"sum_sent": SENT, "sum_received": RECEIVED}, reverse=1))).links
    assert (link.direction, link.throughput_mbps, link.delay_s) == ("down", 48.0, None)


def test_intervals_that_are_left_out_do_not_count() -> None:
    many = [{"sum": figures(mbps, omitted=n < 1)} for n, mbps in enumerate((1, 40, 50, 60))]
    stub = {"sum": {"start": 50, "end": 50.1, "seconds": 0.1, "bits_per_second": 9e9}}
    (link,) = read_iperf3(json.dumps(result({"sum_received": RECEIVED}, intervals=(*many, stub)))).links
    assert (link.low_mbps, link.high_mbps) == (40.0, 60.0)


def test_both_directions_at_once_are_two_links() -> None:
    end = {
        "sum_sent": SENT,
        "sum_received": RECEIVED,
        "sum_sent_bidir_reverse": figures(31),
        "sum_received_bidir_reverse": figures(30),
    }
    links = read_iperf3(json.dumps(result(end, bidir=1))).links
    assert [(one.direction, one.throughput_mbps) for one in links] == [("up", 48.0), ("down", 30.0)]


@pytest.mark.parametrize(
    ("end", "throughput_mbps", "loss_share"),
    [
        # up to 3.6: one sum, of what was sent
        ({"sum": figures(10, lost_packets=20, packets=100, lost_percent=20, jitter_ms=2.0)}, 8.0, 0.2),
        # from 3.7
        (
            {
                "sum": figures(10, lost_packets=20, packets=100, jitter_ms=2.0),
                "sum_sent": figures(10, packets=100),
                "sum_received": figures(7, lost_packets=30, packets=100, jitter_ms=2.0),
            },
            7.0,
            0.3,
        ),
        # a percent only
        ({"sum": figures(10, lost_percent=50.0, jitter_ms=2.0)}, 5.0, 0.5),
    ],
)
def test_udp_tells_payload_loss_and_jitter(end: Json, throughput_mbps: float, loss_share: float) -> None:
    (link,) = read_iperf3(json.dumps(result(end, protocol="UDP"))).links
    assert (link.transport, link.throughput_mbps, link.loss_share) == ("udp", throughput_mbps, loss_share)
    assert link.jitter_s == pytest.approx(0.002)


def test_without_the_receiver_s_sum_its_intervals_do() -> None:
    down = result({"sum_sent": SENT, "sum_received": figures(0)}, intervals=({"sum": figures(44)},), reverse=1)
    assert read_iperf3(json.dumps(down)).links[0].throughput_mbps == 44.0
    at_server = result({"sum_sent": SENT, "sum_received": figures(0)}, side="accepted_connection", reverse=1)
    (link,) = read_iperf3(json.dumps(at_server)).links
    assert (link.throughput_mbps, link.by_receiver) == (50.0, False)


def test_intervals_that_were_cut_from_a_file_do_not_stand_for_the_test() -> None:
    # 3.9: the sum's rate is over the sender's time, its seconds are the receiver's
    total = {**figures(100, lost_packets=20, packets=1000), "bits_per_second": 9e7, "jitter_ms": 1.0}
    one_of_ten = {"sum": {**figures(60), "seconds": 1.0}}
    (link,) = read_iperf3(json.dumps(result({"sum": total}, intervals=(one_of_ten,), reverse=1, protocol="UDP"))).links
    assert (link.throughput_mbps, link.loss_share) == (pytest.approx(98.0), 0.02)


def stream(*, has_end: bool = True, full: bool = False) -> str:
    events = [("start", TCP_UP["start"]), ("interval", {"sum": figures(48)}), ("end", TCP_UP["end"])]
    lines = [json.dumps({"event": name, "data": data}) for name, data in events[: 3 if has_end else 2]]
    return "\n".join(lines + ([json.dumps(TCP_UP, indent=1)] if full else [])) + "\n"


@pytest.mark.parametrize(
    ("text", "n_links"),
    [
        (stream(), 1),
        (stream(full=True), 1),
        ("Server output:\n[  5] local\n" + json.dumps(TCP_UP, indent=2) + "\niperf Done.\n", 1),
        (json.dumps(TCP_UP) + json.dumps(TCP_UP).replace('"c"', '"d"'), 2),
        (json.dumps([TCP_UP, {**TCP_UP, "start": {}}]), 2),
    ],
)
def test_streams_of_events_and_several_results_are_taken_apart(text: str, n_links: int) -> None:
    assert [one.throughput_mbps for one in read_iperf3(text).links] == [48.0] * n_links


def test_no_address_of_a_client_is_kept() -> None:
    assert "192.0.2" not in repr(read_iperf3(json.dumps(TCP_UP)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps(TCP_UP, indent=1)[:-60], "the JSON ends in the middle: the file was cut"),
        (stream(has_end=False), "ends before the test's end"),
        (
            '{"start": {}, "intervals": [], "end": {}, "error": "unable to connect: refused"}',
            "unable to connect: refused",
        ),
        ('{"error": "the server is busy"}', "the server is busy"),
        ("Connecting to host 192.0.2.7, port 5201\n[ ID] Interval  Transfer\n", "text, not its JSON"),
        (json.dumps(result({"sum_received": figures(48)}, protocol="SCTP")), "SCTP"),
        (json.dumps(TCP_UP).replace("48000000.0", "NaN"), "no figure"),
        (json.dumps(TCP_UP).replace("48000000.0", "1e300"), "no figure"),
        (json.dumps(TCP_UP).replace("48000000.0", "-5"), "no figure"),
        (json.dumps(TCP_UP).replace("48000000.0", '"fast"'), "no figure"),
        ("[" * 100_000, "nested"),
        ('{"start": ' + "1" * 10_000 + "}", "digits"),
        ('{"start": {"test_start": }}', "line 1, column 26: not valid JSON"),
    ],
)
def test_what_is_cut_failed_or_hostile_is_told(text: str, said: str) -> None:
    with pytest.raises(SurveyError, match=said) as caught:
        readings_of(text.encode(), where="test.json", kind="iperf3")
    assert "192.0.2" not in str(caught.value)
    assert "請" in caught.value.text("zh-TW")


def test_a_broken_value_may_be_anything() -> None:
    for value in ([], {}, "x", True, None, 0, [[]], {"a": 1}):
        for key in ("start", "intervals", "end"):
            try:
                read_iperf3(json.dumps({**TCP_UP, key: value}))
            except SurveyError:
                continue
        for key in ("test_start", "timestamp", "cookie"):
            start = {**TCP_UP["start"], key: value}  # type: ignore[dict-item]
            try:
                read_iperf3(json.dumps({**TCP_UP, "start": start}))
            except SurveyError:
                continue
