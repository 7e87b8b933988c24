"""A correction touches nobody until it is posted, and then everybody exactly once, whatever comes between."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import Return
from jifen.intake.versions import corrections
from jifen.intake.versions.corrections import (
    drop_correction,
    found_correction,
    open_correction,
    post_correction,
)
from jifen.intake.versions.opening import open_programme, set_test_clock
from jifen.intake.versions.publishing import apply_version
from jifen.intake.versions.succeeding import NotPublishable
from jifen.programme.loading import template_text
from jifen.proof.proving import prove

DOCUMENT = """
programme: shop
name: Shop
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""
DOUBLE = DOCUMENT.replace("give: 1", "give: 2")


def peopled(bank: Bank, members: int = 5) -> Bank:
    names = [f"m{number}" for number in range(members)]
    bank.enrol(*names)
    for day in (5, 25):
        bought = [bank.bought(f"{name}-{day}", name, 1000) for name in names]
        bank.do(f"2026-01-{day:02d} 10:00", *bought)
    bank.travel("2026-02-01 10:00")
    return bank


def points(bank: Bank) -> list[int]:
    rows = bank.connection.execute(
        "SELECT points FROM balance JOIN member USING (programme_id, member_id) ORDER BY external_id"
    )
    return [row[0] for row in rows]


def proved(bank: Bank) -> list[str]:
    return [str(found) for found in prove(bank.connection, bank.programme).differences]


def opened(bank: Bank, since: str = "2026-01-20 00:00") -> None:
    open_correction(
        bank.connection, bank.programme, DOUBLE,
        since=bank.instant(since), now=bank.now, actor="owner",
    )  # fmt: skip


