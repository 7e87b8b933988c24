"""The command line on a database of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jifen.cli.root import run

Jifen = Callable[..., str]


@pytest.fixture
def jifen(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Jifen:
    """Run a command line on a fresh database; what it prints. `code` is what it should leave with."""
    monkeypatch.setenv("JIFEN_DATABASE_URL", database_url)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("JIFEN_PROGRAMME", raising=False)

    def call(*arguments: str, code: int = 0) -> str:
        found = run(arguments)
        printed = capsys.readouterr()
        assert found == code, printed.err
        assert "Traceback" not in printed.err
        return printed.err if code else printed.out

    return call


@pytest.fixture
def club(jifen: Jifen) -> Jifen:
    jifen("init", "--programme", "coffee-club", "--clock", "2026-02-01")
    return jifen
