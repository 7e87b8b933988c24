"""The rooms keep to their places, and the repository to what belongs in it."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "jifen"

# What a room may import besides itself and the foundations, as the table in ARCHITECTURE.md has it.
FOUNDATIONS = {"ids", "instants", "money", "sealing", "settings", "spreadsheets", "wording"}
HEART_AND_BANK = {"programme", "engine", "ledger", "db"}
MAY_IMPORT = {
    "programme": set(),
    "engine": {"programme"},
    "db": set(),
    "ledger": {"programme", "db"},
    "intake": HEART_AND_BANK,
    "enquiry": HEART_AND_BANK | {"intake"},
    "proof": HEART_AND_BANK | {"intake"},
    "operations": {"db"},
    "outbox": HEART_AND_BANK | {"intake"},
    "mall_provider": HEART_AND_BANK | {"intake", "enquiry"},
    "stories": HEART_AND_BANK | {"intake", "enquiry", "proof", "api", "client"},
    "whatif": HEART_AND_BANK | {"intake"},
    "worker": HEART_AND_BANK | {"intake", "enquiry", "proof", "whatif", "outbox", "operations"},
    "api": HEART_AND_BANK
    | {"intake", "enquiry", "outbox", "mall_provider", "worker", "operations"},
    "client": {"programme", "db", "intake", "api"},  # all of them only for its sandbox, see below
    "cli": HEART_AND_BANK
    | {
        "intake",
        "enquiry",
        "proof",
        "stories",
        "whatif",
        "outbox",
        "mall_provider",
        "worker",
        "operations",
        "api",
        "client",
    },
}
PURE_ROOMS = ("programme", "engine")
IMPURE_MODULES = {"random", "secrets", "socket", "sqlite3", "psycopg", "time", "uuid"}
# bulk is for whoever has millions of events; what it compiles imports memory; leashed is run by `jifen up`
ENTRY_POINTS = {
    "jifen.cli",
    "jifen.api.door",
    "jifen.client.testing",
    "jifen.__main__",
    "jifen.cli.leashed",
    "jifen.engine.bulk",
    "jifen.engine.memory",
}
LONGEST_FILE = 400  # lines


def _tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def _modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def _imports(file: Path) -> Iterator[str]:
    """Dotted names that a file imports, at any depth; `from a import b` gives a and a.b."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _rooms_imported(file: Path) -> set[str]:
    names = [name.split(".") for name in _imports(file)]
    return {name[1] for name in names if name[0] == "jifen" and len(name) > 1}


def test_every_room_has_its_rule_and_its_line_in_the_architecture() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if any(path.glob("*.py"))}
    assert sorted(rooms - set(MAY_IMPORT)) == []
    assert {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"} == FOUNDATIONS
    table = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [room for room in sorted(rooms) if f"| `{room}/` |" not in table] == []


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_stands_below_it(room: str) -> None:
    allowed = MAY_IMPORT[room] | FOUNDATIONS | {room}
    wrong = {
        str(file.relative_to(ROOT)): sorted(surplus)
        for file in (PACKAGE / room).rglob("*.py")
        if (surplus := _rooms_imported(file) - allowed)
    }
    assert wrong == {}


def test_a_client_needs_nothing_of_the_server_but_for_its_sandbox() -> None:
    files = set((PACKAGE / "client").glob("*.py")) - {PACKAGE / "client" / "testing.py"}
    assert {
        file.name: rooms for file in files if (rooms := _rooms_imported(file) - {"client"})
    } == {}


def test_the_foundations_import_no_room() -> None:
    files = {name: PACKAGE / f"{name}.py" for name in sorted(FOUNDATIONS)}
    assert {name: _rooms_imported(file) - FOUNDATIONS for name, file in files.items()} == {
        name: set() for name in files
    }


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_the_heart_reads_no_clock_database_or_random_source(room: str) -> None:
    wrong = {
        str(file.relative_to(ROOT)): sorted(impure)
        for file in (PACKAGE / room).rglob("*.py")
        if (impure := {name.split(".")[0] for name in _imports(file)} & IMPURE_MODULES)
    }
    assert wrong == {}


def test_every_module_is_used_by_another_or_is_a_way_in() -> None:
    modules = _modules()
    used = {
        name
        for importer, file in modules.items()
        for name in _imports(file)
        if name != importer and name in modules
    }
    packages = {name for name, file in modules.items() if file.name == "__init__.py"}
    assert sorted(modules.keys() - used - packages - ENTRY_POINTS) == []


def test_every_folder_of_python_is_checked_for_types() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {file.relative_to(ROOT).parts[0] for file in _tracked_files() if file.suffix == ".py"}
    assert folders == set(settings["tool"]["mypy"]["files"])


def test_no_source_file_is_too_long_to_keep_to_one_idea() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in PACKAGE.rglob("*")
        if file.suffix in {".py", ".sql"}
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


# Written in two halves, so that this file does not hold what it forbids.
BANNED = {
    "tools that write": ("clau" "de", "anth" "ropic", "open" "ai", "chat" "gpt", "co" "pilot"),
    "who helped": ("co-auth" "ored-by", "ai ass" "istant", "as an" " ai", "language" " model"),
    "numbers of our tracker": (r"\bissue" r"s? #?\d+", r"(?<![\w&/])#" r"\d{1,3}\b(?!;)"),
    "places on one machine": ("/work" "/", "/root" "/", "/home" "/", "/tmp" "/plan", "/opt" "/"),
    "package indexes": ("pypi" r"\.", "python" "hosted", "--(extra-)?" "index-url", "/sim" "ple/"),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(BANNED))
def test_the_repository_does_not_mention(kind: str) -> None:
    banned = re.compile("|".join(BANNED[kind]), flags=re.IGNORECASE)
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for file in _tracked_files()
        for number, line in enumerate(_lines(file), start=1)
        if banned.search(line)
    ]
    assert found == []


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []  # pictures, and files that are meant to be broken


def test_the_lock_pins_every_package_by_hash() -> None:
    entries = re.split(r"^(?=[a-z0-9])", (ROOT / "requirements.lock").read_text(), flags=re.M)[1:]
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+( ;[^\\]*)? \\\n    --hash=sha256:[0-9a-f]{64}", entry)


def test_only_who_makes_a_connection_sets_what_outlives_a_transaction() -> None:
    """Behind a pooler of transactions a connection is somebody else's afterwards."""
    setting = re.compile(r'(?:"|^-- .*\n)(?:SET (?!LOCAL|TRANSACTION)|RESET )[a-z_]+', re.MULTILINE)
    found = {
        path.name
        for pattern in ("*.py", "*.sql")
        for path in PACKAGE.rglob(pattern)
        if setting.search(path.read_text())
    }
    assert found == {"spreading.py"}
