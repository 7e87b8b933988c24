"""Two processes that import the same file: one does, the other is told so, and rows are handed back once."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from importing_orders import MAPPING, import_and_say, import_orders
from racecourse import DOCUMENT, NOW

from jifen.db.connection import connect
from jifen.intake.files import importing
from jifen.intake.files.problems import FileProblem
from jifen.intake.versions.opening import create_programme


def test_the_second_import_of_a_file_is_told_of_the_first_and_hands_nothing_back(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        create_programme(connection, DOCUMENT, now=NOW, actor="owner")
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    amounts = ("wrong" if n % 100 == 7 else "1.00" for n in range(40_000))
    rows = [f"o{n},m{n % 50},2026-01-01 10:00,{amount}" for n, amount in enumerate(amounts)]
    (tmp_path / "orders.csv").write_text("\n".join(["order,who,time,amount", *rows]))
    impatient = {**importing.SQL, "patience": b"SET LOCAL lock_timeout = '50ms'"}
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    first = context.Process(target=import_and_say, args=(database_url, tmp_path, theirs))
    first.start()
    theirs.close()
    assert ours.recv() == "begun"
    with monkeypatch.context() as patched:
        patched.setattr(importing, "SQL", impatient)
        with pytest.raises(FileProblem, match=r"orders\.csv is being imported by another process"):
            import_orders(database_url, tmp_path)
    said: object = "begun"
    while said == "begun":
        ours.send("go on")
        said = ours.recv()
    first.join()
    assert said == 39_600
    assert import_orders(database_url, tmp_path).already_imported
    handed_back = (tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(handed_back) == len(set(handed_back)) == 400
