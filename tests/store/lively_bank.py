"""A small bank in which everything has happened that can: what proofs and enquiries are tried on."""

from __future__ import annotations

from typing import Any

import psycopg
from travelled_bank import Bank

from jifen.instants import date_of
from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    CancelOrder,
    Capture,
    Event,
    Hold,
    Redeem,
    Return,
    Spend,
    TakeBack,
    Transfer,
    Void,
)
from jifen.intake.asking.member_commands import (
    Freeze,
    Group,
    Merge,
    OpenedCounter,
    OpenedLot,
    Opening,
    Refer,
    SetFact,
    Unmerge,
)
from jifen.intake.asking.order_commands import Approve, Close, PickUp, Ship
from jifen.intake.using.addresses import Address, keep_address
from jifen.programme.loading import template_text

DOCUMENT = template_text("coffee-club")
LATER_DOCUMENT = (
    DOCUMENT.replace("give: 20 points", "give: 25 points")
    .replace("count('purchase', 'week') == 3", "count('purchase', 'month') == 3")
    .replace("unit_price: 0.025\n", "unit_price: 0.025\n    transfers: {fee: 1}\n")
    .replace(
        "earn:\n",
        "earn:\n  - {id: spread, on: share, give: 5 points, limit: 1 per day, budget: 8 points}\n",
    )
    + "\nhouseholds: {share: points}\n"
    + "rewards: {mug: {name: {zh: 马克杯, en: mug}, price: 20 points, stock: counted}}\n"
)
WITH_ORDERS = LATER_DOCUMENT.replace(
    "rewards: {",
    "rewards: {vase: {price: 20 points, fulfil: {by: shipping, approve: 3 days, within: 7 days}}, "
    "cake: {price: 5 points, fulfil: pick_up, limit_for_all: 9 per day}, ",
)
FIRST_DAY = 20_600  # 2026-05-27


def lively_bank(connection: psycopg.Connection[Any]) -> Bank:
    """Ann does everything, Bob little and under the first version only, Cid buys often enough for checkpoints of
    both versions, Dee sets points aside, Fay thinks again and is corrected, Flo comes from a former system,
    Gus and Hal were brought by Ivy."""
    bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
    bank.enrol("ann", birthday="1990-05-17")
    bank.enrol("bob", "cid", "dee", "fay", "flo")
    counted = [OpenedCounter(kind="count", of="purchase", value=4, day=20_450)]
    bank.do(
        "2026-01-02 10:00",
        Opening(
            id="i1",
            member="flo",
            lots=[OpenedLot(currency="points", points=60)],
            counters=counted,
            tier="silver",
            tier_until=FIRST_DAY,
        ),
    )
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 6000), bank.bought("b1", "bob", 9900))
    bank.do("2026-01-06 10:00", Return(id="r1", of="o1", amount=2000))
    bank.do("2026-01-07 10:00", hold("h1", 30))
    bank.do("2026-01-07 10:05", spend("s1", 11), spend("s2", 5), capture("c1", "h1", 20))
    bank.do("2026-01-08 10:00", hold("h2", 2), hold("h3", 3))
    bank.do("2026-01-08 10:05", Void(id="v1", member="ann", of="h2"))
    bank.do(
        "2026-01-09 10:00",
        bank.bought("o3", "ann", 160_000),
        bank.bought("o0", "ann", 3300, "2026-01-04 10:00"),
        Freeze(id="f1", member="bob", frozen=True),
        Adjust(id="a1", member="ann", points=7, currency="points", reason="sorry"),
        SetFact(id="t1", member="ann", name="birthday", value="1990-05-18"),
    )
    bank.do("2026-01-10 10:00", Event(id="q1", member="ann", type="survey"), spend("s3", 1600))
    bank.do("2026-01-11 10:00", Return(id="r3", of="o3", full=True))  # Ann now owes
    many = [
        bank.bought(f"m{one}", "cid", 1000 + one, f"{date_of(FIRST_DAY + one // 120)} 12:00")
        for one in range(600)
    ]
    bank.do("2026-06-05 10:00", *many)
    bank.publish(LATER_DOCUMENT)
    bank.do(
        "2026-06-06 10:00",
        bank.bought("o4", "ann", 60_000),
        bank.bought("late", "cid", 5000, f"{date_of(FIRST_DAY + 3)} 12:30"),
        bank.bought("d1", "dee", 9000),
        hold("h4", 40, "dee", minutes=30 * 24 * 60),
    )
    bank.enrol("gus", "hal", "ivy")
    bank.do(
        "2026-06-06 11:00",
        Refer(id="gus", member="gus", referrer="ivy"),
        Refer(id="hal", member="hal", code=bank.code("ivy")),
    )
    bank.do("2026-06-06 12:00", bank.bought("p1", "gus", 8000), bank.bought("p2", "hal", 4000))
    bank.do("2026-06-07 10:00", Return(id="r4", of="p2", full=True))
    shared = [Event(id=f"w-{name}", member=name, type="share") for name in ("gus", "hal", "ivy")]
    bank.do("2026-06-07 11:00", *shared)  # the budget has 8 points for them
    bank.travel("2027-02-03 10:00")  # what was earned in January has ended
    bank.do("2027-06-20 10:00", bank.bought("d2", "dee", 3000), hold("h5", 40, "dee", 20 * 24 * 60))
    bank.travel("2027-07-03 10:00")  # so has what Dee has not set aside
    bank.do(
        "2027-07-03 11:00",
        bank.bought("e1", "fay", 4000),
        spend("s4", 30, "fay"),
        hold("h7", 8, "fay"),
        capture("c2", "h7", 6, "fay"),
    )
    bank.do("2027-07-03 11:30", Cancel(id="x1", of="s4", points=12), Cancel(id="x2", of="h7"))
    bank.do(
        "2027-07-03 12:00",
        bank.bought("e2", "fay", 6000),
        Transfer(id="g1", member="fay", to="bob", points=40, currency="points"),
        Transfer(id="g2", member="fay", to="cid", points=5, currency="points"),
    )
    bank.do(
        "2027-07-03 12:02",
        Group(id="k1", member="fay", household="smiths", role="owner"),
        Group(id="k2", member="cid", household="smiths"),
        Group(id="k3", member="flo", household="smiths"),
        Group(id="k4", member="flo", household="smiths", leave=True),
    )
    bank.do("2027-07-03 12:05", Cancel(id="x3", of="g1", points=7))
    bank.travel("2027-07-03 12:10")  # what is recorded with a version may be judged by it or not
    bank.correct(
        LATER_DOCUMENT.replace("give: 1 points per 1", "give: 2 points per 1"), "2027-07-01 00:00"
    )
    _two_who_are_one(bank)
    bank.do("2027-07-04 10:00", hold("h6", 15, "dee"))
    return bank


