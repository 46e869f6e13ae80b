"""Results of iperf3 as JSON (`-J`, `--json-stream`), of every version 3: what the receiver got, loss, round trips.

Which names a result has depends on version, transport, direction and on which side wrote it. What counts is what the
receiver got; where it did not tell (a test that was broken off, old versions with UDP), its intervals or the sender do.
"""

from collections.abc import Mapping
from typing import Literal

from wifiplan.errors import Fault
from wifiplan.files.json_input import Json, printable
from wifiplan.files.readings.iperf3_documents import UNFINISHED, documents_of
from wifiplan.files.readings.iperf3_sums import Carried, Figures, carried, extremes_mbps, intervals, over_all, summed
from wifiplan.files.readings.refusals import fault, refusal, wrong
from wifiplan.survey.readings import Direction, Link, Readings

COMMAND = "iperf3 -c SERVER -R -J --logfile test.json"
_REMEDY = (
    f"measure again: {COMMAND}; or take what is whole with --partial",
    f"請重新測試：{COMMAND}；或用 --partial 只取完整的部分",
)
_AS_JSON = (f"run it with -J: {COMMAND}", f"執行時請加 -J：{COMMAND}")
_LOSS_DIFFERS = 0.02
_MOST_OF = 0.9
"""Of a test: intervals that cover less of it were cut from the file."""
_MAX_US = 1e10
"""Of a round trip: hours."""


def read_iperf3(text: str, *, where: str = "iperf3", partial: bool = False) -> Readings:
    """Return the tests of a file, one link a direction.

    Parameters
    ----------
    text : str
        One result, several after another, or a stream of events; lines around are passed over.
    where : str
        File, for messages.
    partial : bool
        Leave out tests that are not whole, and say so in the remarks, instead of refusing the file.

    Returns
    -------
    Readings
        Of kind "iperf3", with links only. Down is from the server to the client: a reverse test.

    Raises
    ------
    SurveyError
        No result at all, or tests that failed, are cut or damaged: all of them.

    Examples
    --------
    >>> sums = '"sum_received": {"seconds": 10, "bits_per_second": 5e7}'
    >>> told = '{"start": {"test_start": {"protocol": "TCP", "reverse": 1}}, "end": {%s}}' % sums
    >>> link = read_iperf3(told).links[0]
    >>> link.direction, link.throughput_mbps
    ('down', 50.0)
    """
    faults: list[Fault] = []
    documents = documents_of(text, faults)
    if not documents and not faults:
        is_log = "[ ID]" in text or "Connecting to host" in text
        problem = (
            ("iperf3's text, not its JSON", "這是 iperf3 的文字輸出，不是 JSON")
            if is_log
            else ("no result of iperf3 in it", "檔案中沒有 iperf3 的結果")
        )
        raise wrong(where, problem, _AS_JSON)
    links: list[Link] = []
    remarks: list[str] = []
    for line, document in documents:
        found: list[Fault] = []
        links += _links(document, f"test of line {line}", found, remarks)
        faults += found
    if faults and not partial:
        raise refusal(where, "iperf3 result", faults, remedy=_REMEDY)
    remarks += [f"left out: {one}" for one in faults]
    return Readings(kind="iperf3", links=tuple(links), n_scans=0, remarks=tuple(dict.fromkeys(remarks)))


def _links(document: Mapping[str, Json], place: str, faults: list[Fault], remarks: list[str]) -> list[Link]:
    """Return what one test measured, one link a direction."""
    result = Figures(place, document, faults)
    start = result.sub("start") or Figures(place, {}, faults)
    test = start.sub("test_start") or Figures(place, {}, faults)
    end = result.sub("end") or Figures(place, {}, faults)
    transport = _transport(test, end)
    if transport is None:
        faults.append(_failure(document, place, f"protocol {printable(str(test.values.get('protocol')))[:20]!r}"))
        return []
    forward: Direction = "down" if test.flag("reverse") and not test.flag("bidir") else "up"
    sides: list[tuple[Direction, str]] = [(forward, "")]
    if test.flag("bidir") or end.sub("sum_sent_bidir_reverse") or end.sub("sum_bidir_reverse"):
        sides.append(("down", "_bidir_reverse"))
    if document.get(UNFINISHED):
        faults.append(
            fault(place, "the stream ends before the test's end: it was cut", "串流在測試結束前中斷，檔案被截斷")
        )
    before = len(faults)
    made = [(one, _link(result, (test, end), transport, one)) for one in sides]
    links = [link for _, link in made if link is not None]
    if len(links) < len(sides) and len(faults) == before:
        faults.append(_failure(document, place, "no sums: it was broken off"))
    elif "error" in document and links:
        remarks.append(f"{place}: iperf3 said {printable(str(document['error']))[:100]!r}")
    if any(_is_doubtful(end, link, suffix) for (_, suffix), link in made if link is not None):
        remarks.append(f"{place}: loss counted by the receiver's packets; iperf3's own percent differs")
    if any(not link.by_receiver for link in links):
        remarks.append(f"{place}: throughput as the sender tells it: the receiver told none")
    return links


