"""A command pays for itself alone: what it has no use for is not imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

_OF_EACH = "import sys, jifen.cli.members, jifen.db.connection, jifen.intake.versions.opening"
_HEAVY = {
    "numpy",
    "numba",
    "pyarrow",
    "litestar",
    "granian",
    "procrastinate",
    "httpx",
    "nats",
    "jifen.api",
    "jifen.client",
    "jifen.worker",
    "jifen.outbox",
    "jifen.proof",
    "jifen.whatif",
    "jifen.stories",
}


def _imported(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "uses",
    [
        "import jifen.cli.member_page, jifen.enquiry.member",
        "import jifen.cli.statements, jifen.enquiry.statement",
        "import jifen.enquiry.why",
    ],
)
def test_what_is_asked_of_a_member_imports_no_door_and_no_columns(uses: str) -> None:
    code = f"{_OF_EACH}\n{uses}\nprint(*sys.modules)"
    assert not _imported(code) & _HEAVY


def test_help_needs_neither_database_nor_engine() -> None:
    code = "import sys\nfrom jifen.cli.root import run\nrun(['--version'])\nprint(*sys.modules)"
    imported = _imported(code)
    assert not imported & (_HEAVY | {"psycopg", "yaml", "asyncio", "jifen.engine", "jifen.ledger"})
