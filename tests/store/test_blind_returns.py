"""Returns that name no purchase: proved, replayed, explained, and moved along by what becomes known later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import GROWING, Bank

from jifen.db.connection import connect
from jifen.enquiry.finding import UnknownEvent
from jifen.enquiry.tier_history import tier_history
from jifen.enquiry.why import why
from jifen.intake.asking.commands import BlindReturn
from jifen.intake.asking.member_commands import Merge, SetFact
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.programme.events import RETURNED
from jifen.programme.loading import load
from jifen.whatif.replaying import replay
from jifen.whatif.report import Both

MIRRORED = (
    GROWING
    + """\
tiers:
  measure: growth
  window: lifetime
  down: never
  ladder: [{id: basic, reach: 0}, {id: silver, reach: 100, multiply: base by 2}]
returns: mirror
"""
)


def came_back(id: str, member: str, amount: int) -> BlindReturn:
    return BlindReturn(id=id, member=member, type=f"{RETURNED}purchase", fields={"amount": amount})


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        bank = Bank(connection, MIRRORED, "2026-01-01 09:00")
        bank.enrol("ann", "bob")
        bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 12_000))
        bank.do("2026-01-06 10:00", came_back("r1", "ann", 3000))
        bank.do("2026-01-07 10:00", bank.bought("a2", "ann", 1000))
        bank.do("2026-01-07 10:00", came_back("r2", "bob", 1000))
        yield bank


def balance(bank: Bank, member: str) -> int:
    (points,) = bank.connection.execute(
        "SELECT points FROM balance JOIN member USING (programme_id, member_id)"
        " WHERE external_id = %s AND currency = 0",
        (member,),
    ).fetchone() or (0,)
    return int(points)


def test_it_takes_what_its_day_would_have_given_and_stands_in_no_tier(bank: Bank) -> None:
    assert (balance(bank, "ann"), balance(bank, "bob")) == (120 - 60 + 20, -10)
    steps = tier_history(bank.connection, bank.programme, "ann", bank.now)
    assert [(step.after, step.event) for step in steps] == [("silver", "a1")]
    assert found(bank) == []


def test_it_is_explained_as_what_it_would_have_been(bank: Bank) -> None:
    told = why(bank.connection, bank.programme, "r1", "en")
    assert told.sentences == [
        "It came back, and nobody says of which purchase. By the programme, what the rules give for it alone is taken:",
        "30 yuan counts.",
        "“base”: 30 yuan × 1 = 30 points.",
        "“growth”: 30 yuan × 1 = 30 growth.",
        "Tier “silver”: times 2, 30 points more.",
        "In all: 60 points, 30 growth.",
    ]
    assert "单独购买" in why(bank.connection, bank.programme, "r1", "zh").sentences[0]
    with pytest.raises(UnknownEvent):
        why(bank.connection, bank.programme, "r9", "en")


def test_a_replay_takes_it_by_the_rules_of_either_side(bank: Bank) -> None:
    triple = MIRRORED.replace("multiply: base by 2", "multiply: base by 3")
    for document, draft in ((MIRRORED, 70), (triple, 120 - 90 + 30 - 10)):
        report = replay(bank.connection, bank.programme, load(document))
        points = next(one.points for one in report.currencies if one.id == "points")
        assert points == Both(70, draft)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM event WHERE event_id = 'r1'",
        "UPDATE event SET type = 'purchase' WHERE event_id = 'r1'",
        "UPDATE event SET type = 'returned visit' WHERE event_id = 'r1'",
        "UPDATE event SET payload = replace(payload::text, '3000', '2900')::json WHERE event_id = 'r1'",
        "DELETE FROM command WHERE key = 'return/r1'",
    ],
)
def test_a_forged_one_is_found(bank: Bank, change: str) -> None:
    with unguarded(bank) as connection:
        connection.execute(change.encode())
        forge_chains(bank)
        assert found(bank)


def test_what_becomes_known_later_moves_it(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, MIRRORED, "2026-01-01 09:00")
        bank.enrol("ann", "eve")
        bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 9000), bank.bought("e1", "eve", 5000))
        bank.do("2026-01-06 10:00", came_back("r1", "ann", 3000))
        assert balance(bank, "ann") == 90 - 30
        bank.do("2026-01-07 10:00", bank.bought("a0", "ann", 2000, "2026-01-04 10:00"))
        assert balance(bank, "ann") == 90 + 20 - 60  # silver when it came back
        bank.correct(MIRRORED.replace("reach: 100", "reach: 500"), "2026-01-02 00:00")
        assert balance(bank, "ann") == 90 + 20 - 30
        bank.do("2026-01-08 10:00", Merge(id="m", member="ann", into="eve", reason="two cards"))
        assert balance(bank, "eve") == 50 + 80
        bank.do("2026-01-09 10:00", came_back("r2", "ann", 1000))
        assert balance(bank, "eve") == 50 + 80 - 10
        assert found(bank) == []


def test_a_file_brings_them_once_however_often_it_is_read(
    database_url: str, tmp_path: Path
) -> None:
    mapping, file = tmp_path / "mapping.yaml", tmp_path / "orders.csv"
    mapping.write_text(
        "time: {column: time, timezone: Asia/Shanghai}\nevent: purchase\nid: id\nmember: who\n"
        "enrol: true\nfields: {amount: amount}\n"
        "returns: {when: {column: amount, below: 0}, of: of, unmatched: mirror}\n"
    )
    file.write_text(
        "id,who,time,amount,of\no1,ann,2026-01-05 10:00,40.00,\n"
        "r1,ann,2026-01-06 10:00,-10.00,o1\nr2,ann,2026-01-07 10:00,-5.00,\n"
    )
    with connect(database_url) as connection:
        bank = Bank(connection, MIRRORED, "2026-02-01 10:00")
        reports = [
            import_file(
                connection, bank.programme, load_mapping(mapping), file,
                now=bank.now, actor="file", rejects_path=tmp_path / "rejects.csv", again=True,
            )
            for _ in range(2)
        ]  # fmt: skip
        assert [(one.events, one.returns, one.replayed) for one in reports] == [
            (1, 2, 0), (0, 0, 3),
        ]  # fmt: skip
        assert balance(bank, "ann") == 25
        assert found(bank) == []


def test_it_is_done_and_shown_by_hand(jifen: Callable[..., str], tmp_path: Path) -> None:
    document = tmp_path / "shop.yaml"
    document.write_text(MIRRORED, encoding="utf-8")
    jifen("init", "--programme", str(document), "--clock", "2026-01-05 10:00")
    jifen("member", "enrol", "ann")
    jifen("do", "event", "type=purchase", "id=o1", "member=ann", "amount=40.00")
    assert "taken back 10 points" in jifen("do", "return", "id=r1", "member=ann", "amount=10.00")
    assert "taken back" in jifen("member", "statement", "ann")
    assert "nobody says of which purchase" in jifen("member", "why", "r1")
    assert "everything agrees" in jifen("prove")


def test_a_correction_lets_relations_have_no_part_of_one(database_url: str) -> None:
    with connect(database_url) as connection:
        document = MIRRORED.replace("earn:", "facts: {spouse: member}\nearn:")
        bank = Bank(connection, document, "2026-01-01 09:00")
        bank.enrol("ann", "bob")
        bank.do("2026-01-02 09:00", SetFact(id="f", member="ann", name="spouse", value="bob"))
        bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 9000), came_back("r1", "ann", 3000))
        rules = "{id: two, on: purchase, give: 10 points, to: spouse}"
        passed = "{id: half, on: purchase, pass_on: 50% of points, to: spouse}"
        bank.correct(
            document.replace("earn:", f"earn:\n  - {rules}\n  - {passed}"), "2026-01-02 00:00"
        )
        bank.travel("2026-01-06 10:00")
        assert (balance(bank, "ann"), balance(bank, "bob")) == (45 - 30, 10 + 45)
        assert found(bank) == []
