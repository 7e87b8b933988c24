"""A reward becomes dearer no sooner than the notice that was promised of it."""

from __future__ import annotations

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.planning import plan_of
from jifen.intake.versions.corrections import open_correction
from jifen.intake.versions.publishing import apply_version, withdraw_version
from jifen.intake.versions.succeeding import NotPublishable
from jifen.programme.loading import load

DOCUMENT = """
programme: shop
timezone: Asia/Shanghai
money: CNY
raise_notice: 7 days
currencies:
  points: {name: points}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
rewards:
  cup: {price: 90 points}
"""
DEARER, CHEAPER = (DOCUMENT.replace("90", price) for price in ("100", "80"))
WITHOUT_NOTICE = DOCUMENT.replace("raise_notice: 7 days\n", "")


def publish(shop: Bank, document: str, since: str | None = None) -> None:
    begins = None if since is None else shop.instant(since)
    shop.programme = apply_version(
        shop.connection,
        shop.programme,
        document,
        effective_from=begins,
        now=shop.now,
        actor="owner",
    )


def test_a_raise_may_begin_after_so_many_full_days_and_a_cut_at_once(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        for since in (None, "2026-01-08 23:59"):
            with pytest.raises(
                NotPublishable, match=r"'cup' costs 100 .* 2026-01-09 00:00 or later"
            ):
                publish(shop, DEARER, since)
        publish(shop, DEARER, "2026-01-09 00:00")
        withdraw_version(connection, shop.programme, 2, now=shop.now, actor="owner")
        publish(shop, CHEAPER)
        # what is back at its old price is dearer than it has become
        with pytest.raises(NotPublishable, match="costs 90 points instead of 80 points"):
            publish(shop, DOCUMENT)


def test_what_is_cheaper_for_a_while_is_no_way_round_the_notice(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        publish(shop, CHEAPER, "2026-01-05 00:00")
        shop.travel("2026-01-03 10:00")
        with pytest.raises(
            NotPublishable, match=r"instead of 80 points.* 2026-01-11 00:00 or later"
        ):
            publish(shop, DOCUMENT, "2026-01-10 00:00")
        publish(shop, DOCUMENT, "2026-01-11 00:00")


def test_a_plan_says_what_becomes_dearer_and_when_at_the_earliest(database_url: str) -> None:
    def planned(document: str) -> list[tuple[str, str, str]]:
        found = plan_of(connection, shop.programme, document, load(document)).raises
        return [(one.reward, one.said.en, f"{one.earliest:%Y-%m-%d %H:%M}") for one in found]

    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        assert planned(CHEAPER) == planned(DOCUMENT) == []
        dearer = "costs 100 points instead of 90 points"
        assert planned(DEARER) == [("cup", dearer, "2026-01-09 00:00")]
        publish(shop, DEARER, "2026-01-09 00:00")
        at_once = WITHOUT_NOTICE.replace("90", "110")
        ((reward, said, at),) = planned(at_once)
        assert (reward, at) == ("cup", "2026-01-09 00:00"), "it waits for the notice of today"
        assert said == "costs 110 points instead of 90 points"


def test_the_notice_itself_is_given_up_only_with_notice(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        with pytest.raises(NotPublishable, match="notice of 0 days instead of 7"):
            publish(shop, WITHOUT_NOTICE)
        publish(shop, WITHOUT_NOTICE, "2026-01-09 00:00")
        shop.travel("2026-01-10 10:00")
        publish(shop, WITHOUT_NOTICE.replace("90", "100"))


def test_a_correction_raises_a_price_of_the_past_alone(database_url: str) -> None:
    with connect(database_url) as connection:
        shop = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        shop.travel("2026-01-03 10:00")
        since, now = shop.instant("2026-01-02 00:00"), shop.now
        with pytest.raises(NotPublishable, match="'cup' costs 100"):
            open_correction(connection, shop.programme, DEARER, since=since, now=now, actor="owner")
        open_correction(
            connection, shop.programme, DEARER, since=since, until=now, now=now, actor="owner"
        )
