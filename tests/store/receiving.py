"""A receiver of webhooks on loopback: it notes what it is sent, and answers as it is told to."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Received(NamedTuple):
    """One request: headers by their names in lower case, and the body as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


class Receiver:
    """What was received; `answer` makes a status, and the body of the answer, of a message."""

    def __init__(self) -> None:
        self.address = ""
        self.received: list[Received] = []
        self.answer: Callable[[dict[str, Any]], tuple[int, bytes]] = lambda message: (204, b"")
        self.headers: dict[str, str] = {}
        self.lock = threading.Lock()

    def told(self, member: str | None = None) -> list[int]:
        """The positions of what was received, of one member or of all."""
        return [
            one.message["position"]
            for one in self.received
            if member is None or one.message["member"] == member
        ]


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver on a free port of loopback."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:  # whoever sent it is no more
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            one = Received(headers, body)
            with receiver.lock:
                receiver.received.append(one)
            status, said = receiver.answer(one.message)
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    receiver.address = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
