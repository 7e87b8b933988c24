"""From the text of a mapping file to a Mapping; every scalar is text until it is read here.

Errors are those of programme documents: file, line, path, what is wrong, what was probably meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from jifen.intake.files.binding import BIRTHDAY
from jifen.intake.files.mapping import (
    Cell,
    Clock,
    InExchange,
    Key,
    Mapping,
    Match,
    OpeningMapping,
    Part,
    Returns,
    Skip,
    Source,
    Table,
    Test,
    Unmatched,
)
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.styles import delimiter, encoding, separator, time_format, zone
from jifen.programme.loading import not_utf8
from jifen.programme.problems import Problems, Wrong
from jifen.programme.problems import ProgrammeError as MappingError
from jifen.programme.reading.nodes import Listing, Node, Scalar, read_nodes
from jifen.programme.reading.nodes import Mapping as NodeMapping
from jifen.programme.reading.scalars import boolean, choice
from jifen.programme.reading.sections import (
    EMPTY,
    Section,
    entries,
    items,
    noting,
    one_or_many,
    text,
)
from jifen.wording import Said, of_file

__all__ = ["MappingError", "load_mapping"]

T = TypeVar("T")

_KEYS = (  # noqa: SIM905
    "file package delimiter encoding guarded decimal thousands time event id member sequence referrer facts birthday "
    "metadata enrol skip fields lines tables returns guest in_exchange"
).split()
_OPENING_KEYS = (
    "file", "package", "delimiter", "encoding", "guarded", "enrol", "skip", "opening", "birthday", "facts",
)  # fmt: skip
_UPLOADED = Said(
    "an uploaded mapping is about the uploaded file alone", "上传的映射只针对上传的文件"
)
_NAMING_FILES = dict.fromkeys(("file", "package", "tables"), _UPLOADED)
NOBODY = Key(())
UNMATCHED: tuple[Unmatched, ...] = ("reject", "mirror")
_NO_TEST = Test("")
_NO_SOURCE = Source()


def load_mapping(path: Path, *, alone: bool = False) -> Mapping | OpeningMapping:
    """The mapping in a file: of events, or of openings if it says `opening`. `alone`: it may name no other files.

    Raises:
        MappingError: something is wrong with it; all that was found, with lines and suggestions.
        FileProblem: there is no such file.
    """
    try:
        written = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileProblem(of_file(error)) from None
    except UnicodeDecodeError:
        raise MappingError([not_utf8(str(path))]) from None
    problems = Problems(str(path))
    root, reader = read_nodes(written, problems), _Reader(path, problems, alone)
    of_openings = isinstance(root, NodeMapping) and "opening" in root.values
    mapping = reader.opening_mapping(root) if of_openings else reader.mapping(root)
    problems.raise_if_any()
    return mapping


class _Reader:
    """Reads the sections of one mapping file; where others lie is said relative to it, or in a package."""

    def __init__(self, path: Path, problems: Problems, alone: bool) -> None:
        self.path = path
        self.problems = problems
        self.alone = alone
        self.folder = path.parent

    def mapping(self, root: Node) -> Mapping:
        section = self.section(root, _KEYS)
        self.folder = section.read("package", _package, self.folder)
        return Mapping(
            path=self.path,
            file=section.read("file", self.place, None),
            delimiter=section.read("delimiter", delimiter, ","),
            encoding=section.read("encoding", encoding, "utf-8"),
            guarded=section.read("guarded", boolean, False),
            decimal=section.read("decimal", choice((".", ",")), "."),
            thousands=section.read("thousands", separator, ""),
            time=section.need("time", self.clock, Clock("", ZoneInfo("UTC"))),
            event=section.need("event", self.event, _NO_SOURCE),
            id=section.need("id", self.key, Key(())),
            member=self.member(section),
            sequence=section.read("sequence", self.key, None),
            referrer=section.read("referrer", self.key, None),
            facts=section.read("facts", self.sources, ()),
            birthday=section.read("birthday", self.source, None),
            metadata=section.read("metadata", self.sources, ()),
            enrol=section.read("enrol", boolean, False),
            skip=section.read("skip", self.each(self.skip), ()),
            fields=section.read("fields", self.sources, ()),
            lines=section.read("lines", self.sources, ()),
            tables=section.read("tables", self.tables, ()),
            returns=section.read("returns", self.returns, None),
            guest=section.read("guest", self.key, None),
            in_exchange=section.read("in_exchange", self.in_exchange, None),
        )

    def section(self, root: Node, known: Sequence[str]) -> Section:
        """The mapping itself; what names files is left out of one that stands alone."""
        if not self.alone:
            return Section(root, self.problems, known)
        kept = [key for key in known if key not in _NAMING_FILES]
        return Section(root, self.problems, kept, elsewhere=_NAMING_FILES)

    def member(self, section: Section) -> Key:
        """Who did it; no columns where the file knows nobody but guests."""
        if "guest" in section:
            return section.read("member", self.key, NOBODY)
        return section.need("member", self.key, NOBODY)

    def opening_mapping(self, root: Node) -> OpeningMapping:
        section = self.section(root, _OPENING_KEYS)
        self.folder = section.read("package", _package, self.folder)
        return OpeningMapping(
            path=self.path,
            body=section.need("opening", _body, {}),
            facts=self.cells(section),
            file=section.read("file", self.place, None),
            delimiter=section.read("delimiter", delimiter, ","),
            encoding=section.read("encoding", encoding, "utf-8"),
            guarded=section.read("guarded", boolean, False),
            enrol=section.read("enrol", boolean, False),
            skip=section.read("skip", self.each(self.skip), ()),
        )

    def cells(self, section: Section) -> dict[str, Cell]:
        """Where the facts of a member stand, the birthday among them."""
        facts = section.read("facts", lambda node: dict(entries(node)), {})
        found = {key.text: noting(self.problems, node, _cell, None) for key, node in facts.items()}
        found[BIRTHDAY] = section.read("birthday", _cell, None)
        return {name: cell for name, cell in found.items() if cell is not None}

    def place(self, node: Node) -> Path:
        return self.folder / text(node)

    def each(self, reader: Callable[[Node], T]) -> Callable[[Node], tuple[T, ...]]:
        return lambda node: tuple(reader(item) for item in items(node))

    def clock(self, node: Node) -> Clock:
        section = Section(node, self.problems, ("column", "format", "timezone"))
        return Clock(
            column=section.need("column", text, ""),
            zone=section.need("timezone", zone, ZoneInfo("UTC")),
            format=section.read("format", time_format, None),
            line=node.line,
        )

    def key(self, node: Node) -> Key:
        if isinstance(node, Scalar):
            return Key((_word(node),), "", node.line)
        section = Section(node, self.problems, ("columns", "column", "prefix"))
        name = "columns" if "columns" in section else "column"
        columns = section.need(name, _words, ())
        return Key(columns, section.read("prefix", text, ""), node.line)

    def event(self, node: Node) -> Source:
        """A plain word is the type of every event; a column needs saying so."""
        if isinstance(node, Scalar):
            return Source(constant=_word(node), line=node.line)
        return self.source(node)

    def source(self, node: Node) -> Source:
        if isinstance(node, Scalar):
            return Source(_word(node), node.line)
        known = ("column", "sum", "constant", "table", "values", "otherwise", "letters")
        section = Section(node, self.problems, known)
        if sum(key in section for key in ("column", "sum", "constant")) != 1:
            raise Wrong(
                Said(
                    "needs exactly one of column, sum or constant",
                    "须在 column、sum、constant 中写且只写一个",
                )
            )
        return Source(
            text=section.read("sum" if "sum" in section else "column", _word, ""),
            line=node.line,
            total="sum" in section,
            constant=section.read("constant", text, None),
            table=section.read("table", text, None),
            values=section.read("values", _translation, ()),
            otherwise=section.read("otherwise", text, None),
            letters=section.read("letters", choice(("upper", "lower")), "as_written"),
        )

    def sources(self, node: Node) -> tuple[tuple[str, Source], ...]:
        section = Section(node, self.problems, None)
        return tuple(
            (key.text, section.read(key.text, self.source, _NO_SOURCE)) for key, _ in entries(node)
        )

    def tables(self, node: Node) -> tuple[Table, ...]:
        return tuple(self.table(key.text, value) for key, value in entries(node))

    def table(self, name: str, node: Node) -> Table:
        section = Section(node, self.problems, ("file", "on"))
        path = section.need("file", self.place, Path())
        return Table(name, path, section.need("on", _word, ""), node.line)

    def test(self, node: Node) -> Test:
        known = ("column", "empty", "is", "one_of", "starts_with", "below")
        section = Section(node, self.problems, known)
        if sum(key in section for key in known[1:]) != 1:
            raise Wrong(
                Said(
                    "needs exactly one of empty, is, one_of, starts_with or below",
                    "须在 empty、is、one_of、starts_with、below 中写且只写一个",
                )
            )
        return Test(
            column=section.need("column", _word, ""),
            empty=section.read("empty", choice(("true",)), "") == "true",
            one_of=section.read("one_of" if "one_of" in section else "is", _words, ()),
            starts_with=section.read("starts_with", _word, None),
            below=section.read("below", _whole_number, None),
            line=node.line,
        )

    def skip(self, node: Node) -> Skip:
        section = Section(node, self.problems, ("when", "reason"))
        when = section.need("when", self.test, _NO_TEST)
        return Skip(when, section.need("reason", _word, ""))

    def in_exchange(self, node: Node) -> InExchange:
        if isinstance(node, Scalar):
            return InExchange(self.key(node))
        section = Section(node, self.problems, ("of", "amount"))
        of = section.need("of", self.key, NOBODY)
        return InExchange(of, section.read("amount", self.source, None))

    def returns(self, node: Node) -> Returns:
        section = Section(node, self.problems, ("when", "of", "full", "match", "unmatched"))
        if ("of" in section) == ("match" in section):
            raise Wrong(
                Said(
                    "needs either 'of' (a column names the sale) or 'match' (it must be found)",
                    "须写 of（由某一列指明原单）或 match（按内容查找原单）之一",
                )
            )
        return Returns(
            when=section.need("when", self.test, _NO_TEST),
            of=section.read("of", self.key, None),
            full=section.read("full", boolean, False),
            match=section.read("match", self.each(self.match), ()),
            unmatched=section.read("unmatched", choice(UNMATCHED), "reject"),
        )

    def match(self, node: Node) -> Match:
        section = Section(node, self.problems, ("same", "whole_line", "at_least", "when"))
        return Match(
            same=section.read("same", _words, ()),
            whole_line=section.read("whole_line", boolean, False),
            at_least=section.read("at_least", text, "0"),
            when=section.read("when", self.test, None),
            line=node.line,
        )


def _body(node: Node) -> dict[str, Part]:
    """A body of which parts are cells: `{column: balance}`, with `values` that translate them."""
    return {key.text: _part(value) for key, value in entries(node)}


def _part(node: Node) -> Part:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return tuple(_part(item) for item in node.items)
    if "column" not in node.values:
        return _body(node)
    if unknown := node.values.keys() - {"column", "values"}:
        name = sorted(unknown)[0]
        raise Wrong(Said(f"a cell has no '{name}'", f"单元格没有“{name}”这个键"))
    values = dict(_translation(node.values["values"])) if "values" in node.values else {}
    return Cell(_word(node.values["column"]), values, node.line)


def _cell(node: Node) -> Cell:
    """A column by its name, or `{column: …, values: …}`."""
    if isinstance(node, Scalar):
        return Cell(_word(node), {}, node.line)
    part = _part(node)
    if not isinstance(part, Cell):
        raise Wrong(Said("must name a column", "须指明某一列"))
    return part


def _word(node: Node) -> str:
    word = text(node)
    if not word:
        raise Wrong(EMPTY)
    return word


def _words(node: Node) -> tuple[str, ...]:
    return tuple(_word(item) for item in one_or_many(node))


def _translation(node: Node) -> tuple[tuple[str, str], ...]:
    return tuple((key.text, text(value)) for key, value in entries(node))


def _whole_number(node: Node) -> int:
    try:
        return int(text(node))
    except ValueError:
        word = text(node)
        raise Wrong(Said(f"'{word}' is not a whole number", f"“{word}”不是整数")) from None


def _package(node: Node) -> Path:
    """The folder of an installed package, which is found without being imported."""
    found = find_spec(text(node)) if text(node).isidentifier() else None
    if found is None or not found.submodule_search_locations:
        command = f"pip install {text(node)}"
        raise Wrong(
            Said(f"the package '{text(node)}' is not installed", f"未安装“{text(node)}”这个包"),
            Said(command, f"请运行 {command}"),
        )
    return Path(next(iter(found.submodule_search_locations)))
