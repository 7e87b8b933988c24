"""Referrals survive what processes do: being killed between a deed and what came of it, being asked twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tampering import found, unguarded
from travelled_bank import Bank

from jifen.cli.member_page import shown
from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.enquiry.statement import statement
from jifen.enquiry.why import why
from jifen.intake import by_kind, submitting
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Command, Event, Return
from jifen.intake.asking.member_commands import Merge, Refer
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.deciding import append_event
from jifen.intake.relations import arriving
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.proof.proving import prove

DOCUMENT = (Path(__file__).parents[1] / "stories/programmes/inviting.yaml").read_text("utf-8")
JANUARY = "2026-01-05 10:00"


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann", "bob", "cleo")
        bank.do(JANUARY, Refer(id="r", member="bob", referrer="ann"))
        yield bank


def in_inboxes(bank: Bank) -> int:
    row = bank.connection.execute("SELECT count(*) FROM inbox").fetchone()
    assert row is not None
    return int(row[0])


def do_and_be_killed(bank: Bank, monkeypatch: pytest.MonkeyPatch, *commands: Command) -> None:
    """Commit commands and end before anything that came of them is taken."""
    with monkeypatch.context() as killed:
        killed.setattr(submitting, "deliver", lambda *_: [])
        submit(bank.connection, bank.programme, commands, now=bank.now, actor="shop")


def test_what_a_killed_process_left_is_taken_by_the_sweep(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    do_and_be_killed(bank, monkeypatch, bank.bought("kettle", "bob", 6000))
    assert (bank.points("ann"), in_inboxes(bank)) == (0, 1)
    assert prove(bank.connection, bank.programme).holds
    bank.travel("2026-01-05 10:01")
    assert (bank.points("ann"), in_inboxes(bank)) == (500, 0)
    assert prove(bank.connection, bank.programme).holds


def test_what_a_killed_process_left_is_taken_by_the_next_batch_in_its_order(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    do_and_be_killed(bank, monkeypatch, bank.bought("kettle", "bob", 6000))
    do_and_be_killed(bank, monkeypatch, Return(id="back", of="kettle", full=True))
    assert in_inboxes(bank) == 2
    assert prove(bank.connection, bank.programme).holds
    submit(
        bank.connection, bank.programme, [bank.bought("pan", "ann", 1000)], now=bank.now, actor="x"
    )
    assert (bank.points("ann"), in_inboxes(bank)) == (10, 0)
    assert prove(bank.connection, bank.programme).holds


def test_what_fails_stays_in_the_inbox(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> dict[int, Exception]:
        return {0: RuntimeError("the disk is full")}

    do_and_be_killed(bank, monkeypatch, bank.bought("kettle", "bob", 6000))
    failures = arriving.deliver(bank.connection, bank.programme, fail, ["ann"])
    assert ([str(failure) for failure in failures], in_inboxes(bank)) == (["the disk is full"], 1)
    why = bank.connection.execute("SELECT failure FROM inbox").fetchall()
    assert why == [("RuntimeError('the disk is full')",)]
    bank.travel("2026-01-05 10:01")
    assert bank.points("ann") == 500


def test_what_fails_holds_back_nothing_else_and_is_tried_again_by_the_sweep(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.do(JANUARY, Refer(id="s", member="cleo", referrer="ann"))
    do_and_be_killed(bank, monkeypatch, bank.bought("kettle", "bob", 6000))
    do_and_be_killed(bank, monkeypatch, bank.bought("pan", "cleo", 6000))

    def poisoned(work: Work, case: Case, event: Event) -> Answer:
        if event.fields.get("friend") == "bob":
            raise ZeroDivisionError("nobody thought of this")
        return append_event(work, case, event)

    with monkeypatch.context() as patched:
        patched.setattr(by_kind, "append_event", poisoned)
        for expected in (1, 0):
            failures = submitting.deliver_to(bank.connection, bank.programme, ["ann"], now=bank.now)
            assert len(failures) == expected, "once until the next sweep"
        assert (bank.points("ann"), in_inboxes(bank)) == (500, 1)
        with pytest.raises(ZeroDivisionError):
            sweep(bank.connection, bank.programme, bank.now)
    sweep(bank.connection, bank.programme, bank.now)
    assert (bank.points("ann"), in_inboxes(bank)) == (1000, 0)
    assert prove(bank.connection, bank.programme).holds


def test_what_waits_for_a_member_who_is_merged_comes_with_the_merge(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    do_and_be_killed(bank, monkeypatch, bank.bought("kettle", "bob", 6000))
    assert in_inboxes(bank) == 1
    merge = Merge(id="m", member="ann", into="cleo", reason="two cards")
    submit(bank.connection, bank.programme, [merge], now=bank.now, actor="shop")
    assert (bank.points("cleo"), in_inboxes(bank)) == (500, 0)
    assert prove(bank.connection, bank.programme).holds


def test_a_purchase_asked_twice_pays_the_referrer_once(bank: Bank) -> None:
    for _ in range(2):
        bank.do(JANUARY, bank.bought("kettle", "bob", 6000, JANUARY))
    assert (bank.points("ann"), bank.points("bob")) == (500, 110)


def test_a_code_is_found_however_it_is_written_and_never_another(bank: Bank) -> None:
    code = bank.code("ann")
    assert code == bank.code("ann") != bank.code("bob")
    written = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    (answer,) = bank.do(JANUARY, Refer(id="c", member="cleo", code=written))
    assert answer.referrer == "ann"


@pytest.mark.parametrize(
    "forgery",
    [
        "DELETE FROM inbox",
        "UPDATE inbox SET body = replace(body::text, 'kettle', 'teapot')::json",
        "UPDATE referral_code SET member_id = (SELECT member_id FROM member WHERE external_id = 'cleo')",
    ],
)
def test_the_proof_finds_what_is_changed_behind_its_back(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, forgery: str
) -> None:
    bank.code("ann")
    do_and_be_killed(bank, monkeypatch, bank.bought("kettle", "bob", 6000))
    assert found(bank) == []
    with unguarded(bank) as connection:
        connection.execute(forgery)
        assert found(bank) != []


MAPPING = """\
time: {column: at, timezone: Asia/Shanghai}
event: {constant: purchase}
id: id
member: who
referrer: by
enrol: true
fields: {amount: paid}
"""
ORDERS = """\
id,who,by,at,paid
e1,eve,,2026-01-02 09:00,100.00
d1,dan,eve,2026-01-02 10:00,60.00
d2,dan,eve,2026-01-02 11:00,10.00
f1,fay,gil,2026-01-03 10:00,70.00
g1,gil,,2026-01-03 11:00,5.00
e2,eve,dan,2026-01-04 10:00,5.00
"""


def test_a_file_says_who_brought_whom(bank: Bank, tmp_path: Path) -> None:
    """Also those who appear later; a row that says what cannot be is handed back, its purchase is taken."""
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    bank.travel("2026-02-01 10:00")
    for again in (False, True):
        report = import_file(
            bank.connection,
            bank.programme,
            load_mapping(tmp_path / "mapping.yaml"),
            tmp_path / "orders.csv",
            now=bank.now,
            actor="import",
            rejects_path=tmp_path / "rejects.csv",
            again=again,
        )
        assert report.refused == {"own_referrer": 1}
    assert [bank.points(who) for who in ("dan", "eve", "fay", "gil")] == [120, 605, 120, 505]
    assert prove(bank.connection, bank.programme).holds


def test_points_for_a_friend_say_whose_deed_it_was(bank: Bank) -> None:
    bank.do(JANUARY, bank.bought("kettle", "bob", 6000, JANUARY))
    view = member_view(bank.connection, bank.programme, "ann", bank.now)
    (lot,) = view.currencies["points"].lots
    (movement,) = statement(bank.connection, bank.programme, "ann", bank.now).movements
    assert (lot.friend, movement.friend) == ("bob", "bob")
    assert any(
        "邀请好友 · bob" in line or "Referral · bob" in line
        for line in shown(view, [], bank.programme.programme)
    )
    assert lot.of is not None
    assert why(bank.connection, bank.programme, lot.of, "zh").friend == "bob"
    own = member_view(bank.connection, bank.programme, "bob", bank.now).currencies["points"].lots
    assert {lot.friend for lot in own} == {None}


def test_why_says_that_a_referral_is_undone_where_points_are_kept(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, f"{DOCUMENT}returns: keep\n", "2026-01-01 10:00")
        bank.enrol("ann", "bob")
        bank.do(JANUARY, Refer(id="r", member="bob", referrer="ann"))
        bank.do(JANUARY, bank.bought("kettle", "bob", 6000))
        (answer,) = bank.do("2026-01-06 10:00", Return(id="r1", of="kettle", amount=2000))
        assert answer.points == {"points": -50}
        assert (bank.points("ann"), bank.points("bob")) == (0, 60)
        said = why(connection, bank.programme, "kettle", "en").sentences
        assert (
            "“Invitation (friend)”: undone, as what is left after returns would not have brought it."
            in said
        )
        assert "“邀请好友（好友）”：已收回：退货后余下的不再满足条件。" in (
            why(connection, bank.programme, "kettle", "zh").sentences
        )
        assert prove(connection, bank.programme).differences == []
        with unguarded(bank) as forging:
            forging.execute("DELETE FROM event_return WHERE true")
            assert "derived" in found(bank)
