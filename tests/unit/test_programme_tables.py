"""Tables of a document: what they say in sentences, and what is wrong with them."""

from __future__ import annotations

import pytest
from programme_faults import said

from jifen.programme.loading import load
from jifen.programme.sentences import sentences

HEAD = """\
programme: airline
timezone: Asia/Shanghai
money: CNY
currencies: {miles: {name: {zh: 里程, en: miles}}}
"""
SHARE = "tables: {share: {by: [cabin, fare], rows: {economy: {basic: 0.5, flex: 1}, business: 1.5}, else: 0.25}}\n"


def test_a_table_and_what_looks_into_it_read_naturally_in_both_languages() -> None:
    flown = (
        '{id: flown, on: flight, give: "table[share] miles per 1 of distance", rounding: half_up}'
    )
    programme = load(f"{HEAD}{SHARE}earn: [{flown}]\n")
    assert sentences(programme, "zh")[1:] == [
        "表格“share”（按舱位、票价类别）：economy basic 0.5、flex 1；business 1.5；其余 0.25。",
        "飞行的里程每 1 得表格“share”所列的里程（按比例计，四舍五入）。",
    ]
    assert sentences(programme, "en")[1:] == [
        "Table “share”, by cabin and fare: economy basic 0.5, flex 1; business 1.5; otherwise 0.25.",
        "Every 1 of the distance of a flight earns the miles of table “share” (in proportion, rounded half up).",
    ]


@pytest.mark.parametrize(
    ("tables", "give", "line"),
    [
        (
            SHARE,
            "table[shore] miles",
            "earn[1].give: unknown table 'shore' (did you mean 'share'?)",
        ),
        (
            SHARE,
            "table[share] miles per 1 of distance",
            "earn[1].give: 0.5 of the table is finer than 'miles' keeps "
            "(add `rounding: half_up`, for example)",
        ),
        (
            "tables: {share: {by: cabn, rows: {economy: 1}}}\n",
            "table[share] miles",
            "earn[1].give: unknown name 'cabn' (did you mean 'cabin'?)",
        ),
        (
            "tables: {share: {by: cabin, rows: {economy: {basic: 1}}}}\n",
            "5 miles",
            "tables.share.rows: 'economy' goes deeper than `by` has columns",
        ),
        (
            "tables: {share: {by: distance, rows: {far: 1}}}\n",
            "table[share] miles",
            "earn[1].give: 'far' is not a number (write numbers like 1000 or 12.50)",
        ),
        (
            "tables: {share: {by: cabin}}\n",
            "5 miles",
            "tables.share: 'rows' is missing",
        ),
        (
            "tables: {share: {by: [], rows: {economy: 1}}}\n",
            "5 miles",
            "tables.share.by: must not be empty",
        ),
        (
            "tables: {share: {by: [cabin, cabin], rows: {economy: 1}}}\n",
            "5 miles",
            "tables.share.by: 'cabin' stands twice",
        ),
        (
            "tables: {share: {by: [cabin, distance], rows: {economy: {1: 5, 1.0: 6}}}}\n",
            "table[share] miles",
            "earn[1].give: share: 'economy · 1.0' stands twice",
        ),
        (
            SHARE,
            "table[share]",
            "earn[1].give: cannot read 'table[share]' (write `table[miles] points per 1 of distance`)",
        ),
    ],
)
def test_a_bad_table_is_named_with_what_was_meant(tables: str, give: str, line: str) -> None:
    assert said(f'{HEAD}{tables}earn: [{{id: x, on: flight, give: "{give}"}}]\n') == [line]


