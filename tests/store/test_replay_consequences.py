"""Steps of tiers, referrals, merges and returns in a replay: held against a programme that ran under the draft."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from travelled_bank import SHOP, Bank

from jifen.cli.replayed import told_report
from jifen.db.connection import connect
from jifen.intake.asking.commands import Return
from jifen.intake.asking.member_commands import Merge, Refer, SetFact
from jifen.programme.loading import load
from jifen.whatif.batch import lines
from jifen.whatif.counting import count
from jifen.whatif.page import page
from jifen.whatif.replaying import replay, replayed
from jifen.whatif.report import Both

STEPS = (
    SHOP
    + """\
  - {id: big-basket, on: purchase, when: amount >= 50, give: 20 points}
  - {id: welcome, on: tier_changed, when: up, give: 100 points}
  - {id: farewell, on: tier_changed, when: not up, give: 30 points}
  - {id: round, on: balance_reached, milestone: {of: earned('points'), at: [500, 2000]}, give: 7 points}
tiers:
  measure: amount
  window: period
  period: calendar year
  down: {at: period_end, to: highest_kept}
  ladder: [{id: basic, reach: 0}, {id: silver, reach: 100, multiply: base by 2}, {id: gold, reach: 1000}]
"""
)
A_YEAR = STEPS.replace(
    "of: earned('points'), at: [500, 2000]",
    "of: \"earned('points', 'membership_year')\", at: [90, 190]",
)
SCARCE = STEPS.replace("give: 100 points}", "give: 100 points, budget: 150 points}")
INVITING = (
    SHOP
    + """\
referral:
  - id: invitation
    when: first('purchase') and amount >= 50
    give: {referrer: 500 points, friend: 50 points}
"""
)

RELATED = (
    SHOP.replace("earn:", "facts: {spouse: member}\nearn:")
    + """\
  - {id: bonus, on: purchase, give: 20 points, to: spouse}
  - {id: half, on: purchase, pass_on: 30% of points, to: spouse}
"""
)


def year(bank: Bank) -> None:
    """Two members with returns in the same month and in a later one, over a year's end."""
    bank.enrol("ann", "bob")
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 90000), bank.bought("b1", "bob", 6000))
    bank.do("2026-01-06 10:00", bank.bought("a2", "ann", 20000), bank.bought("b2", "bob", 6000))
    bank.do("2026-01-07 10:00", Return(id="r1", member="ann", of="a2", amount=15000))
    bank.do("2026-02-07 10:00", Return(id="r2", member="bob", of="b1", full=True))
    bank.do("2026-02-08 10:00", bank.bought("a3", "ann", 5000), bank.bought("b3", "bob", 6000))
    bank.do("2026-03-08 10:00", Return(id="r3", member="bob", of="b3", amount=2000))
    bank.travel("2027-03-01 00:00")


def joined_in_june(bank: Bank) -> None:
    """A member who buys before and after a calendar year ends, and a year of membership."""
    bank.travel("2026-06-10 09:00")
    bank.enrol("ann")
    days = ("2026-06-10", "2026-12-20", "2027-01-05", "2027-06-09", "2027-06-10", "2027-12-20")
    for number, day in enumerate(days):
        bank.do(f"{day} 10:00", bank.bought(f"p{number}", "ann", 4900))
    bank.do("2027-12-21 10:00", bank.bought("p9", "ann", 9800), Return(id="r", of="p0", amount=900))
    bank.travel("2028-06-10 10:00")


def invited(bank: Bank) -> None:
    """A friend whose first purchase is small."""
    bank.enrol("ann", "bob")
    bank.do("2026-01-02 10:00", Refer(id="f", member="bob", code=bank.code("ann")))
    bank.do("2026-01-05 10:00", bank.bought("b1", "bob", 6000))
    bank.travel("2026-01-06 00:00")


def returning(bank: Bank) -> None:
    """Friends of whose first purchases too much, little, or everything comes back, and one who buys again."""
    friends = ("bob", "cat", "dan", "eve")
    bank.enrol("ann", *friends)
    for friend in friends:
        bank.do("2026-01-02 10:00", Refer(id=friend, member=friend, code=bank.code("ann")))
    bank.do("2026-01-05 10:00", *(bank.bought(f"{one}1", one, 20_000) for one in friends))
    bank.do("2026-01-06 10:00", Return(id="r1", member="bob", of="bob1", full=True))
    bank.do("2026-01-06 11:00", Return(id="r2", member="cat", of="cat1", amount=10_000))
    bank.do("2026-02-06 10:00", Return(id="r3", member="dan", of="dan1", amount=15_500))
    bank.do("2026-02-07 10:00", bank.bought("bob2", "bob", 9_000))
    bank.travel("2026-02-08 00:00")


