"""The bytes of a file, unpacked where gzip has packed them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from jifen.intake.files.problems import FileProblem
from jifen.wording import Said

_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class Bytes:
    """A file read in order; `end` are the last bytes read so far. FileProblem where it cannot be unpacked."""

    name: str
    stored: BinaryIO
    unpacked: BinaryIO
    end: bytes = b""

    def read(self, size: int = -1) -> bytes:
        try:
            found = self.unpacked.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            message = Said(
                f"{self.name} is packed by gzip, and damaged or cut off",
                f"{self.name} 是 gzip 压缩文件，已损坏或不完整",
            )
            raise FileProblem(message) from None
        self.end = (self.end + found[-8:])[-8:]
        return found

    @property
    def closed(self) -> bool:
        return self.stored.closed

    def close(self) -> None:
        self.stored.close()

    @property
    def ends_with_quotation_mark(self) -> bool:
        return self.end.rstrip(b"\r\n\0").endswith(b'"')


@contextmanager
def bytes_of(path: Path) -> Iterator[Bytes]:
    """A file to be read from its beginning."""
    with path.open("rb", buffering=0) as stored:
        packed = stored.read(len(_GZIP)) == _GZIP
        stored.seek(0)
        file = cast("BinaryIO", gzip.GzipFile(fileobj=stored) if packed else stored)
        yield Bytes(path.name, cast("BinaryIO", stored), file)
