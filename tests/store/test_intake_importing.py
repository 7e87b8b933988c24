"""What an import does with an event that fails in a way nobody foresaw."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake import by_kind
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Event, Return
from jifen.intake.asking.member_commands import Refer
from jifen.intake.files import importing, posting
from jifen.intake.files.counts import ImportReport
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.intake.files.problems import FileProblem
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.deciding import append_event
from jifen.intake.submitting import submit
from jifen.programme.loading import template_text
from jifen.proof.proving import prove

MAPPING = """
time: {column: time, timezone: Asia/Shanghai}
event: purchase
id: order
member: who
enrol: true
fields: {amount: amount}
"""


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        yield Bank(connection, template_text("coffee-club"), "2026-02-01 10:00")


def _import(bank: Bank, folder: Path, again: bool = False, said: str = "") -> ImportReport:
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING + said)
    return import_file(
        bank.connection, bank.programme, load_mapping(mapping), folder / "orders.csv",
        now=bank.now, actor="file", rejects_path=folder / "rejects.csv", again=again,
    )  # fmt: skip


def test_the_event_is_handed_back_and_the_others_are_taken(
    bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"o{n},m{n % 3},2026-01-{n + 1:02d} 10:00,1.00" for n in range(20)]
    (tmp_path / "orders.csv").write_text("\n".join(["order,who,time,amount", *rows]))

    def poisoned(work: Work, case: Case, event: Event) -> Answer:
        if event.id == "o7":
            raise ZeroDivisionError("nobody thought of this")
        return append_event(work, case, event)

    with monkeypatch.context() as patched:
        patched.setattr(by_kind, "append_event", poisoned)
        report = _import(bank, tmp_path)
    assert (report.events, dict(report.rejected)) == (19, {"failed": 1})
    (row,) = csv.DictReader((tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines())
    assert (row["order"], row["reject_reason"], row["reject_line"]) == ("o7", "failed", "9")
    assert "nobody thought of this" in row["reject_explanation"]
    mended = _import(bank, tmp_path, again=True)
    assert (mended.events, mended.replayed) == (1, 19)
    assert prove(bank.connection, bank.programme).holds


def test_how_far_it_is_is_told_from_the_beginning_and_within_one_block(
    bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"o{n},m{n},2026-01-05 10:00,1.00" for n in range(40)]
    (tmp_path / "orders.csv").write_text("\n".join(["order,who,time,amount", *rows]))
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING)
    monkeypatch.setattr(posting, "FEW_COMMANDS", 0)
    monkeypatch.setattr(importing, "COMMANDS_PER_BATCH", 5)
    told: list[tuple[float, int]] = []
    report = import_file(
        bank.connection, bank.programme, load_mapping(mapping), tmp_path / "orders.csv",
        now=bank.now, actor="file", rejects_path=tmp_path / "rejects.csv",
        progress=lambda share, so_far: told.append((share, so_far.events + so_far.posting)),
    )  # fmt: skip
    assert report.events == 40
    assert told[0] == (0.0, 0)
    assert told[-1] == (1.0, 40)
    assert told == sorted(told)
    assert [share for share, _ in told if 0 < share < 1], told


def test_a_row_whose_text_cannot_be_kept_is_handed_back(bank: Bank, tmp_path: Path) -> None:
    rows = ["o1,ann,2026-01-05 10:00,1.00", "o\0,ann,2026-01-06 10:00,2.00"]
    rows += [f"o3,{'b' * 501},2026-01-06 10:00,3.00"]
    (tmp_path / "orders.csv").write_text("\n".join(["order,who,time,amount", *rows]))
    report = _import(bank, tmp_path)
    assert (report.events, dict(report.rejected)) == (1, {"malformed": 2})


def test_a_file_of_which_every_row_was_handed_back_is_read_again(
    bank: Bank, tmp_path: Path
) -> None:
    rows = ["o1,ann,yesterday,1.00", "o2,ann,tomorrow,2.00"]
    (tmp_path / "orders.csv").write_text("\n".join(["order,who,time,amount", *rows]))
    for _ in range(2):
        report = _import(bank, tmp_path)
        assert not report.already_imported
        assert report.rejected.total() == 2
    (tmp_path / "orders.csv").write_text("order,who,time,amount\no1,ann,2026-01-05 10:00,1.00\n")
    assert _import(bank, tmp_path).events == 1
    assert _import(bank, tmp_path).already_imported


def test_a_missing_folder_for_rejects_is_said_before_anything_is_taken(
    bank: Bank, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text("order,who,time,amount\no1,ann,2026-01-05 10:00,1.00\n")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING)
    with pytest.raises(FileProblem, match=r"there is no folder .*nowhere"):
        import_file(
            bank.connection, bank.programme, load_mapping(mapping), tmp_path / "orders.csv",
            now=bank.now, actor="file", rejects_path=tmp_path / "nowhere" / "rejects.csv",
        )  # fmt: skip
    assert _import(bank, tmp_path).events == 1


def test_a_row_that_is_refused_or_malformed_leaves_no_member_behind(
    bank: Bank, tmp_path: Path
) -> None:
    taken = ["order,who,time,amount", "o1,ann,2026-01-05 10:00,1.00"]
    (tmp_path / "orders.csv").write_text("\n".join(taken))
    _import(bank, tmp_path)
    bad = ["o1,eve,2026-01-05 10:00,1.00", "o2,ian,2027-01-05 10:00,1.00", "o3,joe,someday,1.00"]
    good = ["o4,bob,2026-01-06 10:00,1.00", "o5,kim,2026-01-06 10:00,1.00"]
    more = ["o1,kim,2026-01-05 10:00,1.00", "o6,ann,2026-01-06 10:00,2.00"]
    (tmp_path / "orders.csv").write_text("\n".join([taken[0], *bad, *good, *more]))
    report = _import(bank, tmp_path)
    assert dict(report.rejected) == {"conflict": 2, "too_new": 1, "malformed": 1}
    assert report.events == 3
    members = bank.connection.execute("SELECT external_id FROM member ORDER BY external_id")
    assert [name for (name,) in members] == ["ann", "bob", "kim"]
    assert prove(bank.connection, bank.programme).holds


def test_who_is_said_to_have_brought_somebody_joins_only_where_that_is_kept(bank: Bank) -> None:
    brought = [Refer(id=f"r-{name}", member="ann", referrer=name) for name in ("bob", "eve")]
    bought = Event(id="e1", member="ann", type="purchase", fields={"amount": 100})
    answered = submit(
        bank.connection, bank.programme, [*brought, bought], now=bank.now, actor="file",
        enrol=True, imported=True,
    )  # fmt: skip
    assert [one.answer.state for one in answered] == ["applied", "refused", "applied"]
    members = bank.connection.execute("SELECT external_id FROM member ORDER BY external_id")
    assert [name for (name,) in members] == ["ann", "bob"]


def test_a_return_of_nothing_known_leaves_no_member_behind(bank: Bank) -> None:
    (said,) = submit(
        bank.connection, bank.programme, [Return(id="r1", member="eve", of="none")],
        now=bank.now, actor="file", enrol=True, imported=True,
    )  # fmt: skip
    assert said.answer.refusal == "unknown_event"
    assert bank.connection.execute("SELECT count(*) FROM member").fetchone() == (0,)


def test_each_row_says_what_is_known_from_its_day_on_in_whatever_order_they_stand(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jifen.intake.files.blocks.ROWS_PER_BLOCK", 2)
    document = (
        "programme: told\ntimezone: Asia/Shanghai\nmoney: CNY\n"
        "currencies: {points: {name: {zh: 积分, en: points}}}\nfacts: {segment: text}\nearn:\n"
        "  - {id: vip, on: purchase, when: segment == 'vip', give: 5 points}\n"
    )
    levels = {16: "new", 15: "", 14: "new", 13: "vip", 12: "vip", 11: "vip"}
    newest_first = [f"o{day},ann,2026-01-{day} 10:00,1.00,{said}" for day, said in levels.items()]
    (tmp_path / "orders.csv").write_text(
        "\n".join(["order,who,time,amount,segment", *newest_first])
    )
    with connect(database_url) as connection:
        bank = Bank(connection, document, "2026-01-01 10:00")
        bank.enrol("ann", segment="plain")
        bank.travel("2026-02-01 10:00")
        assert _import(bank, tmp_path, said="facts: {segment: segment}\n").events == 6
        same_day, day_before = bank.do(
            "2026-02-01 11:00",
            bank.bought("same-day", "ann", 100, "2026-01-11 09:00"),
            bank.bought("day-before", "ann", 100, "2026-01-10 23:59"),
        )
        assert (same_day.points, day_before.points) == ({"points": 5}, {})
        points = connection.execute("SELECT points FROM balance").fetchone()
        assert points == (20,)
        assert _import(bank, tmp_path, again=True, said="facts: {segment: segment}\n").events == 0
        assert connection.execute("SELECT facts FROM member").fetchone() == ({"segment": "new"},)
        assert prove(connection, bank.programme).holds


def test_birthdays_and_facts_are_known_before_the_event_is_judged(
    database_url: str, tmp_path: Path
) -> None:
    document = (
        "programme: told\ntimezone: Asia/Shanghai\nmoney: CNY\n"
        "currencies: {points: {name: {zh: 积分, en: points}}}\nfacts: {segment: text, tags: texts}\nearn:\n"
        "  - {id: vip, on: purchase, when: \"'vip' in tags and birthday_month\", give: 5 points}\n"
    )
    said = "facts: {segment: {column: level, values: {V: vip}, otherwise: plain}, tags: tags}\nbirthday: born\n"
    rows = [
        "o1,ann,2026-01-05 10:00,1.00,V,1990-01-09,vip;app",
        "o2,bob,2026-01-05 10:00,1.00,N,1990-01-09,app",
    ]
    rows += ["o3,ann,2026-01-06 10:00,1.00,,,", "o4,eve,2027-01-06 10:00,1.00,V,1990-01-09,vip"]
    rows += ["o5,joe,2026-01-06 10:00,1.00,V,someday,vip"]
    (tmp_path / "orders.csv").write_text(
        "\n".join(["order,who,time,amount,level,born,tags", *rows])
    )
    with connect(database_url) as connection:
        bank = Bank(connection, document, "2026-02-01 10:00")
        report = _import(bank, tmp_path, said=said)
        assert (report.events, dict(report.rejected)) == (3, {"too_new": 1, "malformed": 1})
        told = connection.execute("SELECT external_id, facts FROM member ORDER BY external_id")
        assert told.fetchall() == [
            ("ann", {"segment": "vip", "tags": ["app", "vip"], "birthday": "1990-01-09"}),
            ("bob", {"segment": "plain", "tags": ["app"], "birthday": "1990-01-09"}),
        ]
        points = connection.execute(
            "SELECT external_id, points FROM balance JOIN member USING (programme_id, member_id)"
        )
        assert dict(points.fetchall()) == {"ann": 10}
        again = _import(bank, tmp_path, again=True, said=said)
        assert (again.events, again.replayed) == (0, 9)
        assert prove(connection, bank.programme).holds


def test_a_row_that_names_a_stranger_as_a_relation_is_handed_back_whole(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches that would part a fact from its event; and taken whole once the stranger has joined."""
    monkeypatch.setattr(importing, "COMMANDS_PER_BATCH", 1)
    document = (
        "programme: told\ntimezone: Asia/Shanghai\nmoney: CNY\n"
        "currencies: {points: {name: {zh: 积分, en: points}}}\n"
        "facts: {spouse: member, segment: text}\nearn:\n"
        "  - {id: base, on: purchase, give: 1 points per 1 of amount}\n"
        "  - {id: for-two, on: purchase, give: 10 points, to: spouse}\n"
    )
    rows = [
        "o1,ann,2026-01-05 10:00,1.00,zoe,vip",
        "o2,ann,2026-01-06 10:00,1.00,,vip",
        "o3,ann,2026-01-07 10:00,1.00,zoe,vip",
        "o4,ann,2026-01-08 10:00,1.00,ann,",
        "o5,bob,2026-01-08 10:00,1.00,ann,",
    ]
    (tmp_path / "orders.csv").write_text("\n".join(["order,who,time,amount,spouse,segment", *rows]))
    said = "facts: {spouse: spouse, segment: segment}\n"
    with connect(database_url) as connection:
        bank = Bank(connection, document, "2026-01-01 10:00")
        bank.enrol("ann", "bob")
        bank.travel("2026-02-01 10:00")
        report = _import(bank, tmp_path, said=said)
        assert (report.events, dict(report.rejected)) == (
            2,
            {"unknown_recipient": 2, "same_member": 1},
        )
        assert _points_of(connection) == {"ann": 1 + 10, "bob": 1}
        bank.enrol("zoe")
        again = _import(bank, tmp_path, again=True, said=said)
        assert (again.events, dict(again.rejected)) == (2, {"same_member": 1})
        assert _points_of(connection) == {"ann": 3 + 10, "bob": 1, "zoe": 20}
        assert prove(connection, bank.programme).holds