def related(bank: Bank) -> None:
    """Purchases before and after somebody has a spouse, of which a part came back."""
    bank.enrol("ann", "bob")
    bank.do("2026-01-02 10:00", bank.bought("a1", "ann", 10000))
    bank.do("2026-01-03 10:00", SetFact(id="f", member="ann", name="spouse", value="bob"))
    bank.do("2026-01-04 10:00", bank.bought("a2", "ann", 10000), bank.bought("b1", "bob", 5000))
    bank.do("2026-01-05 10:00", Return(id="r", member="ann", of="a2", amount=4000))
    bank.travel("2026-01-06 00:00")


def united(bank: Bank) -> None:
    """Two members who turn out to be one, with returns of what either bought, over a year's end."""
    bank.enrol("ann", "bob")
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 7000), bank.bought("b1", "bob", 6000))
    bank.do("2026-02-05 10:00", bank.bought("b2", "bob", 60000))
    bank.do("2026-03-05 10:00", Merge(id="m", member="bob", into="ann", reason="one person"))
    bank.do("2026-03-06 10:00", bank.bought("a2", "ann", 30000), bank.bought("b3", "bob", 4000))
    bank.do("2026-04-05 10:00", Return(id="r1", member="bob", of="b2", amount=20000))
    bank.do("2026-04-06 10:00", Return(id="r2", member="ann", of="a1", full=True))
    bank.travel("2027-03-01 00:00")


def united_in_turn(bank: Bank) -> None:
    """One who was merged into another, who is merged into a third, with a return of what the first had bought."""
    bank.enrol("ann", "bob", "cid")
    for day, member in enumerate(("ann", "bob", "cid"), 5):
        bank.do(f"2026-01-{day:02d} 10:00", bank.bought(f"p{day}", member, 6000 * (day - 3)))
    bank.do("2026-03-05 10:00", Merge(id="m1", member="bob", into="ann", reason="one person"))
    bank.do("2026-03-06 10:00", bank.bought("a2", "ann", 9000))
    bank.do("2026-03-07 10:00", Merge(id="m2", member="ann", into="cid", reason="one person"))
    bank.do("2026-03-08 10:00", bank.bought("c2", "cid", 80000))
    bank.do("2026-03-09 10:00", Return(id="r1", member="bob", of="p6", amount=9000))
    bank.travel("2027-03-01 00:00")


def climbing(bank: Bank) -> None:
    """Three members who rise one after the other, two of them twice."""
    bank.enrol("ann", "bob", "cid")
    for day, member in enumerate(("ann", "bob", "ann", "cid", "bob"), 5):
        bank.do(f"2026-01-{day:02d} 10:00", bank.bought(f"p{day}", member, 60000))
    bank.travel("2026-02-06 00:00")


def giving(bank: Bank) -> None:
    """Two who give to each other."""
    bank.enrol("ann", "bob")
    for one, other in (("ann", "bob"), ("bob", "ann")):
        bank.do("2026-01-03 10:00", SetFact(id=one, member=one, name="spouse", value=other))
    for day in range(4, 8):
        bank.do(f"2026-01-{day:02d} 10:00", bank.bought(f"a{day}", "ann", 10000))
        bank.do(f"2026-01-{day:02d} 11:00", bank.bought(f"b{day}", "bob", 3000))
    bank.travel("2026-02-06 00:00")


def invited_by_one_who_was_merged(bank: Bank) -> None:
    """Friends of a member who was merged into another: one buys before, one behind it, and one has a purchase back."""
    bank.enrol("ann", "bob", "cid", "dee")
    bank.do(
        "2026-01-02 10:00", *(Refer(id=one, member=one, referrer="bob") for one in ("cid", "dee"))
    )
    bank.do("2026-01-05 10:00", bank.bought("c1", "cid", 6000))
    bank.do("2026-01-06 10:00", Merge(id="m", member="bob", into="ann", reason="one person"))
    bank.do("2026-01-07 10:00", bank.bought("d1", "dee", 9000), bank.bought("c2", "cid", 9000))
    bank.do("2026-01-08 10:00", Return(id="r", member="cid", of="c1", amount=1500))
    bank.travel("2026-02-06 00:00")


