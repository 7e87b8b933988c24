"""A file of members of a former system: each row becomes an opening, whose body the mapping writes with cells in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from jifen.intake.asking.member_commands import Opening, SetFact
from jifen.intake.asking.normalise import fact_of
from jifen.intake.asking.opening_bodies import opening_of
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.files.assembling import IMPORTED
from jifen.intake.files.binding import BIRTHDAY, matches
from jifen.intake.files.blocks import Block, Opened
from jifen.intake.files.mapping import Cell, OpeningMapping, Part
from jifen.intake.files.numbers import NumberStyle, as_text
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.reading import Chunk, ragged_rejects
from jifen.intake.files.rejects import Reject, RejectsFile, cells_of, rejects_file
from jifen.intake.files.sources import open_source
from jifen.programme.model import Programme
from jifen.programme.problems import did_you_mean
from jifen.wording import Said

_NECESSARY = ("points", "value")
"""Without one of these, or with nothing of it, an item of a list is not meant."""
_Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Openings:
    """A file opened with its mapping."""

    mapping: OpeningMapping
    opened: Opened
    programme: Programme

    def rejects_file(
        self, path: Path, *, told: Callable[[Said], str] = str, resumed: bool = False
    ) -> RejectsFile:
        """A file for what could not be taken, that the same mapping can read."""
        return rejects_file(path, self.opened, self.mapping, told=told, resumed=resumed)

    def chunks(self, start: int = 0) -> Iterator[Chunk]:
        """The chunks after the first `start` rows."""
        zone = ZoneInfo(self.programme.timezone)
        found = False
        for block in self.opened.blocks():
            found = found or bool(block.lines or block.ragged)
            chunk = self._chunk(block, zone)
            if chunk.position > start:
                yield chunk
        if not found:
            raise FileProblem(
                Said(
                    f"{self.opened.path.name} holds no rows below its header",
                    f"{self.opened.path.name} 的表头下面没有数据",
                )
            )

    def _chunk(self, block: Block, zone: ZoneInfo) -> Chunk:
        rows, lines, skipped = self._meant(block)
        columns = {name: as_text(rows.column(name)).to_pylist() for name in _columns(self.mapping)}
        commands: list[Opening | SetFact] = []
        origins: list[range] = []
        rejects = ragged_rejects(block, len(self.opened.columns))
        for place, line in enumerate(lines):
            row = {name: column[place] for name, column in columns.items()}
            try:
                opening = opening_of(_body(self.mapping, row), self.programme, zone)
                meant: list[Opening | SetFact] = [*self._facts(opening, row), opening]
                commands += meant
                origins += [range(place, place + 1)] * len(meant)
            except Malformed as malformed:
                cells = cells_of(rows, place)
                if any(cells):
                    rejects.append(Reject(line, "malformed", malformed.said, cells))
        last = max([*block.lines[-1:], *(row.line for row in block.ragged)], default=1)
        return Chunk(
            commands=commands,
            rejects=sorted(rejects, key=lambda reject: reject.line),
            rows_read=len(block.lines) + len(block.ragged),
            position=last - 1,
            progress=block.progress,
            skipped=skipped,
            ambiguous_times=0,
            missing_times=0,
            origins=origins,
            rows=rows,
            lines=lines,
        )

    def _facts(self, opening: Opening, row: _Row) -> Iterator[SetFact]:
        """What is known of the member, as of the moment of the opening."""
        for name, cell in self.mapping.facts.items():
            written = _filled(cell, row)
            if written is not None:
                yield SetFact(
                    id=f"{IMPORTED}{opening.id}-{name}", member=opening.member, name=name,
                    value=fact_of(name, written, self.programme, f"/{name}"),
                    occurred_at=opening.occurred_at,
                )  # fmt: skip

    def _meant(self, block: Block) -> tuple[pa.RecordBatch, list[int], dict[str, int]]:
        rows, lines, skipped = block.rows, block.lines, Counter[str]()
        for skip in self.mapping.skip:
            left_out = matches(skip.when, rows, NumberStyle())
            skipped[skip.reason] += left_out.true_count
            kept = pc.invert(left_out)
            rows = rows.filter(kept)
            lines = [line for line, keep in zip(lines, kept.to_pylist(), strict=True) if keep]
        return rows, lines, dict(+skipped)


def open_openings(path: Path, mapping: OpeningMapping, programme: Programme) -> Openings:
    """Open a file of members (CSV, or Parquet by its ending). Raises FileProblem if it lacks what the mapping names."""
    opened = open_source(path, mapping.delimiter, mapping.encoding, guarded=mapping.guarded)
    for name, line in _columns(mapping).items():
        if name not in opened.columns:
            raise FileProblem(
                Said(
                    f"{mapping.path.name}:{line}: {path.name} has no column '{name}'",
                    f"{mapping.path.name}:{line}：{path.name} 没有“{name}”这一列",
                ),
                did_you_mean(name, opened.columns),
            )
    declared = {BIRTHDAY, *(fact.name for fact in programme.facts)}
    for name, cell in mapping.facts.items():
        if name not in declared:
            message = Said(
                f"facts: the programme declares no '{name}'", f"facts：计划没有声明“{name}”"
            )
            where = f"{mapping.path.name}:{cell.line}"
            raise FileProblem(message.of(where), did_you_mean(name, declared))
    return Openings(mapping, opened, programme)


def _columns(mapping: OpeningMapping) -> dict[str, int]:
    """Every column that is named, with the line that names it."""
    named = {skip.when.column: skip.when.line for skip in mapping.skip}
    for cell in mapping.facts.values():
        named.setdefault(cell.column, cell.line)
    _visit(mapping.body, lambda cell: named.setdefault(cell.column, cell.line))
    return named


def _visit(part: Part, look: Callable[[Cell], object]) -> None:
    if isinstance(part, Cell):
        look(part)
    elif isinstance(part, Mapping):
        for inner in part.values():
            _visit(inner, look)
    elif isinstance(part, tuple):
        for inner in part:
            _visit(inner, look)


def _body(mapping: OpeningMapping, row: _Row) -> Mapping[str, Raw]:
    """The body with the cells of a row; the member's id is also the opening's unless it has one of its own."""
    body = _filled(mapping.body, row)
    assert isinstance(body, dict)
    return {"id": body.get("member"), **body}


def _filled(part: Part, row: _Row) -> Raw:
    if isinstance(part, Cell):
        written = row[part.column]
        return part.values.get(written, written) if written is not None else None
    if isinstance(part, Mapping):
        filled = {name: _filled(inner, row) for name, inner in part.items()}
        said = {name: value for name, value in filled.items() if value is not None}
        return said if said and ("id" not in part or said.get("id") is not None) else None
    if isinstance(part, tuple):
        return [inner for inner in (_filled(one, row) for one in part) if _meant_item(inner)]
    return part


def _meant_item(item: Raw) -> bool:
    if not isinstance(item, Mapping):
        return False
    necessary = next((name for name in _NECESSARY if name in item), None)
    return necessary is not None and str(item[necessary]).strip("0.") != ""
