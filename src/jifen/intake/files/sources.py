"""Opening CSV, Parquet and workbooks as a stream of blocks in which nothing has been interpreted yet."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from jifen.intake.files import blocks
from jifen.intake.files.blocks import Block, Opened, RaggedRow, refuse_doubles
from jifen.intake.files.packed import Bytes, bytes_of
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.quotation import swallows
from jifen.intake.files.workbooks import WORKBOOK_ENDINGS, open_workbook
from jifen.spreadsheets import GUARDED, unguarded
from jifen.wording import Said

PARQUET_ENDINGS = (".parquet", ".pq")
BYTES_PER_READ = 4 << 20  # Arrow reads some thirty of them ahead
_SAMPLE_BYTES = 1 << 20
_LONGEST_ROW = 100_000
_COMMON_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_DELIMITERS = {";": "';'", "\t": "tab", "|": "'|'", ",": "','"}


def open_source(
    path: Path, delimiter: str = ",", encoding: str = "utf-8", *, guarded: bool = False
) -> Opened:
    """Open by ending: `.parquet` is Parquet, `.xlsx` a workbook, everything else is CSV with a header; a `guarded` one
    is read as it was before.

    Raises FileProblem for a file that is not there, is empty, or is not what it seems.
    """
    if not path.is_file():
        raise FileProblem(Said(f"there is no file {path}", f"没有文件 {path}"))
    if path.stat().st_size == 0:
        raise FileProblem(Said(f"{path.name} is empty", f"{path.name} 是空文件"))
    if path.suffix.lower() in PARQUET_ENDINGS:
        return _open_parquet(path)
    if path.suffix.lower() in WORKBOOK_ENDINGS:
        return open_workbook(path)
    header = _read_header(path, delimiter, encoding)

    def blocks() -> Iterator[Block]:
        found = _csv_blocks(path, header, delimiter, encoding)
        return map(_unguarded, found) if guarded else found

    return Opened(path, header, blocks)


def _open_parquet(path: Path) -> Opened:
    try:
        with parquet.ParquetFile(path) as file:
            columns = file.schema_arrow.names
            rows_total = file.metadata.num_rows
    except (pa.ArrowInvalid, OSError):
        raise FileProblem(
            Said(f"{path.name} is not a Parquet file", f"{path.name} 不是 Parquet 文件"),
            Said("a CSV must be named .csv", "CSV 文件名须以 .csv 结尾"),
        ) from None
    refuse_doubles(path, columns)
    if rows_total == 0:
        raise FileProblem(Said(f"{path.name} holds no rows", f"{path.name} 没有数据行"))
    return Opened(path, columns, lambda: _parquet_blocks(path))


def _parquet_blocks(path: Path) -> Iterator[Block]:
    with parquet.ParquetFile(path) as file:
        read = 0
        try:
            for rows in file.iter_batches(blocks.ROWS_PER_BLOCK):
                lines = list(range(read + 2, read + 2 + rows.num_rows))
                read += rows.num_rows
                yield Block(rows, lines, [], read / file.metadata.num_rows)
        except (pa.ArrowException, OSError) as error:
            message = Said(
                f"{path.name} is damaged after row {read}: {error}",
                f"{path.name} 在第 {read} 行之后已损坏：{error}",
            )
            raise FileProblem(message) from None


def _read_header(path: Path, delimiter: str, encoding: str) -> list[str]:
    with bytes_of(path) as file:
        sample = file.read(_SAMPLE_BYTES)
    if sample.startswith(b"PAR1"):
        raise FileProblem(
            Said(f"{path.name} is a Parquet file", f"{path.name} 是 Parquet 文件"),
            Said("name it .parquet", "文件名请以 .parquet 结尾"),
        )
    if sample.startswith(b"PK\x03\x04"):
        raise FileProblem(
            Said(f"{path.name} is no CSV", f"{path.name} 不是 CSV"),
            Said("if it is a workbook, name it .xlsx", "如果是电子表格，文件名请以 .xlsx 结尾"),
        )
    text = _decode(path, sample, encoding)
    header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    if not any(name.strip() for name in header):
        raise FileProblem(
            Said(f"{path.name} has no header", f"{path.name} 没有表头"),
            Said("its first line must name the columns", "第一行须写明各列的名称"),
        )
    if header[0].lower().startswith("sep="):
        raise FileProblem(
            Said(
                f"{path.name} begins with '{header[0]}', which names no columns",
                f"{path.name} 第一行是“{header[0]}”，不是表头",
            ),
            Said("delete its first line", "请删去第一行"),
        )
    if len(header) == 1:
        for other, shown in _DELIMITERS.items():
            if other != delimiter and other in header[0]:
                written = "tab" if other == "\t" else f'"{other}"'
                raise FileProblem(
                    Said(
                        f"{path.name} has one column only, '{header[0][:60]}'",
                        f"{path.name} 只有一列：“{header[0][:60]}”",
                    ),
                    Said(
                        f"it seems to be separated by {shown}: add `delimiter: {written}` to the "
                        "mapping",
                        f"分隔符似乎是 {shown}：请在映射中写 `delimiter: {written}`",
                    ),
                )
    refuse_doubles(path, header)
    return header


def _decode(path: Path, sample: bytes, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    try:
        return decoder.decode(sample)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(path, sample, encoding, error.start) from None


def _wrong_encoding(path: Path, sample: bytes, encoding: str, at: int) -> FileProblem:
    said = Said(
        f"{path.name} is not {encoding.upper()}: byte {at + 1} cannot be read",
        f"{path.name} 不是 {encoding.upper()} 编码：第 {at + 1} 个字节无法读取",
    )
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return FileProblem(said, _looks_like("utf-16"))
    for other in ("gbk", "gb18030"):
        try:
            codecs.getincrementaldecoder(other)().decode(sample)
        except UnicodeDecodeError:
            continue
        if other != encoding and _chinese(sample):
            return FileProblem(said, _looks_like(other))
    hint = Said(
        "name its encoding in the mapping, as in `encoding: latin-1`",
        "请在映射中写明编码，例如 `encoding: latin-1`",
    )
    return FileProblem(said, hint)


def _chinese(sample: bytes) -> bool:
    """Whether what is no ASCII stands mostly in pairs, as the common Chinese characters do; a ß or é stands alone."""
    pairs = len(_COMMON_PAIR.findall(sample))
    return 2 * pairs > 0.6 * sum(byte > 0x7F for byte in sample)


def _looks_like(encoding: str) -> Said:
    return Said(
        f"this looks like {encoding.upper()}: add `encoding: {encoding}` to the mapping",
        f"看起来是 {encoding.upper()} 编码：请在映射中写 `encoding: {encoding}`",
    )


@dataclass(slots=True)
class _Ragged:
    """Collects the rows that the reader leaves out. Reading ahead, it may be some blocks further on."""

    delimiter: str
    rows: list[RaggedRow] = field(default_factory=list)
    unclosed: int = 0  # the line in which a quotation mark opens that swallows the rows below it

    def note(self, row: arrow_csv.InvalidRow) -> str:
        if len(row.text) > _LONGEST_ROW:
            self.unclosed = row.number
            return "error"
        cells = next(csv.reader([row.text], delimiter=self.delimiter), [])
        self.rows.append(RaggedRow(row.number, cells))
        return "skip"

    def take_until(self, line: int) -> list[RaggedRow]:
        taken = [row for row in self.rows if row.line <= line]
        self.rows = self.rows[len(taken) :]
        return taken


def _csv_blocks(path: Path, header: list[str], delimiter: str, encoding: str) -> Iterator[Block]:
    """Blocks one behind the reader: whether the last quotation mark is closed is known at the end of the file."""
    held: Block | None = None
    with bytes_of(path) as file:
        for block in _read_csv(path, file, header, delimiter, encoding):
            if held is not None:
                yield _without_swallowing(held, delimiter)
            held = block
        if held is not None:
            last = held if file.ends_with_quotation_mark else _without_unclosed(held)
            yield _without_swallowing(last, delimiter)


def _without_swallowing(block: Block, delimiter: str) -> Block:
    """A block less the rows of which a cell holds rows below it, as a quotation mark was not closed before theirs."""
    swallowing = sorted(
        {
            row
            for place, column in enumerate(block.rows.columns)
            if pa.types.is_string(column.type)  # others hold numbers alone
            for row in pc.indices_nonzero(pc.match_substring(column, "\n")).to_pylist()
            if swallows(column[row].as_py(), place, len(block.rows.columns), delimiter)
        }
    )
    if not swallowing:
        return block
    handed_back = [
        RaggedRow(block.lines[row], [column[row].as_py() for column in block.rows.columns])
        for row in swallowing
    ]
    kept = [row for row in range(block.rows.num_rows) if row not in set(swallowing)]
    return Block(
        block.rows.take(kept),
        [block.lines[row] for row in kept],
        sorted([*block.ragged, *handed_back], key=lambda row: row.line),
        block.progress,
    )


def _without_unclosed(block: Block) -> Block:
    """The last block of a file that ends with no quotation mark: a last cell of several lines was never closed."""
    last = block.rows.num_rows - 1
    if last < 0 or "\n" not in block.rows.columns[-1][last].as_py():
        return block
    cells = [column[last].as_py() for column in block.rows.columns]
    unclosed = RaggedRow(block.lines[last], cells)
    return Block(block.rows.slice(0, last), block.lines[:last], [*block.ragged, unclosed], 1.0)


def _unguarded(block: Block) -> Block:
    """A block with its text as it was before it was guarded."""
    columns = [pc.replace_substring_regex(column, GUARDED, r"\1") for column in block.rows.columns]
    rows = pa.RecordBatch.from_arrays(columns, schema=block.rows.schema)
    ragged = [RaggedRow(row.line, [unguarded(cell) for cell in row.cells]) for row in block.ragged]
    return Block(rows, block.lines, ragged, block.progress)


def _read_csv(
    path: Path, file: Bytes, header: list[str], delimiter: str, encoding: str
) -> Iterator[Block]:
    ragged = _Ragged(delimiter)
    size = path.stat().st_size
    try:
        reader = arrow_csv.open_csv(
            file,
            arrow_csv.ReadOptions(use_threads=False, block_size=BYTES_PER_READ, encoding=encoding),
            arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=ragged.note,
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
        line = 2
        for batch in reader:
            progress = min(1.0, file.stored.tell() / size)
            for start in range(0, batch.num_rows, blocks.ROWS_PER_BLOCK):
                rows = batch.slice(start, blocks.ROWS_PER_BLOCK)
                block = _numbered(rows, line, ragged, progress)
                line = max([block.lines[-1], *(row.line for row in block.ragged)]) + 1
                yield block
        if ragged.rows:
            yield Block(_no_rows(header), [], ragged.rows, 1.0)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(path, error.object, encoding, error.start) from None
    except pa.ArrowInvalid as error:
        raise _unreadable(path, encoding, str(error), ragged.unclosed) from None


def _no_rows(header: list[str]) -> pa.RecordBatch:
    schema = pa.schema([(name, pa.string()) for name in header])
    return pa.RecordBatch.from_pylist([], schema)


def _numbered(rows: pa.RecordBatch, line: int, ragged: _Ragged, progress: float) -> Block:
    """The lines of rows that begin at `line`, less those that ragged rows stand in."""
    left_out: list[RaggedRow] = []
    last = line + rows.num_rows - 1
    while more := ragged.take_until(last + 1):
        left_out += more
        last += len(more)
    gaps = {row.line for row in left_out}
    lines = [number for number in range(line, last + 1) if number not in gaps]
    return Block(rows, lines[: rows.num_rows], left_out, progress)


def _unreadable(path: Path, encoding: str, said: str, unclosed: int) -> FileProblem:
    if unclosed:
        return FileProblem(
            Said(
                f"{path.name} has a quotation mark in line {unclosed} that is never closed",
                f"{path.name} 第 {unclosed} 行的引号没有闭合",
            )
        )
    if "UTF8" in said or "UTF-8" in said:
        return FileProblem(
            Said(
                f"{path.name} is not {encoding.upper()} throughout",
                f"{path.name} 不全是 {encoding.upper()} 编码",
            ),
            Said("name its encoding in the mapping", "请在映射中写明编码"),
        )
    if "straddling" in said or "out of sync" in said:
        return FileProblem(
            Said(
                f"{path.name} has a quotation mark that is never closed, or a row of over 1 MB",
                f"{path.name} 中有未闭合的引号，或有超过 1 MB 的行",
            )
        )
    line = said.splitlines()[0]
    return FileProblem(
        Said(f"{path.name} cannot be read as CSV: {line}", f"{path.name} 无法作为 CSV 读取：{line}")
    )
