"""A member's hash chain: chain = sha256(chain ‖ rows of the command), command after command."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from itertools import groupby
from operator import itemgetter

from jifen.db.tables import CHAINED
from jifen.ledger.book import Row

_chained = tuple(table.chained_part for table in CHAINED)  # which part of a packed row
_command = itemgetter(0)
_command_and_table = itemgetter(0, 1)


def extend_chain(chain: bytes, rows: Iterable[Row]) -> bytes:
    """The chain (32 bytes) after the rows of any number of commands.

    Rows come in any order as long as those of one command and table are in the order of their row_no.
    """
    for _, of_command in groupby(sorted(rows, key=_command_and_table), key=_command):
        link = [chain]
        link += [packed[_chained[place]] for _, place, packed in of_command]
        chain = sha256(b"".join(link)).digest()
    return chain
