"""Whatever two documents say otherwise is told, and nothing else is."""

from __future__ import annotations

import re

import pytest

from jifen.programme.differing import differences
from jifen.programme.loading import template_names, template_text
from jifen.programme.patching import patched
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.nodes import Scalar, read_nodes

CLUB = template_text("coffee-club")


def changed(path: str, written: str) -> list[tuple[str, str, str]]:
    node = read_nodes(written, Problems("")) if written else Scalar("", 1, 1, path)
    found = differences(CLUB, patched(CLUB, {path: node}))
    return [(one.kind, one.section, one.id) for one in found]


@pytest.mark.parametrize("name", template_names())
def test_a_document_is_no_different_from_itself(name: str) -> None:
    text = template_text(name)
    assert differences(text, text) == []
    assert differences(text, patched(text, {})) == []


@pytest.mark.parametrize(
    ("path", "written", "told"),
    [
        ("name.en", "Tea Club", ("changed", "name", "")),
        ("currencies.points.min_life", "5 days", ("changed", "currencies", "points")),
        ("currencies.stars", "{name: stars}", ("added", "currencies", "stars")),
        ("earn.base.give", "2 points per 1 of amount", ("changed", "earn", "base")),
        ("earn.survey.limit", "2 per month", ("changed", "earn", "survey")),
        (
            "earn.second",
            "{on: purchase, notify: {zh: 多谢, en: thank you}}",
            ("added", "earn", "second"),
        ),
        ("earn.survey", "", ("removed", "earn", "survey")),
        ("earn.second", "{on: purchase, give: 1 points}", ("added", "earn", "second")),
        ("limits.1", "3000 points per day", ("changed", "limits", "points per day")),
        ("limits.1", "3000 points per week", ("added", "limits", "points per week")),
        ("tiers.down", "never", ("changed", "tiers", "")),
        ("tiers.ladder.gold.keep", "4500", ("changed", "tiers", "gold")),
        ("combine", "best", ("changed", "combine", "")),
    ],
)
def test_one_change_is_told_in_its_place(
    path: str, written: str, told: tuple[str, str, str]
) -> None:
    assert told in changed(path, written)


def test_another_order_of_rules_is_told() -> None:
    survey = "  - id: survey\n    on: survey\n    give: 50 points\n    limit: 1 per month\n"
    moved = CLUB.replace(survey, "").replace("earn:\n", f"earn:\n{survey}")
    (found,) = differences(CLUB, moved)
    assert found.kind == "moved"
    assert str(found.after).startswith("survey → base → growth")


def test_a_path_that_leads_nowhere_says_what_was_probably_meant() -> None:
    with pytest.raises(Wrong) as told:
        patched(CLUB, {"tiers.ladder.glod.keep": Scalar("1", 1, 1, "")})
    assert "no 'glod'" in str(told.value)
    assert "gold" in str(told.value.suggestion)


@pytest.mark.parametrize(
    "new",
    [("referrer: 500", "referrer: 600"), ("10 per month", "9 per month"), ("邀请好友", "带朋友来")],
)
def test_a_changed_referral_is_told_once_by_its_promise(new: tuple[str, str]) -> None:
    assert new[0] in CLUB
    found = differences(CLUB, CLUB.replace(*new))
    assert [(one.kind, one.section, one.id) for one in found] == [
        ("changed", "referral", "invitation")
    ]


def words_of(old: str, new: str) -> dict[str, tuple[str, str]]:
    return {
        f"{one.section}.{one.id}": (str(one.before), str(one.after))
        for one in differences(old, new)
    }


def test_what_no_sentence_tells_is_told_by_the_documents_own_text() -> None:
    told = words_of(CLUB, CLUB.replace("timezone: Asia/Shanghai", "timezone: Europe/London"))
    assert told == {"timezone.": ("Asia/Shanghai", "Europe/London")}
    told = words_of(CLUB, CLUB.replace("unit_price:", "min_life: 5 days\n    unit_price:"))
    before, after = told["currencies.points"]
    assert before.endswith("(least life after it was recorded: —)")
    assert after.endswith("(least life after it was recorded: 5 days)")


CINEMA = """
programme: cinema
timezone: Asia/Shanghai
money: CNY
currencies: {points: {name: {zh: 积分, en: points}}}
events: {show: {name: {zh: 观影, en: show}, fields: {seat: text}}}
words: {seat: {zh: 座位, en: seat}}
rewards: {ticket: {name: {zh: 票, en: ticket}, fields: {row: integer}, price: 9 points}}
groups: {best: best, other: best}
earn:
  - {id: base, on: show, give: 1 points, limit: 1 per day, group: best}
  - {id: more, on: show, give: 2 points, limit: 1 per day, group: best}
  - {id: most, on: show, give: 3 points, limit: 1 per day, group: other}
  - {id: last, on: show, give: 4 points, limit: 1 per day, group: other}
"""


@pytest.mark.parametrize(
    ("old", "new", "en", "zh"),
    [
        ("points}}}", "points}, min_life: 5 days}}", "recorded: 5 days", "记录后至少可用：5 天"),
        ("en: points}}}", "en: stars, en_one: star}}}", "", ""),
        ("seat: text}", "seat: text, paid: boolean}", "paid (yes or no)", "paid（是否）"),
        (
            "row: integer",
            "row: integer, day: date",
            "row (whole number)",
            "row（整数），day（日期）",
        ),
        (
            "2 points, limit: 1 per day, group: best",
            "2 points, limit: 1 per day, group: other",
            "group: other",
            "规则组：other",
        ),
        ("points}}}", "points, en_one: pt}}}", "", "名称：中文“积分”，英文“points”，英文单数“pt”"),
        ("en: show}", "en: film}", "film", "英文“film”"),
    ],
)
def test_keys_without_a_sentence_are_told_in_words(old: str, new: str, en: str, zh: str) -> None:
    afters = [one.after for one in differences(CINEMA, CINEMA.replace(old, new))]
    said = [one for one in afters if one is not None]
    assert said
    assert any(en in one.en for one in said), [one.en for one in said]
    assert any(zh in one.zh for one in said), [one.zh for one in said]
    keys = re.compile(r"(min_life|fields|group|en_one|name): ?[{\w]")
    assert not any(keys.search(f"{one.zh}") for one in said), [one.zh for one in said]


@pytest.mark.parametrize("name", template_names())
@pytest.mark.parametrize("money", ["EUR", "JPY"])
def test_no_change_is_told_in_the_words_of_the_implementation(name: str, money: str) -> None:
    """Currencies called otherwise, another money: everything that hangs on them is told, and told in words."""
    text = template_text(name)
    new = re.sub(r"^money: .*$", f"money: {money}", text, flags=re.MULTILINE)
    new = re.sub(r"(budget: \d+) [A-Z]{3}\b", rf"\1 {money}", new)
    new = re.sub(r"\bpoints\b", "coins", new)
    for one in differences(text, new):
        for said in (one.before, one.after):
            for words in (said.zh, said.en) if said else ():
                assert words.strip()
                assert not re.search(r"\w+\(\w+=|None|True|False|<jifen|\(: |（: ", words), words
