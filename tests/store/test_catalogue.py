"""The catalogue shows a member what they may have, at their price, and tells what is missing; prices keep a history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.engine.events import Value
from jifen.enquiry.catalogue import CataloguePage, UnknownOffer, Wanted, catalogue_page
from jifen.enquiry.offers import Offer
from jifen.enquiry.price_history import UnknownReward, price_history
from jifen.instants import NEVER
from jifen.intake.asking.commands import Redeem
from jifen.intake.stock.changing import StockChange, change_stock
from jifen.intake.submitting import quote
from jifen.intake.versions.publishing import apply_version

DOCUMENT = """
programme: mall
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
  beans: {name: {zh: 咖啡豆, en: beans}, scale: 1}
words:
  drinks: {zh: 饮品, en: drinks}
tables:
  award: {by: zone, rows: {near: 400, far: 700}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
rewards:
  mug: {name: {zh: 马克杯, en: mug}, kind: goods, price: 300 points}
  tea: {name: {zh: 茶, en: tea}, category: drinks, price: 60 points, limit: 2 tea per month}
  coffee: {name: {zh: 咖啡, en: coffee}, category: drinks, price: [90 points, 7.5 beans]}
  flight: {kind: virtual, price: 'table[award] points', fields: {zone: text}}
  tasting: {kind: experience, price: 50 points, shown: tier >= 'gold'}
  suite: {price: 10 points, when: tier >= 'gold'}
  purse: {price: 10 points, balance: 220 points}
  pair: {price: 40 points, min: 6}
  app-cup: {price: 80 points, shown: channel == 'app', fields: {channel: text}}
  gift: {name: {zh: 礼物, en: gift}}
tiers:
  measure: amount
  window: lifetime
  ladder:
    - {id: basic, name: {zh: 普卡, en: Basic}, reach: 0}
    - {id: gold, name: {zh: 金卡, en: Gold}, reach: 1000, reward_discount: 15%}
"""

ANYTHING = Wanted()
Jifen = Callable[..., str]


def looked(
    bank: Bank, wanted: Wanted = ANYTHING, behind: str | None = None, most: int = 50
) -> CataloguePage:  # fmt: skip
    now = bank.now
    return catalogue_page(
        bank.connection, bank.programme, "ann", wanted, behind=behind, most=most, now=now
    )


def by_id(page: CataloguePage) -> dict[str, Offer]:
    return {offer.id: offer for offer in page.offers}


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        mall = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        mall.enrol("ann")
        mall.travel("2026-01-02 10:00")
        mall.do("2026-01-02 10:00", mall.bought("o1", "ann", 20000))
        yield mall


def test_what_can_be_had_comes_first_then_what_least_is_missing_for(bank: Bank) -> None:
    page = looked(bank)
    assert [(offer.id, offer.state, offer.missing) for offer in page.offers] == [
        ("tea", "affordable", 0),
        ("coffee", "affordable", 0),
        ("purse", "short", 20),
        ("pair", "short", 40),
        ("mug", "short", 100),
        ("flight", "short", 200),
        ("suite", "not_entitled", 0),
    ]
    assert (page.points, page.found, page.can_use) == ({"points": 200, "beans": 0}, 7, True)
    assert [price.from_ for price in by_id(page)["flight"].prices] == [True]


def test_what_the_catalogue_says_can_be_had_is_what_a_redemption_is_answered(bank: Bank) -> None:
    for offer in looked(bank, Wanted(channel="app")).offers:
        said: dict[str, dict[str, Value]] = {
            "flight": {"zone": "near"},
            "app-cup": {"channel": "app"},
        }
        (first, *_) = offer.prices
        asked = Redeem(
            id="quote", member="ann", reward=offer.id, quantity=6 if offer.id == "pair" else 1,
            currency=first.currency, fields=said.get(offer.id, {}), price=None,
        )  # fmt: skip
        answer = quote(bank.connection, bank.programme, asked, now=bank.now)
        refusals = {
            "affordable": None,
            "short": "insufficient_points",
            "not_entitled": "not_entitled",
        }
        assert answer.refusal == refusals[offer.state], offer.id
        if offer.state == "affordable":
            assert answer.taken == first.points


def test_a_tier_sees_more_and_pays_less_and_limits_run_down(bank: Bank) -> None:
    assert "tasting" not in by_id(looked(bank))
    bank.do("2026-01-03 10:00", bank.bought("o2", "ann", 100000))
    found = by_id(looked(bank))
    assert found["tasting"].state == "affordable"
    (price,) = found["mug"].prices
    assert (price.listed, price.points) == (300, 255)
    assert found["tea"].left == 2
    for number in (1, 2):
        asked = Redeem(
            id=f"r{number}", member="ann", reward="tea", quantity=1, currency="points", fields={}, price=None
        )  # fmt: skip
        bank.do("2026-01-03 11:00", asked)
    assert (by_id(looked(bank))["tea"].state, by_id(looked(bank))["tea"].left) == (
        "limit_reached",
        0,
    )


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(category="drinks"), ["tea", "coffee"]),
        (Wanted(kind="goods"), ["mug"]),
        (Wanted(find="饮"), ["tea", "coffee"]),
        (Wanted(find="MUG"), ["mug"]),
        (Wanted(most_points=60), ["tea", "coffee", "purse", "pair", "suite"]),  # coffee: 7.5 beans
        (Wanted(state="short"), ["purse", "pair", "mug", "flight"]),
        (Wanted(channel="app", category=None, most_points=80, sort="price"),
         ["suite", "purse", "pair", "tea", "app-cup", "coffee"]),
    ],
)  # fmt: skip
def test_it_is_filtered_searched_and_sorted(bank: Bank, wanted: Wanted, ids: list[str]) -> None:
    assert [offer.id for offer in looked(bank, wanted).offers] == ids


def test_pages_together_show_everything_once(bank: Bank) -> None:
    seen: list[str] = []
    behind = None
    while True:
        page = looked(bank, behind=behind, most=3)
        seen += [offer.id for offer in page.offers]
        if not page.more:
            break
        behind = seen[-1]
    assert seen == [offer.id for offer in looked(bank).offers]
    with pytest.raises(UnknownOffer):
        looked(bank, behind="tasting")


def test_prices_keep_their_history_and_tell_what_is_to_come(bank: Bank) -> None:
    def publish(document: str, since: str) -> None:
        bank.programme = apply_version(
            bank.connection, bank.programme, document,
            effective_from=bank.instant(since), now=bank.now, actor="owner",
        )  # fmt: skip

    dearer = DOCUMENT.replace("kind: goods, price: 300", "kind: goods, price: 350")
    cheaper_tea = dearer.replace("price: 60", "price: 50")
    publish(dearer, "2026-02-01 00:00")
    publish(cheaper_tea, "2026-03-01 00:00")  # the mug costs the same
    publish(cheaper_tea.replace(", kind: goods, price: 350 points", ""), "2026-04-01 00:00")
    bank.travel("2026-01-10 10:00")
    history = price_history(bank.connection, bank.programme, "mug")
    assert [
        (one.since, one.until, [price.points for price in one.prices]) for one in history.spans
    ] == [
        (0, bank.instant("2026-02-01 00:00"), [300]),
        (bank.instant("2026-02-01 00:00"), bank.instant("2026-04-01 00:00"), [350]),
        (bank.instant("2026-04-01 00:00"), NEVER, []),
    ]
    first = history.spans[0].prices[0]
    assert (first.said.zh, first.said.en, first.tiers) == ("300 积分", "300 points", {"gold": 255})
    (flight,) = price_history(bank.connection, bank.programme, "flight").spans
    assert flight.prices[0].points is None
    assert price_history(bank.connection, bank.programme, "gift").spans == []
    with pytest.raises(UnknownReward):
        price_history(bank.connection, bank.programme, "nothing")


def test_an_operator_looks_as_a_member_does(jifen: Jifen, tmp_path: Path) -> None:
    (tmp_path / "mall.yaml").write_text("raise_notice: 7 days\n" + DOCUMENT, "utf-8")
    jifen("init", "--programme", str(tmp_path / "mall.yaml"), "--clock", "2026-01-01")
    jifen("member", "enrol", "ann")
    jifen("do", "event", "id=o1", "member=ann", "type=purchase", "amount=200.00")
    lines = [" ".join(line.split()) for line in jifen("member", "catalogue", "ann").splitlines()]
    assert lines[1:4] == [
        "tea 60 points can be had 2",
        "coffee 90 points or 7.5 beans can be had",
        "purse 10 points 20 points missing",
    ]
    assert "flight from 400 points 200 points missing" in lines
    assert "suite 10 points not for this member" in lines
    found = jifen("member", "catalogue", "ann", "--find", "mug", "--lang", "zh").splitlines()[-1]
    assert found.split() == ["马克杯", "300", "积分", "还差", "100", "积分"]
    nothing_counted = jifen("member", "catalogue", "ann", "--popular").splitlines()[1]
    assert nothing_counted.split()[0] == "mug"  # as the document has it
    found = jifen("member", "catalogue", "ann", "--affordable", "--find", "mug")
    assert found == "nothing is shown\n"
    assert jifen("programme", "prices", "mug") == (
        "from the beginning: 300 points\na raise takes 7 full days of notice\n"
    )
    assert "there is no reward 'cup'" in jifen("programme", "prices", "cup", code=1)


def test_what_all_members_have_had_says_so_until_the_next_day(database_url: str) -> None:
    document = DOCUMENT.replace(
        "price: 300 points", "price: 30 points, limit: 3 mug per day, limit_for_all: 2 per day"
    )
    with connect(database_url) as connection:
        mall = Bank(connection, document, "2026-01-01 10:00")
        mall.enrol("ann", "bob")
        mall.do(
            "2026-01-01 10:00", mall.bought("o1", "ann", 20000), mall.bought("o2", "bob", 20000)
        )
        mug = by_id(looked(mall))["mug"]
        assert (mug.state, mug.left) == ("affordable", 2)
        taken = Redeem(id="r1", member="bob", reward="mug", currency="points", quantity=2)
        mall.do("2026-01-01 11:00", taken)
        mug = by_id(looked(mall))["mug"]
        assert (mug.state, mug.left) == ("all_taken", 0)
        mall.travel("2026-01-02 00:00")
        mug = by_id(looked(mall))["mug"]
        assert (mug.state, mug.left) == ("affordable", 2)


def test_what_can_be_ordered_before_it_is_there_says_from_when_on(database_url: str) -> None:
    document = DOCUMENT.replace(
        "price: 300 points", "price: 30 points, fulfil: pick_up, ready: 2026-01-03 10:00"
    )
    with connect(database_url) as connection:
        mall = Bank(connection, document, "2026-01-01 10:00")
        mall.enrol("ann")
        mall.do("2026-01-01 10:00", mall.bought("o1", "ann", 20000))
        mug = by_id(looked(mall))["mug"]
        assert (mug.state, mug.ready_at) == ("affordable", mall.instant("2026-01-03 10:00"))
        mall.travel("2026-01-03 10:00")
        assert by_id(looked(mall))["mug"].ready_at is None


def test_what_is_sold_out_or_opens_later_says_so_and_what_has_closed_is_gone(
    database_url: str,
) -> None:
    document = DOCUMENT.replace("price: 300 points", "price: 30 points, stock: counted").replace(
        "price: [90 points, 7.5 beans]", "price: 90 points, between: [2026-01-03 10:00, 2026-01-04 00:00]"
    )  # fmt: skip
    with connect(database_url) as connection:
        mall = Bank(connection, document, "2026-01-01 10:00")
        mall.enrol("ann")
        mall.do("2026-01-01 10:00", mall.bought("o1", "ann", 20000))
        found = by_id(looked(mall))
        assert (found["mug"].state, found["mug"].in_stock) == ("out_of_stock", 0)
        assert (found["coffee"].state, found["coffee"].opens_at) == (
            "not_yet_open", mall.instant("2026-01-03 10:00"),
        )  # fmt: skip
        delivered = StockChange(id="d1", reward="mug", place="north", kind="add", asked=3)
        change_stock(connection, mall.programme, delivered, now=mall.now, actor="office")
        mall.travel("2026-01-03 10:00")
        found = by_id(looked(mall))
        assert (found["mug"].state, found["mug"].in_stock) == ("affordable", 3)
        assert (found["coffee"].state, found["coffee"].opens_at) == ("affordable", None)
        mall.travel("2026-01-04 00:00")
        assert "coffee" not in by_id(looked(mall))