def test_what_is_open_touches_nobody_and_may_be_dropped(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = peopled(Bank(connection, DOCUMENT, "2026-01-01 10:00"))
        opened(bank)
        assert bank.do("2026-02-02 10:00", bank.bought("x", "m0", 1000))[0].points == {"points": 10}
        assert points(bank) == [30, 20, 20, 20, 20]
        with pytest.raises(NotPublishable, match="open already"):
            opened(bank)
        assert found_correction(connection, bank.programme) is not None
        assert drop_correction(connection, bank.programme, now=bank.now, actor="owner")
        assert not drop_correction(connection, bank.programme, now=bank.now, actor="owner")
        _, members = post_correction(connection, bank.programme, now=bank.now, actor="owner")
        assert members == 0
        assert points(bank) == [30, 20, 20, 20, 20]
        assert proved(bank) == []


def test_posting_twice_posts_once(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = peopled(Bank(connection, DOCUMENT, "2026-01-01 10:00"))
        assert bank.correct(DOUBLE, "2026-01-20 00:00") == 5
        assert points(bank) == [30] * 5
        _, members = post_correction(connection, bank.programme, now=bank.now, actor="owner")
        assert members == 0
        assert points(bank) == [30] * 5
        assert proved(bank) == []


def test_posting_that_was_interrupted_goes_on(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        bank = peopled(Bank(connection, DOCUMENT, "2026-01-01 10:00"))
        opened(bank)
        monkeypatch.setattr(corrections, "MEMBERS_PER_SLICE", 2)

        def interrupted(done: int) -> None:
            if done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            post_correction(
                connection, bank.programme, now=bank.now, actor="owner", told=interrupted
            )
        bank.programme = open_programme(connection, bank.programme.slug)
        assert sorted(points(bank)) == [20, 20, 20, 30, 30]
        assert proved(bank) == []
        # whoever comes first is corrected first: a purchase, a return, a spend
        (answer,) = bank.do("2026-02-01 11:00", bank.bought("x", "m4", 1000))
        assert (answer.points, answer.balance) == ({"points": 20}, {"points": 50})
        bank.do("2026-02-01 11:00", Return(id="r", member="m3", of="m3-25", full=True))
        assert points(bank)[3:] == [10, 50]
        bank.programme, members = post_correction(
            connection, bank.programme, now=bank.now, actor="owner"
        )
        assert members <= 3
        assert points(bank) == [30, 30, 30, 10, 50]
        assert proved(bank) == []


def test_what_ended_while_nobody_swept_is_settled_before_the_past_is_judged_again(
    database_url: str,
) -> None:
    ending = DOCUMENT.replace("{name: points}", "{name: points, expiry: 10 days, min_life: 0 days}")
    with connect(database_url) as connection:
        bank = peopled(Bank(connection, ending, "2026-01-01 10:00"))
        assert points(bank) == [10] * 5
        bank.programme = set_test_clock(
            connection, bank.programme, bank.instant("2026-02-09 10:00")
        )
        assert bank.correct(ending.replace("give: 1", "give: 2"), "2026-01-20 00:00") == 5
        assert points(bank) == [0] * 5
        assert proved(bank) == []


def test_a_correction_begins_in_the_past_and_keeps_what_never_changes(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = peopled(Bank(connection, DOCUMENT, "2026-01-01 10:00"))
        with pytest.raises(NotPublishable, match="in the past"):
            opened(bank, "2026-03-01 00:00")
        with pytest.raises(NotPublishable, match="time zone and money"):
            open_correction(
                connection, bank.programme, DOCUMENT.replace("CNY", "USD"),
                since=0, now=bank.now, actor="owner",
            )  # fmt: skip


def test_a_version_that_is_due_later_goes_before_a_corrected_period(database_url: str) -> None:
    """The period ends; what was published for afterwards holds, and can be followed by others."""
    with connect(database_url) as connection:
        bank = peopled(Bank(connection, DOCUMENT, "2026-01-01 10:00"))
        bank.programme = apply_version(
            connection, bank.programme, DOCUMENT.replace("give: 1", "give: 3"),
            effective_from=bank.instant("2026-03-01 00:00"), now=bank.now, actor="owner",
        )  # fmt: skip
        bank.correct(DOUBLE, "2026-01-20 00:00", "2026-02-01 00:00")
        assert points(bank) == [30] * 5
        assert bank.programme.programme.rules[0].action.how.points == 3  # type: ignore[union-attr]
        (before,) = bank.do("2026-02-20 10:00", bank.bought("x", "m0", 1000))
        (after,) = bank.do("2026-03-02 10:00", bank.bought("y", "m0", 1000))
        assert (before.points, after.points) == ({"points": 10}, {"points": 30})
        bank.publish(DOCUMENT)
        assert proved(bank) == []


def test_the_batch_is_shown_and_written_before_it_is_posted(
    club: Callable[..., str], tmp_path: Path
) -> None:
    story = tmp_path / "purchases.csv"
    story.write_text("at,id,who,sum\n2026-01-10 10:00,o1,ann,60.00\n", encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "time: {column: at, timezone: Asia/Shanghai}\nevent: purchase\nid: id\nmember: who\n"
        "enrol: true\nfields: {amount: sum}\n",
        encoding="utf-8",
    )
    club("import", str(mapping), str(story))
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        template_text("coffee-club").replace("give: 20 points", "give: 30 points"), encoding="utf-8"
    )
    table = tmp_path / "differences.csv"
    assert "no correction is open" in club("programme", "correct", code=1)
    said = club("programme", "correct", str(draft), "--from", "2026-01-01", "--csv", str(table))
    assert "It touches nobody until it is posted." in said
    assert list(csv.reader(table.read_text(encoding="utf-8").splitlines())) == [
        ["member", "currency", "awarded", "corrected", "difference"],
        ["ann", "points", "80", "90", "10"],
    ]
    assert "80" in club("member", "show", "ann")
    assert json.loads(club("programme", "correct", "--json"))["better"] == 1
    assert "Version 2 is posted; 1 member judged again." in club("programme", "correct", "--post")
    assert "nothing to post" in club("programme", "correct", "--post")
    assert "90" in club("member", "show", "ann")
    club("prove")
    club("programme", "correct", str(draft), code=2)
    assert "No correction is open." in club("programme", "correct", "--drop")


def test_a_correction_of_days_on_which_nobody_did_anything_leaves_the_books_whole(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = peopled(Bank(connection, DOCUMENT, "2026-01-01 10:00"), 2)
        bank.travel("2026-02-20 10:00")
        bank.correct(DOUBLE, "2026-01-10 00:00", "2026-01-20 00:00")
        assert points(bank) == [20, 20]
        assert proved(bank) == []
        connection.execute("UPDATE member SET revision = 3 WHERE external_id = 'm0'")
        assert any("m0" in found and "revision 3" in found for found in proved(bank))