def _points_of(connection: psycopg.Connection[Any]) -> dict[str, int]:
    points = connection.execute(
        "SELECT external_id, points FROM balance JOIN member USING (programme_id, member_id)"
    )
    return dict(points.fetchall())


def test_guests_and_exchanges_come_with_a_file_in_whatever_order(
    bank: Bank, tmp_path: Path
) -> None:
    rows = [
        "x1,ann,,2026-01-06 10:00,50.00,o1",  # above the sale that it is for
        "o1,ann,,2026-01-05 10:00,40.00,",
        "g1,,card-9,2026-01-05 11:00,30.00,",
        "x2,ann,,2026-01-07 10:00,20.00,nowhere",
    ]
    (tmp_path / "orders.csv").write_text("\n".join(["order,who,card,time,amount,of", *rows]))
    said = "guest: card\nin_exchange: of\n"
    for events, replayed in ((3, 0), (0, 3)):
        report = _import(bank, tmp_path, again=True, said=said)
        assert (report.events, report.replayed) == (events, replayed)
        assert dict(report.rejected) == {"unknown_event": 1}
    # o1 is wholly back, of 50 and of 30 a big basket is one
    balances = bank.connection.execute(
        "SELECT external_id, points FROM balance JOIN member USING (programme_id, member_id)"
        " WHERE currency = 0 ORDER BY 1"
    ).fetchall()
    assert balances == [("ann", 70), ("card-9", 30)]
    assert prove(bank.connection, bank.programme).holds