def lively_bank_with_orders(connection: psycopg.Connection[Any]) -> Bank:
    """The same, and Ned orders vases, of which one is too many and one breaks on its way; and two cakes, of which he
    fetches one."""
    bank = lively_bank(connection)
    bank.publish(WITH_ORDERS)
    bank.enrol("ned")
    bank.do("2027-07-05 10:00", bank.bought("t1", "ned", 20_000))
    bank.do(
        "2027-07-05 11:00",
        Redeem(id="vases", member="ned", reward="vase", quantity=3, currency="points"),
        Redeem(id="cake", member="ned", reward="cake", currency="points"),
        Redeem(id="late", member="ned", reward="vase", currency="points"),
        Redeem(id="more", member="ned", reward="cake", currency="points"),
    )
    address = Address(recipient="Ned", address="1 Some Street")
    keep_address(bank.connection, bank.programme, "vases", address, now=0, actor="office")
    bank.do(
        "2027-07-05 11:05", Approve(id="t1", of="vases"), PickUp(id="t2", of="cake", shop="bund")
    )
    bank.do("2027-07-05 11:10", CancelOrder(id="t3", of="vases", quantity=1))
    bank.do("2027-07-05 11:15", Ship(id="t4", of="vases", carrier="SF", tracking="SF1017"))
    bank.do("2027-07-06 11:00", TakeBack(id="t5", of="vases", quantity=1))
    bank.do("2027-07-07 11:00", Close(id="t6", of="vases"))
    bank.travel("2027-07-08 11:00")  # nobody has approved the late one
    return bank


def _two_who_are_one(bank: Bank) -> None:
    """Lee is Kim, and buys before and behind it; Max was taken for Kim."""
    bank.enrol("kim", "lee", "max")
    bank.do("2027-07-04 04:00", bank.bought("k1", "kim", 4000), bank.bought("l1", "lee", 9000))
    bank.do("2027-07-04 04:05", bank.bought("l2", "lee", 7000), bank.bought("n1", "max", 5000))
    bank.do("2027-07-04 04:10", spend("s5", 60, "lee"), spend("s6", 10, "max"))
    bank.stock("mug", place="north", add=5)
    bank.do("2027-07-04 04:20", mugs("w1", "lee", 2), mugs("w2", "kim", 2), mugs("w3", "kim", 2))
    for other in ("lee", "max"):
        bank.do(
            "2027-07-04 05:00",
            Merge(id=f"merge-{other}", member=other, into="kim", reason="two cards"),
        )
    bank.do("2027-07-04 06:00", bank.bought("l3", "lee", 3000), bank.bought("k2", "kim", 2000))
    bank.do("2027-07-04 06:05", Return(id="r5", of="l1", amount=4000))
    bank.do("2027-07-04 06:10", Cancel(id="x4", of="s5", points=20))
    bank.do("2027-07-04 06:20", Cancel(id="x5", of="w1", quantity=1))
    bank.do("2027-07-04 07:00", Unmerge(id="u1", member="max", of="max", reason="a brother"))
    bank.do("2027-07-04 07:05", spend("s17", 10**6, "max"), spend("s18", 10**6, "kim"))


def mugs(id: str, member: str, quantity: int) -> Redeem:
    return Redeem(
        id=id, member=member, reward="mug", quantity=quantity, currency="points", place="north"
    )


def hold(id: str, points: int, member: str = "ann", minutes: int = 15) -> Hold:
    return Hold(id=id, member=member, points=points, currency="points", minutes=minutes)


def spend(id: str, points: int, member: str = "ann") -> Spend:
    return Spend(id=id, member=member, points=points, currency="points")


def capture(id: str, of: str, points: int, member: str = "ann") -> Capture:
    return Capture(id=id, member=member, of=of, points=points)