ARTICLES = "tables: {article: {by: [sku, brand], rows: {A-17: {own: 5}, B-02: 7}}}\n"


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (
            'per: line, give: "table[article] miles"',
            "消费时，每行商品得表格“article”所列的里程。",
            "Each line of a purchase earns the miles of table “article”.",
        ),
        (
            "per: line, lines: category == 'tea', give: \"table[article] miles per 2 of quantity\"",
            "品类为“tea”的商品每满 2 件得表格“article”所列的里程，逐行计算。",
            "Every full 2 units of goods of category “tea” earns the miles of table “article”, line by line.",
        ),
    ],
)
def test_a_table_of_lines_reads_naturally_in_both_languages(rule: str, zh: str, en: str) -> None:
    programme = load(f"{HEAD}{ARTICLES}earn: [{{id: x, on: purchase, {rule}}}]\n")
    assert (sentences(programme, "zh")[2], sentences(programme, "en")[2]) == (zh, en)


def test_the_goods_of_a_rule_that_looks_into_a_table_are_named() -> None:
    rule = "{id: x, on: purchase, lines: brand == 'own', give: \"table[basket] miles\"}"
    programme = load(f"{HEAD}{BASKET}{LADDER}earn: [{rule}]\n")
    assert sentences(programme, "zh")[2] == (
        "消费时，若含有品牌为“own”的商品，得表格“basket”所列的里程。"
    )
    assert sentences(programme, "en")[2] == (
        "A purchase with goods of brand “own” earns the miles of table “basket”."
    )


def test_a_table_goes_by_lines_exactly_where_a_rule_gives_line_by_line() -> None:
    whole = '{id: x, on: purchase, lines: all, give: "table[article] miles per 1 of quantity"}'
    assert said(f"{HEAD}{ARTICLES}earn: [{whole}]\n") == [
        "earn[1].give: table 'article' goes by 'sku', a field of lines (add `per: line`)"
    ]
    by_line = '{id: x, on: purchase, per: line, give: "table[basket] miles"}'
    assert said(f"{HEAD}{BASKET}{LADDER}earn: [{by_line}]\n") == [
        "earn[1].give: line by line a table goes by fields of lines, which 'tier' is not "
        "(leave `per: line` out, or write a rule with `when`)"
    ]


LADDER = "tiers: {measure: miles, window: lifetime, ladder: [{id: basic, reach: 0}, {id: gold, reach: 9}]}\n"
BASKET = "tables: {basket: {by: tier, rows: {basic: 5000, gold: 100}}}\n"


def test_a_condition_on_a_table_reads_naturally_in_both_languages() -> None:
    rule = '{id: x, on: purchase, when: "amount >= table[basket] or table[basket] < 500", give: 5 miles}'
    programme = load(f"{HEAD}{BASKET}{LADDER}earn: [{rule}]\n")
    assert sentences(programme, "zh")[2] == (
        "消费时，若金额不低于表格“basket”所列的数，或表格“basket”所列的数低于 500，得 5 里程。"
    )
    assert sentences(programme, "en")[2] == (
        "A purchase earns 5 miles if the amount is at least what table “basket” says or "
        "what table “basket” says is less than 500."
    )


@pytest.mark.parametrize(
    ("when", "line"),
    [
        ("table[baskt] > 5", "earn[1].when: unknown table 'baskt' (did you mean 'basket'?)"),
        (
            "table[store, tier] > 5",
            "earn[1].when: unknown table 'store, tier' (name the table; its columns stand under `by`)",
        ),
        (
            "table[basket] == 'gold'",
            "earn[1].when: `table[basket] == 'gold'`: a table is compared with a number",
        ),
        (
            "table[basket] > 5000",
            "earn[1].when: `table[basket] > 5000` never holds (see table 'basket')",
        ),
        ("table[basket] * 2 > 5", "earn[1].when: `table[basket]` cannot be compared"),
        (
            "amount[basket] > 5",
            "earn[1].when: `amount[basket]` cannot be compared (only tables are looked into: table[miles])",
        ),
    ],
)
def test_a_bad_condition_on_a_table_says_what_is_wrong(when: str, line: str) -> None:
    rule = f'{{id: x, on: purchase, when: "{when}", give: 5 miles}}'
    assert said(f"{HEAD}{BASKET}{LADDER}earn: [{rule}]\n") == [line]
