"""A captive portal's page, or a site's: ``python portal.py ADDRESS PORT [TARGET]``; with a target it redirects."""

import sys
from functools import partial
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

SIZED = "/bytes/"


class Handler(BaseHTTPRequestHandler):
    """Answers everything: a redirection, a page, or ``/bytes/N`` of body."""

    protocol_version = "HTTP/1.1"

    def __init__(self, target: str, *rest: object) -> None:
        self.target = target
        super().__init__(*rest)  # type: ignore[arg-type]  # the server's own three

    def do_GET(self) -> None:
        """Answer a request."""
        if self.target and self.path != "/login":
            self.send_response(302)
            self.send_header("Location", self.target)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        sized = self.path.removeprefix(SIZED)
        body = bytes(int(sized)) if sized.isdigit() else b"<!doctype html><title>bed</title><p>bed</p>"
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream" if sized.isdigit() else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: a full pipe would stop the server."""


class Server(ThreadingTCPServer):
    """A server that doesn't ask for its own name, as http.server's does: there may be no one to ask."""

    allow_reuse_address = True
    daemon_threads = True


def main() -> None:
    """Serve until killed."""
    address, port, target = [*sys.argv[1:], ""][:3]
    Server((address, int(port)), partial(Handler, target)).serve_forever()


if __name__ == "__main__":
    main()
