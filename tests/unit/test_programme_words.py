"""Words that people read for codes, and sentences that say together what belongs together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jifen.engine.explaining.explain import Seen
from jifen.engine.explaining.trace_words import was
from jifen.programme.condition import EventField
from jifen.programme.loading import load, read
from jifen.programme.problems import ProgrammeError
from jifen.programme.reading.vocabulary import truth
from jifen.programme.sentences import sentences

EXAMPLES = Path(__file__).parents[2] / "examples" / "programmes"
HEAD = """\
programme: club
timezone: Asia/Shanghai
money: CNY
currencies: {points: {name: {zh: 积分, en: points}}}
"""


def test_words_stand_for_codes_and_units_for_numbers() -> None:
    programme = read(EXAMPLES / "words.yaml")
    assert sentences(programme, "en")[1:] == [
        "Every unit of goods of category “handmade drinks” earns 1 point, paid for by “the mall”.",
        "Every bottle of a return of empties earns 20 points if the brand is our own and the number of "
        "bottles is at least 3, at most 200 points a month.",
    ]
    assert sentences(programme, "zh")[1:] == [
        "品类为“手工饮品”的商品每 1 件得 1 积分，由“商场”出资。",
        "空瓶回收时，若属自有品牌且空瓶数不低于 3，每 1 个空瓶得 20 积分，每月最多得 200 积分。",
    ]


@pytest.mark.parametrize(
    ("when", "en", "zh"),
    [
        ("11 <= hour < 14", "it is between 11:00 and 14:00", "在 11:00 至 14:00 之间"),
        (
            "hour <= 13 and channel == 'app' and hour > 10",
            "it is between 11:00 and 14:00 and the channel is “app”",
            "在 11:00 至 14:00 之间且渠道为“app”",
        ),
        ("hour >= 11", "it is 11:00 or later", "在 11:00 及以后"),
    ],
)
def test_two_bounds_of_the_hour_are_one_span(when: str, en: str, zh: str) -> None:
    sentence = {"en": f"A purchase earns 5 points if {en}.", "zh": f"消费时，若{zh}，得 5 积分。"}
    programme = load(f'{HEAD}earn: [{{id: a, on: purchase, when: "{when}", give: 5 points}}]')
    assert {lang: sentences(programme, lang)[-1] for lang in ("en", "zh")} == sentence


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("app", "words.app: a word is told in both languages (write {zh: …, en: …})"),
        ("{zh: 应用}", "words.app: 'en' is missing"),
        ("{zh: 应用, en: {a: b}}", "words.app.en: must be one text"),
        (
            "{zh: 应用, en: app, units: x}",
            "words.app.units: unknown key 'units' (did you mean 'unit'?)",
        ),
    ],
)
def test_a_word_that_is_not_told_in_both_languages_is_refused(word: str, problem: str) -> None:
    with pytest.raises(ProgrammeError) as raised:
        load(f"{HEAD}words: {{app: {word}}}\nearn: [{{id: a, on: purchase, give: 5 points}}]")
    assert [str(found.told()).split(" ", 1)[1] for found in raised.value.problems] == [problem]


def test_a_word_for_a_boolean_says_that_it_is_so_or_not() -> None:
    document = read(EXAMPLES / "words.yaml")
    assert truth(document, "brand_owned", False, "en") == "it is not so that the brand is our own"
    assert truth(document, "brand_owned", False, "zh") == "并非属自有品牌"
    missing = Seen(EventField("brand_owned"), None)
    assert was(document, missing, "en") == "the event does not say"
    assert was(document, missing, "zh") == "事件未注明"


def test_one_of_a_currency_is_said_in_the_singular() -> None:
    names = {
        "leaves": "{zh: 叶子, en: leaves, en_one: leaf}",
        "miles": "{zh: 里程, en: miles}",
        "bonus": "{zh: 奖金, en: bonus}",
    }
    currencies = ", ".join(f"{id}: {{name: {name}}}" for id, name in names.items())
    rules = ", ".join(
        f"{{id: r{count}{id}, on: purchase, give: {count} {id} per 1 of amount}}"
        for id in names
        for count in (1, 2)
    )
    document = f"programme: c\nname: c\ntimezone: UTC\nmoney: CNY\ncurrencies: {{{currencies}}}\nearn: [{rules}]"
    programme = load(document)
    given = [sentence.split(" earn ")[-1] for sentence in sentences(programme, "en")[-6:]]
    assert [" ".join(words.rstrip(".").split()[-2:]) for words in given] == [
        "1 leaf", "2 leaves", "1 mile", "2 miles", "1 bonus", "2 bonus",
    ]  # fmt: skip
    assert "1 叶子" in sentences(programme, "zh")[-6]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("{zh: 叶子, en_one: leaf}", "a name is one text, or {zh: …, en: …}"),
        ("{zh: 叶子, en: leaves, en_one: ''}", "a name has 1 to 100 characters"),
        ("{zh: 叶子, en: leaves, en_two: leaf}", "a name is one text, or {zh: …, en: …}"),
    ],
)
def test_a_faulty_singular_is_refused(name: str, problem: str) -> None:
    with pytest.raises(ProgrammeError, match=re.escape(problem)):
        load(f"programme: c\ntimezone: UTC\nmoney: CNY\ncurrencies: {{leaves: {{name: {name}}}}}\n")
