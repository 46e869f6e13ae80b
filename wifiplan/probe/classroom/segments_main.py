"""The process of the stream server: `python -m wifiplan.probe.classroom.segments_main HOST PORT CERT KEY NETWORKS`."""

import gc
import signal
import ssl
import sys
import threading

from wifiplan.probe.classroom.segments import StreamServer, tell
from wifiplan.probe.pacing import take_priority
from wifiplan.probe.safety import allow_list


def _listen_in(server: StreamServer) -> None:
    """Read commands; the loop looks at them at least every 50 ms. An end of input ends the process."""
    for line in sys.stdin:
        server.inbox.append(line)
    server.inbox.append(None)


def main() -> None:
    """Run the stream server: host, port, certificate and key (blank without), networks allowed, as arguments."""
    host, port, cert, key, networks = sys.argv[1:6]
    # Ctrl-C reaches the whole group of processes: the controller alone decides when the streams end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    context = None
    if cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key or None)
    try:
        server = StreamServer(host, int(port), context, allow_list(networks.split()))
    except OSError as error:
        tell({"say": "failed", "why": error.strerror or str(error)})
        return
    # first the scheduler, then the thread, which inherits it: else a busy computer leaves heartbeats unread
    realtime = take_priority() == "real-time"
    threading.Thread(target=_listen_in, args=(server,), daemon=True).start()
    tell({"say": "ready", "port": server.listener.getsockname()[1], "realtime": realtime})
    # a collection of garbage in the middle of a step would make every stream late
    gc.collect()
    gc.freeze()
    gc.disable()
    server.run()


if __name__ == "__main__":
    main()
