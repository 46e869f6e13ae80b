"""The county's centre and education sites for the bed: ``python centre.py ADDRESS PORT DELAY_S TOKEN [CERT KEY]``.

Serves the paths of `wifiplan.probe.county` (token in hexadecimal, blank: open to all) and, at any other path, a small
page after a delay, as a site that is slow to think.
"""

import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

from wifiplan.probe.county import (
    CHALLENGE_PATH,
    DOWNLOAD_PATH,
    HEALTH_PATH,
    CountyDesk,
    chunks,
    wanted_bytes,
)

ADDRESS, PORT, DELAY_S, TOKEN = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), bytes.fromhex(sys.argv[4])
DESK = CountyDesk(TOKEN)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        """Answer as a site does."""
        time.sleep(DELAY_S)
        self.reply(200, b"")

    def do_GET(self) -> None:
        """Answer as the county's centre does."""
        path, _, query = self.path.partition("?")
        if path == HEALTH_PATH:
            self.reply(200, b"{}")
        elif path == CHALLENGE_PATH:
            self.reply(200, DESK.challenge().encode("ascii"))
        elif path == DOWNLOAD_PATH:
            self.download(wanted_bytes(query.removeprefix("bytes=")))
        else:
            time.sleep(DELAY_S)
            self.reply(200, b"<p>bed</p>")

    def download(self, n_bytes: int | None) -> None:
        """Send a body to who proves the token."""
        if n_bytes is None:
            self.reply(413, b"")
        elif TOKEN and not DESK.admits(self.headers.get("Authorization", "")):
            self.reply(401, b"")
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(n_bytes))
            self.end_headers()
            try:
                for chunk in chunks(n_bytes):
                    self.wfile.write(chunk)
            except OSError:
                self.close_connection = True

    def reply(self, status: int, body: bytes) -> None:
        """Send a short answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingTCPServer):
    """A server that asks no one for its own name, as `HTTPServer` does: the bed may have no name server."""

    allow_reuse_address = True
    daemon_threads = True


server = Server((ADDRESS, PORT), Handler)
if len(sys.argv) > 5:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[5], sys.argv[6])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
