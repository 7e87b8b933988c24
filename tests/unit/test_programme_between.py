"""What a document says of points between members: sentences, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from jifen.programme.loading import load
from jifen.programme.model import Households
from jifen.programme.problems import ProgrammeError
from jifen.programme.sentences import sentences
from jifen.programme.ways_out import Transfers, WayOut

EXAMPLES = Path(__file__).parents[2] / "examples" / "programmes"
DOCUMENT = """
programme: between
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, transfers: TRANSFERS}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
households: HOUSEHOLDS
"""


def document(transfers: str = "{}", households: str = "{share: points}") -> str:
    return DOCUMENT.replace("TRANSFERS", transfers).replace("HOUSEHOLDS", households)


def test_gifts_are_read_and_said() -> None:
    programme = load((EXAMPLES / "transfers.yaml").read_text(encoding="utf-8"), "transfers.yaml")
    bounds = WayOut(least=100, most=2000, step=100, fee=10)
    transfers = programme.currencies[0].transfers
    assert transfers is not None
    assert transfers == Transfers(replace(bounds, when=transfers.bounds.when))
    assert (
        "members may give them to each other, in steps of 100 points, at most 2000 points at a time, "
        "for a fee of 10 points, if the tier is Gold or higher, and they keep their end"
        in sentences(programme, "en")[0]
    )
    assert (
        "可以转赠，按 100 积分的整数倍，每次最多转 2000 积分，每次手续费 10 积分，"
        "条件是等级不低于金卡，有效期不变" in sentences(programme, "zh")[0]
    )


def test_limits_of_gifts_and_payments_are_said() -> None:
    programme = load(document("{limit: [500 points per month, 2 per day]}"), "between")
    assert ", at most 500 points a month, at most twice a day, and" in sentences(programme, "en")[0]
    assert "，每月最多转 500 积分，每天最多转 2 次，" in sentences(programme, "zh")[0]


def test_a_life_that_begins_anew_is_said() -> None:
    programme = load(document("{min: 50, expiry: fresh}"), "between")
    assert "from 50 points on, and their life begins anew" in sentences(programme, "en")[0]
    assert "满 50 积分起转，有效期重新计算" in sentences(programme, "zh")[0]


def test_what_a_household_bounds_is_read_and_said() -> None:
    bounded = "{share: points, limit: [50 points per day, 500 points per month]}"
    programme = load(document(households=bounded), "between")
    assert programme.households is not None
    assert [limit.value for limit in programme.households.limits] == [50, 500]
    said = {language: " ".join(sentences(programme, language)) for language in ("zh", "en")}
    assert "，每人每天最多从家人处取用 50 积分，每月最多从家人处取用 500 积分。" in said["zh"]
    assert (
        ", taking at most 50 points a day and at most 500 points a month from the others."
        in said["en"]
    )


def test_households_are_read_and_said() -> None:
    programme = load(document(households="{share: [points], spend: owner}"), "between")
    assert programme.households == Households(("points",), "owner", 6)
    assert (
        "A household has at most 6 members, and its owner may use the points of all."
        in sentences(programme, "en")
    )
    assert "家庭最多 6 人，户主可以使用全家的积分。" in sentences(programme, "zh")


@pytest.mark.parametrize(
    ("transfers", "households", "said"),
    [
        ("{min: 5, max: 3}", "{share: points}", "is less than 'min'"),
        ("{fee: -1}", "{share: points}", "transfers.fee"),
        ("{expiry: longer}", "{share: points}", "transfers.expiry"),
        ("{limit: 30 points per event}", "{share: points}", "write max for what is used at a time"),
        ("{min: 50, limit: 40 points per day}", "{share: points}", "is less than 'min'"),
        ("{max_share: 10%}", "{share: points}", "only a payment has a bill"),
        ("{}", "{}", "'share' is missing"),
        ("{}", "{share: point}", "there is no currency 'point'"),
        ("{}", "{share: []}", "households.share: must not be empty"),
        (
            "{}",
            "{share: points, limit: 3 per month}",
            "households.limit: counts the points that a member takes from the others",
        ),
        (
            "{}",
            "{share: points, limit: 50 points per event}",
            "households.limit: counts over day, week, month, quarter, year or lifetime",
        ),
        ("{}", "{share: [points, points]}", "households.share: 'points' stands twice"),
        ("{}", "{share: growth}", "'growth' cannot be spent at all"),
        ("{}", "{share: points, spend: nobody}", "households.spend"),
        ("{}", "{share: points, most_members: 1}", "households.most_members"),
        ("{}", "{share: points, members: 3}", "unknown key 'members'"),
        ("{}", "{share: points, pool: true}", "what is put in common is the owner's"),
    ],
)
def test_what_cannot_be_is_refused(transfers: str, households: str, said: str) -> None:
    with pytest.raises(ProgrammeError, match=said):
        load(document(transfers, households), "between")


def test_what_cannot_be_spent_is_not_given_either() -> None:
    wrong = document().replace("spendable: false}", "spendable: false, transfers: {}}")
    with pytest.raises(ProgrammeError, match="'growth' cannot be spent at all"):
        load(wrong, "between")


def test_what_is_looked_back_on_is_said() -> None:
    programme = load(document() + "look_back: 30 days\n", "between")
    assert programme.look_back_days == 30
    assert "Events of the 30 days before joining count as well." in sentences(programme, "en")
    assert "入会前 30 天内的事件同样计入。" in sentences(programme, "zh")


@pytest.mark.parametrize("written", ["0 days", "1 month", "400 days", "a while"])
def test_a_look_back_is_some_days(written: str) -> None:
    with pytest.raises(ProgrammeError, match="look_back"):
        load(document() + f"look_back: {written}\n", "between")
