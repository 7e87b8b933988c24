"""A bad line between a till and a server: it is slow, and cuts connections in the middle of what goes over them."""

from __future__ import annotations

import random
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_CUT: Final = struct.pack("ii", 1, 0)  # closed at once: the other side is reset
LONGEST_WAIT_SECONDS: Final = 0.01
BYTES_BEFORE_CUT: Final = (200, 40_000)


class BadLine:
    """Listens on a port of loopback and passes on to another one, or to a Unix socket; `cuts` counts the connections
    that it has cut, each behind some number of bytes."""

    def __init__(self, to: int | str, seed: int, bytes_before_cut: tuple[int, int]) -> None:
        self._to = to
        self._bytes_before_cut = bytes_before_cut
        self._chance = random.Random(seed)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cuts = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Until `end`."""
        while not self._ended.is_set():
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                far = self._far()
            except OSError:
                near.close()
                continue
            left = [self._chance.randint(*self._bytes_before_cut)]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(one, other, left), daemon=True).start()

    def _far(self) -> socket.socket:
        if isinstance(self._to, int):
            return socket.create_connection(("127.0.0.1", self._to), 5)
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(self._to)
        except OSError:
            far.close()
            raise
        return far

    def end(self) -> None:
        """Listen no more."""
        self._ended.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _pass_on(self, one: socket.socket, other: socket.socket, left: list[int]) -> None:
        try:
            while some := one.recv(4_096):
                self._ended.wait(self._chance.random() * LONGEST_WAIT_SECONDS)
                left[0] -= len(some)
                if left[0] < 0:
                    other.sendall(some[: len(some) // 2])
                    self.cuts += 1
                    break
                other.sendall(some)
        except OSError:
            pass
        for end in (one, other):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CUT)
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def bad_line_to(
    to: int | str, seed: int, bytes_before_cut: tuple[int, int] = BYTES_BEFORE_CUT
) -> Iterator[BadLine]:
    """A bad line to a port of loopback or to a Unix socket, for as long as the block lasts."""
    line = BadLine(to, seed, bytes_before_cut)
    thread = threading.Thread(target=line.run)
    thread.start()
    try:
        yield line
    finally:
        line.end()
        thread.join()
