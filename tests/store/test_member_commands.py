"""`jifen member enrol|set-fact`, and what the command line says of a refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

Jifen = Callable[..., str]

DECLARED = """\
programme: club
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
facts: {segment: text, tags: texts}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: vip, on: purchase, when: segment == 'vip' and birthday_month, give: 5 points}
tiers:
  measure: points
  window: calendar year
  ladder: [{id: basic, reach: 0}, {id: gold, reach: 100}]
"""


def test_somebody_joins_with_what_is_known_of_them(club: Jifen) -> None:
    assert club("member", "enrol", "ann", "--joined", "2026-01-05", "--birthday", "1990-02-03") == (
        "ann has joined.\n"
    )
    assert json.loads(club("member", "show", "ann", "--json"))["joined_at"].startswith("2026-01-05")
    assert "ann is a member already" in club("member", "enrol", "ann", code=1)
    assert "将来" in club(
        "member", "enrol", "bob", "--joined", "2026-03-01", "--lang", "zh", code=1
    )
    assert "birthday: " in club("member", "enrol", "bob", "--birthday", "someday", code=1)
    assert "there is no member" in club("member", "show", "bob", code=1)
    assert "1991-02-03" in club("member", "set-fact", "ann", "birthday", "1991-02-03")
    club("prove")


def test_facts_are_those_that_the_programme_declares(jifen: Jifen, tmp_path: Path) -> None:
    document = tmp_path / "club.yaml"
    document.write_text(DECLARED, encoding="utf-8")
    jifen("init", "--programme", str(document), "--clock", "2026-02-01")
    joined = jifen("member", "enrol", "ann", "--fact", "segment=vip", "--json")
    assert json.loads(joined)["facts"] == {"segment": "vip"}
    tagged = jifen("member", "enrol", "cid", "--fact", "tags=vip, over 60", "--json")
    assert json.loads(tagged)["facts"] == {"tags": ["over 60", "vip"]}
    assert "segment" in jifen("member", "enrol", "bob", "--fact", "segmnt=vip", code=1)
    assert "NAME=VALUE" in jifen("member", "enrol", "bob", "--fact", "vip", code=1)
    jifen("member", "set-fact", "ann", "segment", "new")
    assert "unknown fact 'segmen'" in jifen("member", "set-fact", "ann", "segmen", "new", code=1)
    jifen("prove")


def test_the_page_of_a_member_shows_what_is_known_of_them(jifen: Jifen, tmp_path: Path) -> None:
    document = tmp_path / "known.yaml"
    document.write_text(
        """
programme: known
timezone: Asia/Shanghai
money: CNY
currencies: {points: {name: {zh: 积分, en: points}}}
facts: {tags: texts, vip: boolean, since: date, income: money, city: text, cats: integer}
words:
  tags: {zh: 标签, en: tags}
  loyal: {zh: 老客, en: old customer}
earn: [{id: base, on: purchase, give: 1 points per 1 of amount}]
""",
        encoding="utf-8",
    )
    jifen("init", "--programme", str(document))
    facts = ["tags=[loyal, tea]", "vip=true", "since=2019-03-05", "income=1200.00", "city=上海"]
    jifen("member", "enrol", "ann", "--birthday", "1990-05-17")
    for fact in facts:
        name, _, value = fact.partition("=")
        jifen("do", "set_fact", "member=ann", f"name={name}", f"value={value}")
    english = jifen("member", "show", "ann")
    rows = [" ".join(line.split()) for line in english.splitlines()]
    assert "birthday 1990-05-17" in rows
    assert "tags old customer, tea" in rows
    assert "vip yes" in rows
    assert "since 2019-03-05" in rows
    assert "income 1200 yuan" in rows
    assert "city 上海" in rows
    assert "cats" not in english
    chinese = [
        " ".join(line.split())
        for line in jifen("member", "show", "ann", "--lang", "zh").splitlines()
    ]
    assert "生日 1990-05-17" in chinese
    assert "标签 老客、tea" in chinese
    assert "vip 是" in chinese


def test_a_refusal_is_told_in_a_sentence_with_its_code(club: Jifen) -> None:
    unknown = club("member", "set-fact", "eve", "birthday", "1990-01-01", code=1)
    assert unknown.splitlines() == [
        "jifen: refused: There is no such member. (unknown_member)",
        "       `jifen member enrol NAME` lets somebody join.",
    ]
    zh = club("member", "set-fact", "eve", "birthday", "1990-01-01", "--lang", "zh", code=1)
    assert zh.splitlines() == [
        "jifen: 被拒绝：没有这个会员。（unknown_member）",
        "       用 `jifen member enrol 名字` 入会。",
    ]


def test_a_programme_without_tiers_by_hand_says_so_in_a_plain_line(club: Jifen) -> None:
    club("member", "enrol", "ann")
    said = club("member", "set-tier", "ann", "gold", "--reason", "thanks", code=1)
    assert said.startswith("jifen: tiers of this programme are not given by hand")
