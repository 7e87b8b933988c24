"""What is expected, as written, against what is: numbers as decimals, ends as dates, the rest as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from jifen.instants import NEVER, moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.scalars import Malformed
from jifen.programme.problems import did_you_mean
from jifen.programme.reading import nodes
from jifen.programme.reading.nodes import Listing, Node, Scalar
from jifen.wording import Said, verbatim


@dataclass(frozen=True, slots=True)
class End:
    """When something ends. Written as a date it is the last usable day, else the instant."""

    at: int
    zone: ZoneInfo

    def __str__(self) -> str:
        if self.at == NEVER:
            return "never"
        moment = moment_of(self.at, self.zone)
        if (
            scalars.last_usable_day(f"{moment_of(self.at - 1, self.zone):%Y-%m-%d}", self.zone, "")
            == self.at
        ):
            return f"{moment_of(self.at - 1, self.zone):%Y-%m-%d}"
        return f"{moment:%Y-%m-%d %H:%M:%S}"

    def is_written(self, text: str) -> bool:
        """Whether `text` means this end."""
        if self.at == NEVER:
            return text == "never"
        try:
            return scalars.last_usable_day(text, self.zone, "") == self.at
        except Malformed:
            return False


@dataclass(frozen=True, slots=True)
class Ending:
    """Points that end. Written as a date alone only the date counts, as {date, points} both do."""

    date: End
    points: Decimal


@dataclass(frozen=True, slots=True)
class ByCurrency:
    """A value for each currency. Written without naming currencies the main one is meant."""

    values: Mapping[str, Shown]
    main: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference. `path` as in ann.points; `line` of the file where it was expected."""

    line: int
    path: str
    expected: Said
    got: Said


Shown = (
    None
    | bool
    | int
    | Decimal
    | str
    | End
    | Ending
    | ByCurrency
    | Mapping[str, "Shown"]
    | Sequence["Shown"]
)


def mismatches(expected: Node, got: Shown, path: str) -> Iterator[Mismatch]:
    """Where `got` differs from what is written. Of a mapping only the keys that are written count."""
    if isinstance(got, ByCurrency):
        named = isinstance(expected, nodes.Mapping) and expected.values.keys() <= got.values.keys()
        got = got.values if named else got.values[got.main]
    if isinstance(got, Ending):
        named = isinstance(expected, nodes.Mapping)
        got = {"date": got.date, "points": got.points} if named else got.date
    if isinstance(expected, Scalar):
        if not _same(expected, got):
            yield Mismatch(expected.line, path, verbatim(expected.text), _got(got))
    elif isinstance(expected, Listing):
        yield from _list_mismatches(expected, got, path)
    elif isinstance(got, Mapping):
        for name, value in expected.values.items():
            place = f"{path}.{name}"
            if name in got:
                yield from mismatches(value, got[name], place)
            else:
                yield Mismatch(value.line, place, _wanted(value), _nothing_called(name, got))
    else:
        yield Mismatch(expected.line, path, _wanted(expected), _got(got))


def _nothing_called(name: str, known: Mapping[str, Shown]) -> Said:
    hint = did_you_mean(name, known) or Said(
        f"known here: {', '.join(sorted(known))}", f"这里可用的有：{'、'.join(sorted(known))}"
    )
    return Said(f"nothing of that name; {hint.en}", f"没有这一项；{hint.zh}")


def _got(value: Shown) -> Said:
    return Said("nothing", "无") if value is None else verbatim(shown(value))


def _wanted(node: Node) -> Said:
    return verbatim(_as_written(node))


def shown(value: Shown) -> str:
    """A value as a story would write it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, ByCurrency):
        return shown(value.values if len(value.values) > 1 else value.values[value.main])
    if isinstance(value, Ending):
        return f"{{date: {value.date}, points: {value.points}}}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {shown(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(shown(inner) for inner in value) + "]"
    return str(value)


def _list_mismatches(expected: Listing, got: Shown, path: str) -> Iterator[Mismatch]:
    if not isinstance(got, Sequence) or isinstance(got, str):
        yield Mismatch(expected.line, path, _wanted(expected), _got(got))
        return
    if len(got) != len(expected.items):
        yield Mismatch(expected.line, path, _wanted(expected), _got(got))
        return
    for place, (wanted, value) in enumerate(zip(expected.items, got, strict=True), start=1):
        yield from mismatches(wanted, value, f"{path}[{place}]")


def _same(expected: Scalar, got: Shown) -> bool:
    written = expected.text.strip()
    if got is None:
        return written in ("", "null", "~", "none", "nothing") and not expected.quoted
    if isinstance(got, End):
        return got.is_written(written)
    if isinstance(got, int | Decimal) and not isinstance(got, bool):
        try:
            return Decimal(written) == got
        except InvalidOperation:
            return False
    return written == shown(got)


def _as_written(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return "[" + ", ".join(_as_written(item) for item in node.items) + "]"
    inner = ", ".join(f"{name}: {_as_written(value)}" for name, value in node.values.items())
    return "{" + inner + "}"