def _link(
    result: Figures, parts: tuple[Figures, Figures], transport: Literal["tcp", "udp"], side: tuple[Direction, str]
) -> Link | None:
    test, end = parts
    direction, suffix = side
    pieces = intervals(result, f"sum{suffix}")
    lost = _lost(end, suffix) if transport == "udp" else None
    is_server = bool((result.sub("start") or result).sub("accepted_connection"))
    is_receiver = (direction == "down") != is_server
    got = _got(end, suffix, over_all(pieces) if is_receiver else None, lost)
    if got is None:
        return None
    low, high = extremes_mbps(pieces)
    jitter_ms = _first(end, (f"sum_received{suffix}", f"sum{suffix}"), "jitter_ms", 1e7) if transport == "udp" else None
    retransmits = _first(end, (f"sum_sent{suffix}",), "retransmits", 1e12)
    started = (result.sub("start") or result).sub("timestamp")
    n_streams = test.number("num_streams", 1000)
    return Link(
        direction=direction,
        transport=transport,
        seconds=got.seconds,
        throughput_mbps=got.bps / 1e6,
        low_mbps=low,
        high_mbps=high,
        delay_s=None if is_receiver else _delay_s(result, end),
        loss_share=lost,
        jitter_s=None if jitter_ms is None else jitter_ms / 1000.0,
        retransmits=None if retransmits is None or transport == "udp" else int(retransmits),
        n_streams=int(n_streams or 1),
        started_unix_s=started.number("timesecs", 1e11) if started else None,
        by_receiver=got.by_receiver,
    )


def _got(end: Figures, suffix: str, by_interval: Carried | None, lost: float | None) -> Carried | None:
    """Return what the receiver got, by the best that is told: its sum, its own intervals, what the sender knows."""
    received = carried(end.sub(f"sum_received{suffix}"), by_receiver=True)
    if received is not None and received.bps > 0.0:
        return received
    sent = carried(summed(end, (f"sum_sent{suffix}", f"sum{suffix}")), by_receiver=False)
    if by_interval is not None and (sent is None or by_interval.seconds > _MOST_OF * sent.seconds):
        return by_interval
    if sent is None or (received is not None and lost is not None):
        return received
    return sent if lost is None else Carried(sent.bps * (1.0 - lost), sent.seconds, by_receiver=True)


def _lost(end: Figures, suffix: str) -> float | None:
    """Return the share of datagrams lost, from the receiver's counts; iperf3's own percent where it has none."""
    one = summed(end, (f"sum_received{suffix}", f"sum{suffix}"))
    if one is None or one.values.get("packets") in {None, 0}:
        one = end.sub(f"sum{suffix}") or one
    if one is None:
        return None
    lost, packets = one.number("lost_packets", 1e15), one.number("packets", 1e15)
    if lost is not None and packets:
        return min(1.0, lost / packets)
    percent = one.number("lost_percent", 100.0)
    return None if percent is None else percent / 100.0


def _is_doubtful(end: Figures, link: Link, suffix: str) -> bool:
    percent = _first(end, (f"sum_received{suffix}", f"sum{suffix}"), "lost_percent", 100.0)
    return link.loss_share is not None and percent is not None and abs(link.loss_share - percent / 100) > _LOSS_DIFFERS


def _delay_s(result: Figures, end: Figures) -> float | None:
    """Return the mean round trip that the streams which sent measured; the other side's are not told."""
    senders = [one for stream in end.subs("streams") if (one := stream.sub("sender")) is not None]
    sent = [one for one in senders if one.values.get("sender") is not False]
    means = [us for one in sent if (us := one.number("mean_rtt", _MAX_US))]
    if not means:
        streams = [one for part in result.subs("intervals") for one in part.subs("streams")]
        means = [us for one in streams if (us := one.number("rtt", _MAX_US))]
    return sum(means) / len(means) / 1e6 if means else None


def _transport(test: Figures, end: Figures) -> Literal["tcp", "udp"] | None:
    """Return the transport; a test that does not tell is told by its streams."""
    said = test.values.get("protocol")
    if said is None:
        is_udp = any(one.sub("udp") is not None for one in end.subs("streams"))
        return "udp" if is_udp else "tcp" if end.values else None
    return {"TCP": "tcp", "UDP": "udp"}.get(said) if isinstance(said, str) else None  # type: ignore[return-value]


def _first(end: Figures, sums: tuple[str, ...], name: str, most: float) -> float | None:
    ones = (end.sub(one) for one in sums)
    return next((value for one in ones if one is not None and (value := one.number(name, most)) is not None), None)


def _failure(document: Mapping[str, Json], place: str, else_said: str) -> Fault:
    error = document.get("error")
    if error is None:
        return fault(place, f"no figures: {else_said}", f"沒有測試數據：{else_said}")
    said = printable(str(error))[:120]
    return fault(place, f"the test failed: {said}", f"測試失敗：{said}")
