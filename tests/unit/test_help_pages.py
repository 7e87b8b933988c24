"""Help pages are for whoever has nothing yet: they say what can be done and load no more than that takes."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from jifen.cli.root import run

_EVERY_HELP_PAGE = """
import sys
import click
from jifen.cli.root import root, run

def pages(group, path):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield [*path, name]
        if isinstance(command, click.Group):
            yield from pages(command, [*path, name])

for page in pages(root(), []):
    assert run([*page, "--help"]) == 0, page
sys.exit(" ".join(sorted({"psycopg", "numpy", "yaml", "pyarrow"} & set(sys.modules))) or 0)
"""


def test_the_command_says_which_version_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"jifen {version('jifen')}\n"


def test_a_page_of_commands_tells_each_of_them_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["programme", "--help"]) == 0
    page = " ".join(capsys.readouterr().out.split())
    assert "..." not in page.replace("[ARGS]...", "")
    assert (
        "Correct the past: put a version up for review, see each member's difference, then post or drop it."
        in page
    )


def test_what_stands_in_brackets_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "members", "--help"]) == 0
    page = " ".join(capsys.readouterr().out.split())
    assert "--members NUMBER How many. [default: 100000; at least 1]" in page
    assert run(["tier", "warnings", "--help"]) == 0
    assert "[0 to 3660]" in capsys.readouterr().out


def test_no_help_page_loads_the_database_driver_or_anything_as_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _EVERY_HELP_PAGE],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Usage: jifen") > 30
