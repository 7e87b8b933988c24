"""Requests that offer to go on in another protocol, such as those of Java's HTTP client in HTTP/2.

A server may stay with its own (RFC 9110, 7.8). uvicorn means to, but behind the head of such a request its parser takes
what comes for that protocol, and the body is lost. So the offer is not shown to it.
"""

from __future__ import annotations

import re
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_END_OF_HEAD: Final = b"\r\n\r\n"
_OFFER: Final = re.compile(rb"\r\nupgrade[ \t]*:", re.IGNORECASE)


class StayingProtocol(HttpToolsProtocol):
    """uvicorn's connection, to which nobody offers anything in the first head that comes at once."""

    def data_received(self, data: bytes) -> None:
        if b"pgrade" in data and (self.cycle is None or not self.cycle.more_body):
            head, end, behind = data.partition(_END_OF_HEAD)
            data = _OFFER.sub(b"\r\nx-offered:", head) + end + behind
        super().data_received(data)
