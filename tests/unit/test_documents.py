"""Documents keep step with the code: links lead somewhere, and nothing a reader may meet is left out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import click
import pytest

from jifen.cli.root import root
from jifen.db.migrate import MIGRATIONS
from jifen.ledger.refusals import Refusal

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
DOCUMENTS = sorted(
    file
    for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("examples/**/*.md")]
    if file.is_file()
)
_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?:\]\(|(?:src|srcset|href)=\")(?P<target>[^)\s\"]+)")
_SHELL = re.compile(
    r"^```(?P<kind>sh|shell|console|bash)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


def _written(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def _anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    prose = _CODE.sub(lambda code: code[0] if "\n" not in code[0] else "", _written(document))
    titles = re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    dead = []
    for link in _LINK.finditer(_CODE.sub("", _written(document))):
        target, _, anchor = unquote(link["target"]).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = document.parent / target if target else document
        if not place.exists() or (anchor and anchor not in _anchors(place)):
            dead.append(link["target"])
    assert dead == []


def test_every_document_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached or document.suffix != ".md" or not document.is_file():
            continue
        reached.add(document)
        for link in _LINK.finditer(_CODE.sub("", _written(document))):
            target = unquote(link["target"]).partition("#")[0]
            if target and not re.match(r"[a-z]+:", target):
                waiting.append((document.parent / target).resolve())
    assert [str(file.relative_to(ROOT)) for file in DOCUMENTS if file not in reached] == []


class Line(NamedTuple):
    """A command line that a document shows."""

    document: Path
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}: {' '.join(self.words)}"


def _command_lines() -> Iterator[Line]:
    for document in DOCUMENTS:
        for block in _SHELL.finditer(_written(document)):
            for line in block["text"].replace("\\\n", " ").splitlines():
                if block["kind"] == "console" and not line.startswith("$ "):
                    continue  # what a command printed
                asked = line.removeprefix("$ ").partition(" > ")[0].removesuffix(" &")
                words = shlex.split(asked, comments=True)
                while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                    words.pop(0)
                if words and words[0] == "jifen":
                    yield Line(document, tuple(words))


@pytest.mark.parametrize("line", list(_command_lines()), ids=str)
def test_a_command_that_a_document_shows_is_understood(line: Line) -> None:
    command: click.Command = root()
    words = list(line.words[1:])
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"there is no command '{words[0]}'"
        command = found
        words.pop(0)
    if words != ["--help"]:
        command.make_context(command.name, words)


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _commands(found, f"{path} {name}")


def test_every_command_and_option_is_documented() -> None:
    sections = re.split(r"^#+ ", _written(REFERENCE / "commands.md"), flags=re.MULTILINE)
    by_title = {section.partition("\n")[0].strip("` "): section for section in sections}
    everywhere = {"--lang", "--debug", "--help"}
    missing = []
    for path, command in _commands(root(), "jifen"):
        section = by_title.get(path, "")
        if not section:
            missing.append(path)
        shown = [option for parameter in command.params for option in parameter.opts]
        missing += [
            f"{path} {option}"
            for option in shown
            if option.startswith("-") and option not in everywhere and f"`{option}" not in section
        ]
    assert missing == []
    known = {path for path, _ in _commands(root(), "jifen")}
    assert sorted(title for title in by_title if title.startswith("jifen")) == sorted(known)


def test_every_setting_is_documented() -> None:
    read = {
        name
        for folder in ("src", "tests", "bench")
        for file in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"\"(JIFEN_[A-Z_]+)\"", _written(file))
    }
    documented = set(re.findall(r"`(JIFEN_[A-Z_]+)`", _written(REFERENCE / "settings.md")))
    assert documented == read


def test_every_refusal_is_documented_in_its_order_and_words() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", _written(REFERENCE / "refusals.md"), re.MULTILINE
    )
    assert [(code, zh.strip(), en.strip()) for code, zh, en in rows] == [
        (refusal.code, refusal.zh, refusal.en) for refusal in Refusal
    ]


def test_every_table_is_described() -> None:
    made = {
        name
        for file in MIGRATIONS.glob("*.sql")
        if "_queue_" not in file.name  # a library's own, which describes them
        for name in re.findall(r"^CREATE TABLE (\w+)", _written(file), re.MULTILINE)
    }
    described = re.findall(
        r"^\| `(\w+)` \|", _written(REFERENCE / "database.md"), flags=re.MULTILINE
    )
    assert sorted(described) == sorted(made | {"migration"})


def test_the_tables_that_never_change_are_called_so() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| .* \| (yes|) ?\| [^|]*\|$",
        _written(REFERENCE / "database.md"),
        flags=re.MULTILINE,
    )
    said = {name for name, append_only in rows if append_only}
    migrations = "".join(_written(file) for file in sorted(MIGRATIONS.glob("*.sql")))
    guarded = re.search(r"FOREACH name IN ARRAY ARRAY\[(.*?)\]", migrations, re.DOTALL)
    assert guarded is not None
    one_by_one = re.findall(r"TRIGGER append_only .* ON (\w+) EXECUTE", migrations)
    assert said == {*re.findall(r"'(\w+)'", guarded[1]), *one_by_one}
