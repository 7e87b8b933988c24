"""A member's hash chain: chain = sha256(chain ‖ rows of the command), command after command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from operator import itemgetter

from jifen.db.tables import CHAINED
from jifen.ledger.book import Row

_chained = tuple(table.chained_part for table in CHAINED)  # which part of a packed row
_command_and_table = itemgetter(0, 1)


def extend_chain(chain: bytes, rows: Iterable[Row]) -> bytes:
    """The chain (32 bytes) after the rows of any number of commands.

    Rows come in any order as long as those of one command and table are in the order of their row_no.
    """
    links: defaultdict[int, list[bytes]] = defaultdict(list)
    for seq, place, packed in sorted(rows, key=_command_and_table):
        links[seq].append(packed[_chained[place]])
    return _linked(chain, links)


def chain_of(chain: bytes, tables: Iterable[tuple[Sequence[int], Sequence[bytes]]]) -> bytes:
    """The chain after all rows of a member, which come table by table as CHAINED has them: the numbers of their
    commands, and the rows, those of a command in the order of their row_no."""
    links: defaultdict[int, list[bytes]] = defaultdict(list)
    for part, (seqs, packed_rows) in zip(_chained, tables, strict=True):
        for seq, chained in zip(seqs, map(itemgetter(part), packed_rows), strict=True):
            links[seq].append(chained)
    return _linked(chain, links)


def _linked(chain: bytes, links: Mapping[int, Sequence[bytes]]) -> bytes:
    for seq in sorted(links):
        chain = sha256(b"".join((chain, *links[seq]))).digest()
    return chain