def merged_with_who_brought_them(bank: Bank) -> None:
    """A member who bought as a friend, and then turns out to be who invited."""
    bank.enrol("ann", "bob", "cid")
    bank.do("2026-01-02 10:00", Refer(id="f", member="bob", referrer="ann"))
    bank.do("2026-01-03 10:00", Refer(id="g", member="cid", referrer="bob"))
    bank.do("2026-01-05 10:00", bank.bought("b1", "bob", 6000))
    bank.do("2026-01-06 10:00", Merge(id="m", member="ann", into="bob", reason="one person"))
    bank.do("2026-01-07 10:00", bank.bought("b2", "bob", 9000), bank.bought("c1", "cid", 9000))
    bank.travel("2026-02-06 00:00")


def related_to_one_who_was_merged(bank: Bank) -> None:
    """Points for a spouse before and after a merge of the spouse into somebody else."""
    bank.enrol("ann", "bob", "cid")
    bank.do("2026-01-03 10:00", SetFact(id="f", member="ann", name="spouse", value="bob"))
    bank.do("2026-01-04 10:00", bank.bought("a1", "ann", 10000), bank.bought("b1", "bob", 5000))
    bank.do("2026-01-05 10:00", Merge(id="m", member="bob", into="cid", reason="one person"))
    bank.do("2026-01-06 10:00", bank.bought("a2", "ann", 20000))
    bank.do("2026-01-07 10:00", Return(id="r", member="ann", of="a1", amount=4000))
    bank.travel("2026-02-06 00:00")


def lifetimes(bank: Bank) -> dict[str, int]:
    rows = bank.connection.execute(
        "SELECT external_id, lifetime FROM balance JOIN member USING (programme_id, member_id)"
        " WHERE programme_id = %s",
        (bank.programme.programme_id,),
    )
    return dict(rows.fetchall())


