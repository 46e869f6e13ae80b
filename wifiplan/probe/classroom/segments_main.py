"""The process of the stream server: `python -m wifiplan.probe.classroom.segments_main`, held by `feeder`."""

import gc
import signal
import ssl
import sys

from wifiplan.probe.children import Orders, tell
from wifiplan.probe.classroom.segments import StreamServer
from wifiplan.probe.pacing import take_priority
from wifiplan.probe.safety import allow_list


def main() -> None:
    """Take the first order (host, port, cert, key, allowed) from stdin; serve until it closes or falls silent."""
    # Ctrl-C reaches the whole group of processes: the controller alone decides when the streams end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    priority = take_priority()
    orders = Orders(sys.stdin.fileno())
    answers = sys.stdout.buffer
    first = orders.first()
    if first is None:
        return
    context = None
    if first["cert"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(first["cert"], first["key"] or None)
    try:
        server = StreamServer(first["host"], first["port"], context, allow_list(first["allowed"]))
    except OSError as error:
        tell(answers, {"event": "failed", "why": error.strerror or str(error)})
        return
    tell(answers, {"event": "listening", "port": server.listener.getsockname()[1], "priority": priority})
    # a collection of garbage in the middle of a step would make every stream late
    gc.collect()
    gc.freeze()
    gc.disable()
    server.run(orders, answers)


if __name__ == "__main__":
    main()
