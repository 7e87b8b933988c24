"""`jifen do`: what stories can, by hand; and a file of it, safe to run again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from jifen.cli import happened
from jifen.cli.doing import FIELDS
from jifen.intake.asking.commands import Command
from jifen.intake.asking.normalise import KINDS

Jifen = Callable[..., str]
PAYING = Path(__file__).parents[2] / "examples" / "programmes" / "paying.yaml"
TAKING = PAYING.with_name("taking.yaml")
REWARDS = Path(__file__).parents[1] / "stories" / "programmes" / "rewards.yaml"
EXCHANGING = Path(__file__).parents[1] / "stories" / "programmes" / "exchanging.yaml"


@pytest.fixture
def miles(jifen: Jifen) -> Jifen:
    jifen("init", "--programme", str(EXCHANGING), "--clock", "2026-02-01")
    for member in ("ann", "bob"):
        jifen("member", "enrol", member, "--joined", "2026-01-01")
    return jifen


def last(printed: str) -> str:
    """The last line of a table, each run of spaces as one."""
    return " ".join(printed.splitlines()[-1].split())


def test_every_command_can_be_asked_by_hand() -> None:
    assert set(FIELDS) == set(KINDS)


def test_an_operator_does_by_hand_what_a_story_does(miles: Jifen) -> None:
    done = miles("do", "event", "id=o1", "member=ann", "type=purchase", "amount=700.00")
    assert last(done) == "o1 ann +700 points 700 points earned 700 points"
    done = miles("do", "exchange", "id=x1", "member=ann", "from=points", "to=miles", "amount=300")
    assert last(done) == (
        "x1 ann -305 points, +100.0 miles 395 points, 100.0 miles "
        "exchanged 300 points for 100.0 miles; fee 5 points"
    )
    miles("do", "transfer", "id=t1", "member=ann", "to=bob", "points=95", "currency=points")
    miles("do", "hold", "id=h1", "member=ann", "points=100", "currency=points", "minutes=60")
    miles("do", "capture", "member=ann", "of=h1", "points=40", "currency=points")
    miles("do", "spend", "id=s1", "member=ann", "up_to=60", "currency=points")
    done = miles("do", "cancel", "of=s1")
    assert last(done).endswith(" +60 points 260 points, 100.0 miles given back 60 points")
    back = miles("do", "return", "id=r1", "of=o1", "amount=100.00", "--lang", "zh")
    assert last(back) == "r1 ann -100 积分 160 积分，100.0 里程 追回 100 积分"
    miles("prove")


HAPPENED = (
    ("hold id=h1 points=90 minutes=60", "held 90 points until 2026-02-01 01:00", "预占 90 积分，至 2026-02-01 01:00"),
    ("capture of=h1 points=40", "spent 40 points; released 50 points", "使用 40 积分；释放 50 积分"),
    ("hold id=h2 points=30", "held 30 points until 2026-02-01 00:15", "预占 30 积分，至 2026-02-01 00:15"),
    ("void of=h2", "released 30 points", "释放 30 积分"),
    ("spend id=s1 points=60", "spent 60 points", "使用 60 积分"),
    ("cancel of=s1 points=20", "given back 20 points", "退还 20 积分"),
    ("transfer id=t1 to=bob points=50", "gave 50 points to bob", "转赠 50 积分给 bob"),
    ("adjust id=a1 points=-5 reason=x", "taken by hand: 5 points", "人工扣减 5 积分"),
    ("confirm of=o1", "nothing was waiting", "没有待生效的积分"),
    ("freeze reason=x", "frozen", "已冻结"),
    ("unfreeze reason=x", "no longer frozen", "已解冻"),
    ("set_fact name=birthday value=1990-01-01", "birthday is set", "已记下 birthday"),
)  # fmt: skip


def test_a_line_says_what_happened_in_both_languages(miles: Jifen) -> None:
    miles("do", "event", "id=o1", "member=ann", "type=purchase", "amount=700.00")
    for asked, english, chinese in HAPPENED:
        kind, *fields = asked.split()
        fields += ["member=ann", *([] if "id=" in asked else [f"id={kind}"])]
        fields += ["currency=points"] if "points=" in asked else []
        for language, said in (("en", english), ("zh", chinese)):
            assert last(miles("do", kind, *fields, "--lang", language)).endswith(said), asked


def test_a_statement_has_words_of_their_own_for_what_moves_points(miles: Jifen) -> None:
    for asked in (
        "event id=o1 member=ann type=purchase amount=400.00",
        "exchange id=x1 member=ann from=points to=miles amount=300",
        "cancel id=c1 of=x1",
        "transfer id=t1 member=ann to=bob points=50 currency=points",
        "cancel id=c2 of=t1 currency=points",
        "return id=r1 of=o1 amount=100.00",
        "spend id=s1 member=ann points=295 currency=points",
        "return id=r2 of=o1 amount=20.00",
        "adjust id=a1 member=ann points=20 currency=points reason=sorry",
    ):
        miles("do", *asked.split())
    english = miles("member", "statement", "ann")
    assert [" ".join(line.split()[2:-3]) for line in english.splitlines()[1:]] == [
        "earned o1", "exchanged x1", "fee x1", "exchanged for x1", "exchange undone x1",
        "exchange undone x1", "given t1", "gift undone t1", "taken back o1", "spent s1",
        "taken back o1", "adjusted: sorry (command line) a1",
        "set against debt: sorry (command line) a1", "debt repaid: sorry (command line) a1",
    ]  # fmt: skip
    chinese = miles("member", "statement", "ann", "--lang", "zh")
    for words in ("撤销转换", "撤销转赠", "手续费", "抵还欠分：sorry（命令行）"):
        assert words in chinese
    assert "撤销转赠" in miles("member", "statement", "bob", "--lang", "zh")


def test_a_purchase_paid_with_points_says_what_came_and_what_went(jifen: Jifen) -> None:
    jifen("init", "--programme", str(PAYING), "--clock", "2026-02-01")
    jifen("member", "enrol", "ann", "--joined", "2026-01-01")
    buy = ("do", "event", "member=ann", "type=purchase")
    jifen(*buy, "id=o1", "amount=1000.00")
    paid = jifen(*buy, "id=o2", "amount=30.00", "pay={points: 600}")
    assert last(paid) == (
        "o2 ann -576 points 424 points earned 24 points; paid 600 points; 24 yuan left to pay"
    )
    again = jifen(*buy, "id=o2", "amount=30.00", "pay={points: 600}", "--lang", "zh")
    assert last(again).endswith("获得 24 积分；抵现 600 积分；还须支付 24 元")
    back = jifen("do", "return", "id=r1", "of=o2", "full=true")
    assert (
        last(back) == "r1 ann +576 points 1,000 points taken back 24 points; given back 600 points"
    )
    assert " paid        o2 " in jifen("member", "statement", "ann")
    assert " 抵现  o2 " in jifen("member", "statement", "ann", "--lang", "zh")
    back = jifen("do", "return", "id=r2", "of=o1", "amount=500.00", "--lang", "zh")
    assert last(back) == "r2 ann -500 积分 500 积分 追回 500 积分"


def test_what_a_rule_takes_is_not_told_as_if_it_were_taken_back(jifen: Jifen) -> None:
    jifen("init", "--programme", str(TAKING), "--clock", "2026-12-01")
    jifen("member", "enrol", "ann", "--joined", "2026-01-01")
    jifen("do", "event", "id=o1", "member=ann", "type=purchase", "amount=100.00")
    missed = "do event id=n1 member=ann type=no_show guests=2"
    assert last(jifen(*missed.split())).endswith(" taken 60 points")
    assert last(jifen(*missed.split(), "--lang", "zh")).endswith(" 扣 60 积分")
    back = "do return id=r1 of=o1 amount=10.00"
    assert last(jifen(*back.split())).endswith(" taken back 10 points, 10 growth")
    page = [" ".join(line.split()) for line in jifen("member", "statement", "ann").splitlines()]
    assert [line for line in page if "taken" in line] == [
        "2026-12-01 00:00 taken n1 -60 40 points",
        "2026-12-01 00:00 taken back o1 -10 30 points",
        "2026-12-01 00:00 taken back o1 -10 90 growth",
    ]
    assert " 扣分 " in jifen("member", "statement", "ann", "--lang", "zh")


def test_rewards_say_for_what_they_came_and_that_they_were_used(jifen: Jifen) -> None:
    jifen("init", "--programme", str(REWARDS), "--clock", "2026-02-01")
    jifen("member", "enrol", "ann", "--joined", "2026-01-01")
    buy = "event id=o1 member=ann type=purchase amount=400.00 store=a"
    jifen("do", *buy.split())
    for asked, english, chinese in (
        (
            "redeem id=r1 member=ann reward=coffee quantity=2 currency=points",
            "redeemed 180 points for 2 × tall coffee",
            "用 180 积分兑换 2 份中杯咖啡",
        ),
        (
            "cancel id=c1 of=r1 quantity=1",
            "given back 90 points; taken back 1 × tall coffee",
            "退还 90 积分；收回 1 份中杯咖啡",
        ),
        ("use id=u1 member=ann reward=coffee", "used 1 × tall coffee", "使用 1 份中杯咖啡"),
    ):
        assert last(jifen("do", *asked.split())).endswith(english)
        assert last(jifen("do", *asked.split(), "--lang", "zh")).endswith(chinese)


def test_every_command_has_words_for_what_happened() -> None:
    words = Path(happened.__file__).read_text(encoding="utf-8")
    assert [one.__name__ for one in get_args(Command) if f"{one.__name__}(" not in words] == []


def test_asking_again_is_safe_and_trying_does_nothing(miles: Jifen) -> None:
    gift = ("do", "adjust", "id=a1", "member=ann", "points=50", "reason=sorry", "currency=points")
    assert "+50 points" in miles(*gift, "--quote")
    assert "+50 points" in miles(*gift)
    (again,) = json.loads(miles(*gift, "--json"))
    assert (again["id"], again["member"], again["points"]) == ("a1", "ann", {"points": 50})
    assert "available      50" in miles("member", "show", "ann")


def test_nested_fields_are_written_as_in_a_story(club: Jifen) -> None:
    club("member", "enrol", "ann", "--joined", "2026-01-01")
    lines = "lines=[{sku: latte, quantity: 2, amount: 60.00}]"
    done = club("do", "event", "member=ann", "type=purchase", "id=o1", "amount=60.00", lines)
    assert "+80" in done
    back = club("do", "return", "of=o1", "lines=[{line: 1, quantity: 1}]")
    assert "-50" in back


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("spend", "member=ann", "points=5", "currency=points"), "insufficient_points"),
        (("spend", "member=ann", "pionts=5", "currency=points"), "did you mean 'points'?"),
        (("spend", "member=ann", "points", "currency=points"), "write FIELD=VALUE"),
        (("adjust", "member=ann", "member=bob", "points=5", "reason=x"), "'member' stands twice"),
        (("spend", "member=eve", "points=5", "currency=points"), "unknown_member"),
        (("spend", "members=[ann, bob]", "points=5", "id=s", "currency=points"), "several members"),
        (("adjust", "members=[ann, ann]", "points=5", "id=s", "reason=x"), "stands twice"),
        (("adjust", "members=[ann, bob]", "points=5", "reason=x"), "need an id"),
        (("exchange", "member=ann", "from=points", "to=mile", "amount=3"), "did you mean 'miles'?"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(miles: Jifen, asked: tuple[str, ...], said: str) -> None:
    assert said in miles("do", *asked, code=1)


def test_several_members_are_given_points_once(miles: Jifen, tmp_path: Path) -> None:
    by_hand = (
        "do", "adjust", "id=spring", "members=[ann, bob]", "points=50", "reason=spring", "currency=points",
    )  # fmt: skip
    assert "spring/bob" in miles(*by_hand)
    miles(*by_hand)
    (tmp_path / "more.csv").write_text(
        "\ufeffmember,points,expires\nann,5,2026-12-31\nbob,,\n", encoding="utf-8"
    )
    file = (
        "do", "adjust", "--file", str(tmp_path / "more.csv"), "id=may", "points=7",
        "reason=may", "batch=may", "currency=points",
    )  # fmt: skip
    miles(*file)
    assert last(miles(*file)) == "may/bob bob +7 points 57 points given by hand: 7 points"
    assert "available      55" in miles("member", "show", "ann")
    miles("prove")


def test_a_faulty_row_leaves_nothing_half_done_and_a_refused_one_is_named(
    miles: Jifen, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    asked = ("do", "adjust", "--file", str(file), "id=x", "reason=x", "currency=points")
    file.write_text("member,points\nann,5\nbob,five\n", encoding="utf-8")
    assert "rows.csv, line 3: /points: 'five' is not a decimal number" in miles(*asked, code=1)
    file.write_text("member,points\nann\n", encoding="utf-8")
    assert "line 2: other columns" in miles(*asked, code=1)
    file.write_text("member,points,points\nann,5,50\n", encoding="utf-8")
    assert "rows.csv: 'points' stands twice" in miles(*asked, code=1)
    file.write_text("member,points\nann,5\neve,5\n", encoding="utf-8")
    miles(*asked, code=1)
    assert "available      5" in miles("member", "show", "ann")


def test_what_comes_back_is_told_with_whose_it_is(miles: Jifen) -> None:
    miles("do", "event", "id=o1", "member=ann", "type=purchase", "amount=700.00")
    miles("do", "spend", "id=s1", "member=ann", "points=60", "currency=points")
    assert (
        last(miles("do", "cancel", "of=s1", "points=10", "currency=points", "--quote")).split()[1]
        == "ann"
    )
    assert last(miles("do", "cancel", "id=c1", "of=s1")).split()[:2] == ["c1", "ann"]
    assert last(miles("do", "return", "id=r1", "of=o1", "full=true")).split()[:2] == ["r1", "ann"]


def test_a_fee_is_called_so_in_the_statement(jifen: Jifen) -> None:
    fees = Path(__file__).parents[1] / "stories" / "programmes" / "fees.yaml"
    jifen("init", "--programme", str(fees), "--clock", "2026-02-01")
    jifen("member", "enrol", "ann", "--joined", "2026-01-01")
    jifen("do", "event", "id=o1", "member=ann", "type=purchase", "amount=700.00")
    jifen("do", "spend", "id=s1", "member=ann", "points=100", "currency=points")
    jifen("do", "hold", "id=h1", "member=ann", "points=50", "currency=points")
    jifen("do", "capture", "member=ann", "of=h1")
    pay = "pay={points: 30, currency: points}"
    jifen("do", "event", "id=o2", "member=ann", "type=purchase", "amount=0.20", pay)
    jifen("do", "exchange", "member=ann", "from=points", "to=miles", "amount=30")
    table = jifen("member", "statement", "ann").splitlines()[1:]
    told = [" ".join(line.split()[2:]).split(" points")[0] for line in table if " -" in line]
    kinds = [line.split()[2] for line in table if " -" in line]
    assert kinds == ["spent", "fee", "spent", "fee", "paid", "fee", "exchanged", "fee"], told
    assert "手续费" in jifen("member", "statement", "ann", "--lang", "zh")