@pytest.mark.parametrize(
    ("published", "draft", "live"),
    [
        (STEPS, STEPS, year),
        (STEPS, STEPS.replace("reach: 100,", "reach: 50,"), year),
        (STEPS, STEPS.replace("at: [500,", "at: [300,"), year),
        (
            STEPS.replace("tier_changed, when: up", "purchase").replace(
                "tier_changed, when: not up", "purchase"
            ),
            STEPS,
            year,
        ),
        (A_YEAR, A_YEAR, joined_in_june),
        (STEPS, A_YEAR, joined_in_june),
        (STEPS, STEPS + "returns: mirror\n", year),
        (STEPS, STEPS + "returns: keep\n", year),
        (STEPS, STEPS + "returns: {policy: carry, books: month}\n", year),
        (STEPS + "returns: mirror\n", STEPS, year),
        (STEPS + "returns: keep\n", STEPS + "returns: {policy: carry, books: month}\n", year),
        (INVITING, INVITING, invited),
        (INVITING, INVITING.replace("amount >= 50", "amount >= 80"), invited),
        (INVITING.replace("amount >= 50", "amount >= 80"), INVITING, invited),
        (INVITING + "returns: keep\n", INVITING + "returns: keep\n", returning),
        (INVITING + "returns: keep\n", INVITING, returning),
        (INVITING, INVITING + "returns: mirror\n", returning),
        (
            INVITING.replace("first('purchase') and ", "") + "returns: {policy: carry, books: month}\n",
            INVITING + "returns: keep\n",
            returning,
        ),
        (RELATED, RELATED, related),
        (RELATED, RELATED.replace("30%", "50%"), related),
        (RELATED.replace("20 points, to: spouse", "20 points"), RELATED, related),
        (STEPS, STEPS, united),
        (STEPS, STEPS.replace("reach: 100,", "reach: 65,"), united),
        (STEPS, STEPS.replace("at: [500,", "at: [300,"), united),
        (STEPS, STEPS + "returns: keep\n", united),
        (STEPS, STEPS, united_in_turn),
        (STEPS, STEPS.replace("reach: 100,", "reach: 600,"), united_in_turn),
        (INVITING, INVITING, invited_by_one_who_was_merged),
        (INVITING, INVITING.replace("amount >= 50", "amount >= 80"), invited_by_one_who_was_merged),
        (INVITING.replace("500 points", "90 points"), INVITING, invited_by_one_who_was_merged),
        (INVITING, INVITING, merged_with_who_brought_them),
        (INVITING.replace("amount >= 50", "amount >= 80"), INVITING, merged_with_who_brought_them),
        (RELATED, RELATED, related_to_one_who_was_merged),
        (RELATED, RELATED.replace("30%", "50%"), related_to_one_who_was_merged),
        (SCARCE, SCARCE, climbing),
        (SCARCE, SCARCE.replace("150 points", "200 points"), climbing),
        (STEPS, SCARCE, climbing),
        (RELATED, RELATED.replace("20 points, to: spouse", "20 points, to: spouse, budget: 30 points"), giving),
        (RELATED.replace("20 points, to: spouse", "20 points, to: spouse, budget: 30 points"), RELATED, giving),
    ],
    ids=[
        "the same", "an easier tier", "nearer milestones", "steps that nothing was about",
        "the same years of membership", "milestones of a year of membership",
        "mirror", "keep", "carry", "from mirror", "from keep to carry",
        "the same referral", "a referral less", "a referral more",
        "a referral of what came back", "a referral from keep", "a referral to mirror", "a referral from carry to keep",
        "the same relation", "a greater part", "what was the member's is the spouse's",
        "one person", "one person, an easier tier", "one person, nearer milestones", "one person, keep",
        "three in one", "three in one, a harder tier",
        "a merged referrer", "a merged referrer less", "a merged referrer gets more",
        "one's own referrer", "one's own referrer, a referral more",
        "a merged spouse", "a merged spouse, a greater part",
        "the same budget of steps", "a greater budget of steps", "a budget for steps",
        "a budget for a spouse", "a spouse without a budget",

    ],
)  # fmt: skip
def test_a_replay_is_what_a_programme_under_the_draft_gave(
    database_url: str, published: str, draft: str, live: Callable[[Bank], None]
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, published, "2026-01-01 09:00")
        live(bank)
        report = replay(connection, bank.programme, load(draft))
        name = load(draft).id
        other = Bank(
            connection, draft.replace(f"programme: {name}", "programme: other"), "2026-01-01 09:00"
        )
        live(other)
        was, would = lifetimes(bank), lifetimes(other)
    moved = {one.member: one.points for one in (*report.gaining, *report.losing)}
    assert moved == {
        member: Both(was.get(member, 0), would.get(member, 0))
        for member in was.keys() | would
        if was.get(member, 0) != would.get(member, 0)
    }
    assert report.total("points").points == Both(sum(was.values()), sum(would.values()))


def test_what_a_correction_shows_is_what_it_posts_also_where_members_were_merged(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, STEPS, "2026-01-01 09:00")
        united(bank)
        was, generous = lifetimes(bank), STEPS.replace("give: 1 points", "give: 4 points")
        since = bank.instant("2026-01-01 09:00")
        shown = replayed(
            connection, bank.programme, load(generous), since=since, budgets="as recorded"
        )
        report = count(bank.programme, shown)
        bank.correct(generous, "2026-01-01 09:00")
        would = lifetimes(bank)
    posted = {member: would[member] - was[member] for member in was if would[member] != was[member]}
    assert {line.member: line.difference for line in lines(shown)} == posted
    assert posted.keys() == {"ann"}
    assert report.total("points").points.difference == posted["ann"]


def test_a_replay_says_what_it_does_not_work_out(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, STEPS, "2026-01-01 09:00")
        year(bank)
        same = replay(connection, bank.programme, load(STEPS))
        ending = STEPS.replace("en: points}}", "en: points}, expiry: {rolling: 3 months}}").replace(
            "tiers:\n", "  - {id: back, on: expired, give: 1 points per 10 of points}\ntiers:\n"
        )
        other = replay(
            connection, bank.programme, load(ending.replace("reach: 100,", "reach: 50,"))
        )
    assert same.aside == []
    assert [one.en.split(",")[0] for one in other.aside] == [
        "Where the draft lets other points expire",
        "What only the draft brings about is judged by what is known of members today",
    ]
    shown = re.sub("</?code>", "`", page(other, [], "zh"))
    assert all(one.zh in shown for one in other.aside)
    assert list(told_report(other))[-2:] == [one.en for one in other.aside]
