"""Reading a file of events: chunks of checked commands, and rejects, in constant memory.

Only returns that must be matched to sales need more: the sales read so far stay in memory.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from jifen.intake.asking.commands import Event, Return
from jifen.intake.asking.member_commands import Opening, Refer, SetFact
from jifen.intake.files.assembling import Assembled, Assembler
from jifen.intake.files.binding import Binding, bind, matches
from jifen.intake.files.blocks import Block, Opened
from jifen.intake.files.grouping import ROWS_APART, group_rows, settled_rows
from jifen.intake.files.heads import empty, joined
from jifen.intake.files.mapping import Mapping
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.rejects import Reject, RejectsFile, cells_of, rejects_file
from jifen.intake.files.sources import open_source
from jifen.programme.model import Programme
from jifen.wording import Said

MOST_ROWS_WAITING = 200_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """What some rows of the file make.

    `position` rows of the file are done with: a reading may start there again. `progress` is 0 to 1.
    `skipped` counts rows that are no events, by reason. `ambiguous_times` and `missing_times` count local
    times that the clock showed twice, or never.
    """

    commands: Sequence[Event | Refer | Return | SetFact | Opening]
    rejects: list[Reject]
    rows_read: int
    position: int
    progress: float
    skipped: dict[str, int]
    ambiguous_times: int
    missing_times: int
    origins: list[range]  # of each command, among `rows`
    rows: pa.RecordBatch
    lines: list[int]

    def refuse(self, command: int, reason: str, explanation: Said) -> list[Reject]:
        """The rows of the command number so-and-so as rejects, for when the bank refuses it."""
        return [
            Reject(self.lines[row], reason, explanation, cells_of(self.rows, row))
            for row in self.origins[command]
        ]


@dataclass(frozen=True, slots=True)
class History:
    """A file opened with its mapping. `columns` are those of the file, as the rejects file wants them."""

    binding: Binding
    opened: Opened

    @property
    def columns(self) -> list[str]:
        return self.opened.columns

    def rejects_file(
        self, path: Path, *, told: Callable[[Said], str] = str, resumed: bool = False
    ) -> RejectsFile:
        """A file for what could not be taken, that the same mapping can read; `resumed` goes on with one."""
        return rejects_file(path, self.opened, self.binding.mapping, told=told, resumed=resumed)

    def chunks(self, start: int = 0) -> Iterator[Chunk]:
        """The chunks after the first `start` rows, where `start` is the position of an earlier chunk."""
        reader = _Reader(self.binding)
        found = False
        for block in self.opened.blocks():
            found = found or bool(block.lines or block.ragged)
            if self.binding.mapping.returns is None:  # else later returns need the sales before
                block = _from(block, start)
            for chunk in reader.read(block):
                if chunk.position > start:
                    yield chunk
        if not found:
            name = self.opened.path.name
            raise FileProblem(
                Said(f"{name} holds no rows below its header", f"{name} 的表头下没有数据行")
            )
        for chunk in reader.finish():
            if chunk.position > start:
                yield chunk


def open_history(path: Path, mapping: Mapping, programme: Programme) -> History:
    """Open a file of events (CSV, or Parquet by its ending) for a programme.

    Raises FileProblem for a file that cannot be read, or that lacks what the mapping names.
    """
    opened = open_source(path, mapping.delimiter, mapping.encoding, guarded=mapping.guarded)
    return History(bind(mapping, programme, path.name, opened.columns), opened)


def ragged_rejects(block: Block, expected: int) -> list[Reject]:
    """The rows of a block that have more or fewer cells than the header."""
    rejects = []
    for row in block.ragged:
        count = len(row.cells)
        told = []
        if count != expected:
            cells = "cell" if count == 1 else "cells"
            told.append(
                Said(
                    f"{count} {cells} where the header has {expected}",
                    f"有 {count} 格，而表头有 {expected} 列",
                )
            )
        if swallowed := sum(cell.count("\n") for cell in row.cells):
            lines = "line" if swallowed == 1 else "lines"
            told.append(
                Said(
                    f"a quotation mark is not closed for {swallowed} {lines}",
                    f"有引号跨了 {swallowed} 行没有闭合",
                )
            )
        said = Said("; ".join(one.en for one in told), "；".join(one.zh for one in told))
        rejects.append(Reject(row.line, "ragged", said, row.cells))
    return rejects


def _from(block: Block, start: int) -> Block:
    """What of the block stands after the first `start` rows of the file."""
    gone = bisect_right(block.lines, start + 1)
    ragged = [row for row in block.ragged if row.line > start + 1]
    return Block(block.rows.slice(gone), block.lines[gone:], ragged, block.progress)


class _Reader:
    """Holds back the rows of events that may go on in the next block."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.assembler = Assembler(binding)
        self.waiting: pa.RecordBatch | None = None
        self.lines: list[int] = []
        self.ragged: list[Reject] = []
        self.last_line = 1

    def read(self, block: Block) -> Iterator[Chunk]:
        self.ragged += ragged_rejects(block, len(self.binding.columns))
        self.lines += block.lines
        self.last_line = max(
            [self.last_line, *block.lines[-1:], *(row.line for row in block.ragged)]
        )
        held = self.waiting is not None and self.waiting.num_rows > 0
        self.waiting = pa.concat_batches([self.waiting, block.rows]) if held else block.rows
        ready = len(self.lines)
        if self.binding.grouped:
            ready = settled_rows(self._ids(self.waiting)) if ready else 0
            if ready == 0 and len(self.lines) > MOST_ROWS_WAITING:
                raise FileProblem(
                    Said(
                        f"from line {self.lines[0]} on the rows of events stand more than "
                        f"{ROWS_APART} rows apart",
                        f"从第 {self.lines[0]} 行起，同一事件的行相隔超过 {ROWS_APART} 行",
                    ),
                    Said(
                        "sort the file so that the rows of one event stand together",
                        "请先排序，让同一事件的行排在一起",
                    ),
                )
        if ready or self.ragged:
            yield self._chunk(ready, block.progress)

    def finish(self) -> Iterator[Chunk]:
        """What was held back."""
        if self.waiting is not None and (self.lines or self.ragged):
            yield self._chunk(len(self.lines), 1.0)

    def _chunk(self, ready: int, progress: float) -> Chunk:
        assert self.waiting is not None
        rows, lines = self.waiting.slice(0, ready), self.lines[:ready]
        self.waiting, self.lines = self.waiting.slice(ready), self.lines[ready:]
        position = self.lines[0] - 2 if self.lines else self.last_line - 1
        ragged = [reject for reject in self.ragged if reject.line - 1 <= position]
        self.ragged = self.ragged[len(ragged) :]
        rows, lines, skipped = self._without_skipped(rows, lines)
        rows, lines, nameless = self._without_nameless(rows, lines)
        made = Assembled()
        if lines:
            rows, lines, bounds = self._grouped(rows, lines)
            made = self.assembler.assemble(rows, lines, bounds)
        return Chunk(
            commands=made.commands,
            rejects=sorted([*ragged, *nameless, *made.rejects], key=lambda reject: reject.line),
            rows_read=ready + len(ragged),
            position=position,
            progress=progress,
            skipped=skipped,
            ambiguous_times=made.ambiguous_times,
            missing_times=made.missing_times,
            origins=made.origins,
            rows=rows,
            lines=lines,
        )

    def _ids(self, rows: pa.RecordBatch) -> pa.StringArray:
        """Ids of events; a row without one gets an id of its own, so that it is alone."""
        ids = joined(rows, self.binding.mapping.id)
        if ids.null_count:
            own = pa.array([f"\0{row}" for row in range(len(ids))])
            ids = pc.coalesce(ids, own)
        return ids

    def _without_skipped(
        self, rows: pa.RecordBatch, lines: list[int]
    ) -> tuple[pa.RecordBatch, list[int], dict[str, int]]:
        skipped: Counter[str] = Counter()
        for skip in self.binding.mapping.skip:
            meant = matches(skip.when, rows, self.binding.style)
            if hits := meant.true_count:
                skipped[skip.reason] += hits
                rows, lines = _filtered(rows, lines, pc.invert(meant))
        return rows, lines, dict(skipped)

    def _without_nameless(
        self, rows: pa.RecordBatch, lines: list[int]
    ) -> tuple[pa.RecordBatch, list[int], list[Reject]]:
        ids = joined(rows, self.binding.mapping.id)
        if not ids.null_count:
            return rows, lines, []
        said = empty(*self.binding.mapping.id.columns)
        rejects = [
            Reject(lines[row], "empty_id", said, cells)
            for row in pc.indices_nonzero(pc.is_null(ids)).to_pylist()
            if any(cells := cells_of(rows, row))  # a blank line is not worth a word
        ]
        return *_filtered(rows, lines, pc.is_valid(ids)), rejects

    def _grouped(
        self, rows: pa.RecordBatch, lines: list[int]
    ) -> tuple[pa.RecordBatch, list[int], list[int]]:
        if not self.binding.grouped:
            return rows, lines, list(range(len(lines) + 1))
        groups = group_rows(joined(rows, self.binding.mapping.id))
        if groups.order is not None:
            rows = rows.take(groups.order)
            lines = [lines[row] for row in groups.order.to_pylist()]
        return rows, lines, groups.bounds


def _filtered(
    rows: pa.RecordBatch, lines: list[int], kept: pa.BooleanArray
) -> tuple[pa.RecordBatch, list[int]]:
    return rows.filter(kept), [
        line for line, keep in zip(lines, kept.to_pylist(), strict=True) if keep
    ]
