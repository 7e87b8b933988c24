"""Codes that rewards come with: each is one's for ever, and where none is left nothing is paid."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from tampering import found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.code_pools import CodeView, codes_of_member, pools_overview, whose_code
from jifen.intake.asking.commands import Cancel, Redeem, Return
from jifen.intake.asking.member_commands import Merge
from jifen.intake.codes.filling import Source, UnknownPool
from jifen.intake.codes.importing import import_codes
from jifen.intake.codes.making import make_codes
from jifen.intake.submitting import quote, submit
from jifen.operations.sealed import check_all_open, seal_all, seals
from jifen.proof.proving import prove
from jifen.sealing import SealingProblem, new_key
from jifen.worker import arriving

DOCUMENT = Path(__file__).parents[2] / "examples" / "programmes" / "codes.yaml"


@pytest.fixture
def bank(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT.read_text(encoding="utf-8"), "2026-01-01 10:00")
        bank.enrol("ann", "bob")
        bank.do(
            "2026-01-05 10:00", bank.bought("o1", "ann", 900_000), bank.bought("o2", "bob", 900_000)
        )
        yield bank


def take_in(bank: Bank, folder: Path, text: str, pool: str = "cinema") -> list[str]:
    """Import a file; the rows that come back."""
    path, rejects = folder / "codes.csv", folder / "rejects.csv"
    path.write_text(text + "\n", encoding="utf-8")
    rejects.unlink(missing_ok=True)
    import_codes(bank.connection, bank.programme, pool, path, now=bank.now, rejects_path=rejects)
    return rejects.read_text(encoding="utf-8").splitlines()[1:] if rejects.exists() else []


def redeem(id: str, quantity: int = 1, member: str = "ann") -> Redeem:
    return Redeem(id=id, member=member, reward="ticket", quantity=quantity, currency="points")


def codes_of(bank: Bank, member: str = "ann") -> list[CodeView]:
    return codes_of_member(bank.connection, bank.programme, member, behind=None, most=50).codes


def test_who_redeems_gets_the_codes_that_end_first_and_sees_them_opened(
    bank: Bank, tmp_path: Path
) -> None:
    take_in(bank, tmp_path, "code,until\nLATE-0001,2026-09-30\nSOON-0001,2026-02-28\nLAST-0001,")
    (answer,) = bank.do("2026-01-06 10:00", redeem("r1", 2))
    assert (answer.state, answer.taken, len(answer.codes)) == ("applied", 1000, 2)
    found = {one.code: one for one in codes_of(bank)}
    assert set(found) == {"SOON-0001", "LATE-0001"}
    assert {one.number for one in found.values()} == set(answer.codes)
    assert str(found["SOON-0001"].expires_at) == "2026-03-01 00:00:00+08:00"
    assert found["LATE-0001"].of == "redeem/r1"
    owner = whose_code(bank.connection, bank.programme, " LATE-0001 ")
    assert owner is not None
    assert owner.member == "ann"
    assert codes_of(bank, "bob") == []
    (pool, _) = pools_overview(bank.connection, bank.programme, bank.now)
    assert (pool.left, pool.issued, pool.waiting) == (1, 2, 0)


def test_a_retry_is_answered_with_the_same_codes_and_takes_no_more(
    bank: Bank, tmp_path: Path
) -> None:
    take_in(bank, tmp_path, "code\nAAAA-0001\nAAAA-0002")
    first = submit(bank.connection, bank.programme, [redeem("r1")], now=bank.now, actor="shop")
    again = submit(bank.connection, bank.programme, [redeem("r1")], now=bank.now, actor="shop")
    assert again[0].replayed
    assert again[0].answer.codes == first[0].answer.codes
    assert len(codes_of(bank)) == 1


def test_an_empty_pool_refuses_and_nothing_is_paid(bank: Bank, tmp_path: Path) -> None:
    take_in(bank, tmp_path, "code\nAAAA-0001\nAAAA-0002")
    before = bank.points()
    asked = redeem("r1", 3)
    assert quote(bank.connection, bank.programme, asked, now=bank.now).refusal == "out_of_codes"
    (answer,) = bank.do("2026-01-06 10:00", asked)
    assert (answer.refusal, bank.points()) == ("out_of_codes", before)
    assert answer.detail is not None
    assert answer.detail.values == {"left": "2", "asked": "3"}
    one, two, three = bank.do(
        "2026-01-06 11:00", redeem("r2"), redeem("r3", member="bob"), redeem("r4")
    )
    assert (one.state, two.state, three.refusal) == ("applied", "applied", "out_of_codes")
    assert {*one.codes}.isdisjoint(two.codes)


def test_codes_that_have_ended_are_given_to_nobody(bank: Bank, tmp_path: Path) -> None:
    take_in(bank, tmp_path, "code,until\nAAAA-0001,2026-01-07\nAAAA-0002,2026-01-31")
    (_answer,) = bank.do("2026-01-08 00:00", redeem("r1"))
    assert [one.code for one in codes_of(bank)] == ["AAAA-0002"]
    assert bank.do("2026-01-09 00:00", redeem("r2"))[0].refusal == "out_of_codes"


def test_a_code_of_a_cancelled_redemption_is_never_anothers(bank: Bank, tmp_path: Path) -> None:
    take_in(bank, tmp_path, "code\nAAAA-0001\nAAAA-0002")
    bank.do("2026-01-06 10:00", redeem("r1", 2))
    bank.do("2026-01-06 11:00", Cancel(id="c1", member="ann", of="r1", quantity=1))
    states = {one.code: one.state for one in codes_of(bank)}
    assert states == {"AAAA-0001": "issued", "AAAA-0002": "withdrawn"}
    assert bank.do("2026-01-07 10:00", redeem("r2", member="bob"))[0].refusal == "out_of_codes"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        bank.connection.execute("UPDATE code SET member_id = programme_id WHERE code_no = 2")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        bank.connection.execute("DELETE FROM code")


def test_what_rules_issue_waits_for_the_next_codes_but_not_once_it_was_undone(
    bank: Bank, tmp_path: Path
) -> None:
    for place in range(4):
        bank.do(
            "2026-01-10 10:00",
            bank.bought(f"a{place}", "ann", 1_00),
            bank.bought(f"b{place}", "bob", 1_00),
        )
    _, music = pools_overview(bank.connection, bank.programme, bank.now)
    assert (music.waiting, music.left) == (2, 0)
    bank.do("2026-01-11 10:00", Return(id="t1", member="bob", of="b3", full=True))
    _, music = pools_overview(bank.connection, bank.programme, bank.now)
    assert music.waiting == 1, "what came back waits for nothing"
    take_in(bank, tmp_path, "code\nMUSIC-0001\nMUSIC-0002", "music")
    assert [one.code for one in codes_of(bank)] == ["MUSIC-0001"]
    assert codes_of(bank, "bob") == []
    _, music = pools_overview(bank.connection, bank.programme, bank.now)
    assert (music.waiting, music.left, music.issued) == (0, 1, 1)
    bank.do("2026-01-12 10:00", *(bank.bought(f"c{place}", "ann", 1_00) for place in range(5)))
    assert len(codes_of(bank)) == 2


def test_others_are_told_of_the_code_for_which_a_reward_waited_once(
    bank: Bank, tmp_path: Path
) -> None:
    for place in range(9):
        bank.do("2026-01-10 10:00", bank.bought(f"b{place}", "bob", 1_00))
    take_in(bank, tmp_path, "code\nMUSIC-0001", "music")
    bank.merge_or_part("2026-01-11 10:00", "m", merge=True)
    tell_of_codes_that_came(bank)
    take_in(bank, tmp_path, "code\nMUSIC-0002\nMUSIC-0003", "music")
    with pytest.MonkeyPatch.context() as killed:  # between telling and forgetting
        killed.setattr(arriving, "forget_arrived", raising)
        with pytest.raises(KeyboardInterrupt):
            tell_of_codes_that_came(bank)
    tell_of_codes_that_came(bank)
    told = bank.connection.execute(
        "SELECT payload->>'member', payload->>'reward', payload->>'brought_by', payload->>'code' FROM outbox"
        " WHERE name = 'codes.issued' ORDER BY member_seq"
    ).fetchall()
    numbers = {one.code: str(one.number) for one in codes_of(bank)}
    assert told == [
        ("ann", "month-of-music", "event/b3", numbers["MUSIC-0001"]),
        ("ann", "month-of-music", "event/b8", numbers["MUSIC-0002"]),
    ]
    assert prove(bank.connection, bank.programme).differences == []


def raising(*_: object) -> None:
    raise KeyboardInterrupt


def tell_of_codes_that_came(bank: Bank) -> None:
    arriving.tell_arrived(bank.connection, bank.programme, lambda: bank.now)


def test_others_are_told_once_that_few_are_left_and_again_when_it_was_filled(
    bank: Bank, tmp_path: Path
) -> None:
    source = Source("cinema", uuid.uuid4(), bank.now)
    make_codes(bank.connection, bank.programme, source, 203)
    bank.do("2026-01-06 10:00", redeem("r1", 2))
    assert told(bank) == []
    bank.do("2026-01-06 11:00", redeem("r2", 2), redeem("r3", member="bob"))
    bank.do("2026-01-06 12:00", redeem("r4"))
    assert told(bank) == [{"member": "bob", "pool": "cinema", "left": 198}]
    take_in(bank, tmp_path, "code\n" + "\n".join(f"MORE-{number:04}" for number in range(10)))
    bank.do("2026-01-07 10:00", redeem("r5", 8))
    assert [one["left"] for one in told(bank)] == [198, 199]


def told(bank: Bank) -> list[dict[str, object]]:
    rows = bank.connection.execute(
        "SELECT payload FROM outbox WHERE name = 'codes.low' ORDER BY transaction::text::bigint"
    )
    return [row[0] for row in rows.fetchall()]


def test_codes_made_are_all_different_and_asking_again_makes_only_what_lacks(bank: Bank) -> None:
    source = Source("cinema", uuid.uuid4(), bank.now)
    assert make_codes(bank.connection, bank.programme, source, 300) == 300
    assert make_codes(bank.connection, bank.programme, source, 300) == 0
    assert make_codes(bank.connection, bank.programme, source, 310) == 10
    with pytest.raises(UnknownPool):
        make_codes(bank.connection, bank.programme, source._replace(pool="opera"), 1)


def test_a_file_run_again_adds_nothing_and_doubled_codes_come_back_by_line(
    bank: Bank, tmp_path: Path
) -> None:
    text = "code\nAAAA-BBBB-0001\nAAAA-BBBB-0002\nAAAA-BBBB-0001\n\t\nAAAA-BBBB-0003"
    back = take_in(bank, tmp_path, text)
    assert [row.split(",")[:2] for row in back] == [["4", "doubled"], ["5", "malformed"]]
    assert "line 2" in back[0]
    assert "AAAA-BBBB" not in back[0]
    assert take_in(bank, tmp_path, text) == back
    other = take_in(bank, tmp_path, "code\nAAAA-BBBB-0003\nAAAA-BBBB-0009", "music")
    assert [row.split(",")[:2] for row in other] == [["2", "doubled"]]
    pools = pools_overview(bank.connection, bank.programme, bank.now)
    assert [pool.left for pool in pools] == [3, 1]


def test_no_code_stands_in_the_database_and_none_opens_in_anothers_place(
    bank: Bank, tmp_path: Path
) -> None:
    take_in(bank, tmp_path, "code\nSECRET-0001\nSECRET-0002")
    bank.do("2026-01-06 10:00", redeem("r1"))
    codes_of(bank)
    tables = bank.connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    ).fetchall()
    for (table,) in tables:
        text = bank.connection.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t").fetchone()
        assert "SECRET" not in str(text), table
        assert b"SECRET".hex() not in str(text), table
    sealed = bank.connection.execute("SELECT sealed FROM code WHERE code_no = 2").fetchone()
    bank.connection.execute("UPDATE code SET sealed = %s WHERE code_no = 1", sealed)
    with pytest.raises(SealingProblem):
        codes_of(bank)


def test_the_codes_of_who_was_merged_are_the_survivors(bank: Bank, tmp_path: Path) -> None:
    take_in(bank, tmp_path, "code\nAAAA-0001\nAAAA-0002")
    bank.do("2026-01-06 10:00", redeem("r1", member="bob"))
    bank.do("2026-01-06 11:00", Merge(id="m1", member="bob", into="ann", reason="one"))
    assert [one.code for one in codes_of(bank)] == ["AAAA-0001"]
    bank.do("2026-01-06 12:00", Cancel(id="c1", member="ann", of="r1"))
    assert [one.state for one in codes_of(bank)] == ["withdrawn"]


def test_codes_change_their_key_and_are_opened_as_before(
    bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(bank, tmp_path, "code\nAAAA-0001\nAAAA-0002")
    bank.do("2026-01-06 10:00", redeem("r1"))
    second = new_key()
    first = os.environ["JIFEN_SEALING_KEYS"]
    monkeypatch.setenv("JIFEN_SEALING_KEYS", f"{second},{first}")
    assert seals(bank.connection) == (3, 0)
    assert seal_all(bank.connection).total() == 3
    monkeypatch.setenv("JIFEN_SEALING_KEYS", second)
    check_all_open(bank.connection)
    assert seals(bank.connection) == (3, 3)
    assert [one.code for one in codes_of(bank)] == ["AAAA-0001"]
    assert whose_code(bank.connection, bank.programme, "AAAA-0001") is not None
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    with pytest.raises(SealingProblem):
        check_all_open(bank.connection)


def test_without_a_sealing_key_codes_lie_open_as_other_secrets_do(
    bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JIFEN_SEALING_KEYS")
    take_in(bank, tmp_path, "code\nAAAA-0001")
    bank.do("2026-01-06 10:00", redeem("r1"))
    assert [one.code for one in codes_of(bank)] == ["AAAA-0001"]


FORGERIES: tuple[LiteralString, ...] = (
    "UPDATE code SET member_id = (SELECT member_id FROM member WHERE external_id = 'bob'), unit_no = 5"
    " WHERE code_no = 1",
    "UPDATE code SET member_id = NULL, issued_at = NULL, lot_seq = NULL, lot_row_no = NULL, unit_no = NULL"
    " WHERE code_no = 2",
    "UPDATE code SET unit_no = 2 WHERE code_no = 2",
    "DELETE FROM code WHERE code_no = 1",
    "UPDATE code SET (issued_at, member_id, lot_seq, lot_row_no, unit_no) ="
    " (SELECT issued_at, member_id, lot_seq, lot_row_no, 2 FROM code WHERE code_no = 1) WHERE code_no = 3",
)


@pytest.mark.one_server
def test_the_proof_finds_codes_that_are_not_those_of_their_redemption(
    bank: Bank, tmp_path: Path
) -> None:
    take_in(bank, tmp_path, "code\nAAAA-0001\nAAAA-0002\nAAAA-0003\nAAAA-0004")
    bank.do("2026-01-06 10:00", redeem("r1", 2), redeem("r2", member="bob"))
    bank.do("2026-01-07 10:00", Cancel(id="c1", member="ann", of="r1", quantity=1))
    assert found(bank) == []
    for forgery in FORGERIES:
        with unguarded(bank) as connection:
            connection.execute(forgery)
            assert "code" in found(bank), forgery
