"""A version that was published is the one by which everybody goes on."""

from __future__ import annotations

import pytest
from travelled_bank import SHOP, Bank

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.intake.asking.commands import Hold
from jifen.intake.submitting import Republished, settle_members, submit
from jifen.intake.versions.opening import (
    UnknownProgramme,
    create_programme,
    open_programme,
    read_versions,
)
from jifen.intake.versions.publishing import (
    UnknownVersion,
    apply_version,
    replaced_by,
    withdraw_version,
)
from jifen.intake.versions.succeeding import NotPublishable
from jifen.programme.loading import load
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
BETTER = DOCUMENT + "  - {id: daily, on: purchase, give: 5 points, limit: 1 per day}\n"


def test_who_still_holds_an_older_version_settles_by_the_newest(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        shop.enrol("ann")
        older = shop.programme
        shop.travel("2026-01-02 10:00")
        shop.publish(BETTER)
        shop.do("2026-01-02 11:00", shop.bought("o1", "ann", 6000))
        shop.do("2026-01-02 11:00", Hold(id="h1", member="ann", points=30, currency="points"))
        settle_members(connection, older, ["ann"], now=shop.instant("2026-01-02 12:00"))
        member = connection.execute("SELECT member_seq, revision FROM member").fetchone()
        assert member == (4, 2)  # joined, bought, held, settled
        report = prove(connection, shop.programme)
        assert [str(difference) for difference in report.differences] == []


def test_what_was_read_by_an_older_version_is_not_decided_where_that_matters(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        shop.enrol("ann")
        older = shop.programme
        shop.travel("2026-01-02 10:00")
        shop.publish(BETTER)
        commands = [shop.bought("o1", "ann", 6000)]
        now = shop.instant("2026-01-02 11:00")
        with pytest.raises(Republished):
            submit(connection, older, commands, now=now, actor="till", only_by_newest=True)
        assert connection.execute("SELECT max(member_seq) FROM member").fetchone() == (1,)
        submit(connection, shop.programme, commands, now=now, actor="till", only_by_newest=True)
        assert connection.execute("SELECT max(member_seq) FROM member").fetchone() == (2,)


def test_no_version_takes_effect_in_the_past_not_even_in_1970(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        for since in (0, shop.now - 1):
            with pytest.raises(NotPublishable):
                apply_version(
                    connection, shop.programme, BETTER,
                    effective_from=since, now=shop.now, actor="owner",
                )  # fmt: skip


LATER = "2099-03-01 00:00"


def withdraw(shop: Bank, revision: int) -> None:
    shop.programme = withdraw_version(
        shop.connection, shop.programme, revision, now=shop.now, actor="owner"
    )


def publish(shop: Bank, document: str, since: str) -> None:
    shop.programme = apply_version(
        shop.connection, shop.programme, document,
        effective_from=shop.instant(since), now=shop.now, actor="owner",
    )  # fmt: skip


def in_force(shop: Bank, *times: str) -> list[int]:
    return [shop.programme.engine.plan_at(shop.instant(when)).revision for when in times]


def test_a_version_that_is_not_in_force_is_withdrawn_and_stands_in_nobodys_way(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        shop.enrol("ann")
        publish(shop, BETTER, LATER)
        with pytest.raises(NotPublishable, match=r"version 2 is to be in force from 2099-03-01"):
            publish(shop, BETTER + "# sooner\n", "2026-03-01 00:00")
        withdraw(shop, 2)
        assert shop.programme.programme.rules == load(DOCUMENT, "").rules
        assert in_force(shop, "2026-01-02 10:00", "2100-01-01 00:00") == [3, 3]
        withdraw(shop, 2)
        assert shop.programme.revision == 3
        shop.do("2026-01-02 10:00", shop.bought("before", "ann", 100))
        publish(shop, BETTER, "2026-03-01 00:00")
        before_and_after = in_force(shop, "2026-02-28 10:00", "2026-03-01 00:00", "2100-01-01")
        assert before_and_after == [3, 4, 4]
        answer, *_ = shop.do("2026-03-02 10:00", shop.bought("after", "ann", 100))
        assert answer.points == {"points": 6}
        rows = read_versions(cursor(connection), shop.programme.programme_id)
        assert [replaced_by(rows, row) for row in rows] == [None, 3, None, None]
        assert prove(connection, shop.programme).holds


def test_a_currency_that_only_a_withdrawn_version_knew_is_forgotten(database_url: str) -> None:
    more = DOCUMENT.replace("{name: points}", "{name: points}\n  miles: {name: miles}")
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        shop.enrol("ann")
        publish(shop, more + "  - {id: m, on: purchase, give: 1 miles per 1 of amount}\n", LATER)
        withdraw(shop, 2)
        answer, *_ = shop.do("2026-01-02 10:00", shop.bought("o1", "ann", 100))
        assert answer.points == {"points": 1}
        assert shop.points() == 1
        publish(shop, more.replace("{name: miles}", "{name: miles, scale: 2}"), "2026-02-01 00:00")
        shop.do("2026-02-02 10:00", shop.bought("o2", "ann", 100))
        assert prove(connection, shop.programme).holds


def test_what_is_in_force_or_followed_by_another_is_not_withdrawn(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        publish(shop, BETTER, "2026-02-01 00:00")
        publish(shop, BETTER + "# more\n", "2026-03-01 00:00")
        with pytest.raises(NotPublishable, match="version 3 is to follow it"):
            withdraw(shop, 2)
        withdraw(shop, 3)
        assert in_force(shop, "2026-01-01 10:00", "2026-02-02 00:00", "2026-03-02 00:00") == [
            1,
            4,
            4,
        ]
        with pytest.raises(NotPublishable, match="version 4 has taken its place"):
            withdraw(shop, 2)
        withdraw(shop, 4)
        assert in_force(shop, "2026-01-01 10:00", "2026-02-02 00:00", "2026-03-02 00:00") == [5] * 3
        publish(shop, BETTER, "2026-02-01 00:00")
        shop.travel("2026-02-01 00:00")
        for in_force_now in (1, 5, 6):
            with pytest.raises(NotPublishable, match="in force"):
                withdraw(shop, in_force_now)
        with pytest.raises(UnknownVersion):
            withdraw(shop, 7)


def test_the_same_document_for_another_moment_is_refused_until_it_is_withdrawn(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        publish(shop, BETTER, LATER)
        publish(shop, BETTER, LATER)
        assert shop.programme.revision == 2
        for moment in ("2026-02-01 00:00", "2099-04-01 00:00"):
            with pytest.raises(NotPublishable, match="this very document"):
                publish(shop, BETTER, moment)
        withdraw(shop, 2)
        publish(shop, BETTER, "2026-02-01 00:00")
        shop.travel("2026-02-02 00:00")
        publish(shop, BETTER, "2026-03-01 00:00")  # in force by then, and long before
        publish(shop, BETTER, "2026-02-01 00:00")  # asked again, behind its moment
        assert shop.programme.revision == 4
        with pytest.raises(NotPublishable, match="60 seconds"):
            publish(shop, BETTER, "2026-01-15 00:00")


def test_a_lot_ends_by_the_version_in_force_when_it_was_earned(database_url: str) -> None:
    lasting = DOCUMENT.replace("{name: points}", "{name: points, expiry: {rolling: 12 months}}")
    with connect(database_url) as connection:
        shop = Bank(connection, lasting, "2026-01-01 10:00")
        shop.enrol("ann")
        shop.programme = apply_version(
            connection, shop.programme, lasting.replace("12", "1"),
            effective_from=shop.instant("2026-03-01 00:00"), now=shop.now, actor="owner",
        )  # fmt: skip
        shop.do("2026-01-02 10:00", shop.bought("before", "ann", 100))
        shop.do("2026-03-02 10:00", shop.bought("late", "ann", 100, "2026-02-28 10:00"))
        shop.do("2026-03-02 10:00", shop.bought("after", "ann", 100))
        ends = connection.execute(
            "SELECT event_id, to_char(expires_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
            " FROM lot JOIN event USING (programme_id, member_id, member_seq) ORDER BY member_seq"
        )
        assert ends.fetchall() == [
            ("before", "2027-01-03"), ("late", "2027-03-01"), ("after", "2026-04-03"),
        ]  # fmt: skip


ABSURD = DOCUMENT.replace("give: 1 points per 1", "give: 1000000 points per 0.01")


def test_a_document_that_cannot_be_compiled_is_not_kept(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        with pytest.raises(NotPublishable, match=r"cannot be compiled: .*more than 10\^17"):
            publish(shop, ABSURD, LATER)
        with pytest.raises(NotPublishable, match="cannot be compiled"):
            create_programme(connection, ABSURD, slug="absurd", now=shop.now, actor="owner")
        assert open_programme(connection, shop.programme.slug).revision == 1
        with pytest.raises(UnknownProgramme):
            open_programme(connection, "absurd")


def test_who_looked_before_a_version_was_published_proves_by_it_all_the_same(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, SHOP, "2026-01-01 10:00")
        bank.enrol("ann")
        before = bank.programme
        bank.publish(SHOP.replace("give: 1 points", "give: 2 points"))
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 1_000))
        assert prove(connection, before).differences == []
