"""Which sale a returned line is taken from."""

from __future__ import annotations

from pathlib import Path

import pytest
from file_openings import MIRRORING, commands_of, open_file, rejects_of

from jifen.intake.asking.commands import BlindReturn, LinePart, Return
from jifen.intake.files.matching import Sales, Sold, Way
from jifen.intake.files.problems import FileProblem

MAPPING = """
time: {column: time, timezone: UTC}
event: purchase
id: invoice
member: member
lines: {sku: sku, quantity: pieces, amount: price * pieces}
returns:
  when: {column: invoice, starts_with: C}
  match:
    - same: [sku, price]
    - same: [sku]
    - {same: [], whole_line: true, at_least: "100.00", when: {column: sku, is: M}}
"""
HEADER = "invoice,member,time,sku,pieces,price\n"


def sold(event: str, at: int, quantity: int) -> Sold:
    return Sold(event, 0, at, quantity, quantity, 100)


def test_the_latest_sale_that_is_not_later_comes_first_and_never_more_than_is_left() -> None:
    sales = Sales(1)
    sales.add(0, ["k"] * 3, [sold("old", 1, 5), sold("new", 2, 5), sold("later", 9, 5)])
    taken, missing = sales.take([Way(0, "k")], 3, 7, 0)
    assert [(line.event, units) for line, units in taken] == [("new", 5), ("old", 2)]
    assert missing == 0
    taken, missing = sales.take([Way(0, "k")], 3, 7, 0)
    assert [(line.event, units) for line, units in taken] == [("old", 3)]
    assert missing == 4


def test_a_cancellation_becomes_returns_of_the_sales_it_fits(tmp_path: Path) -> None:
    rows = (
        "1,m,2026-01-01,a,2,5\n1,m,2026-01-01,b,1,150\n2,m,2026-01-02,A,3,5\n2,x,2026-01-02,c,1,9\n"
    ).replace("2,x", "3,x")
    rows += (
        "C9,m,2026-01-03,a,-4,5\n"  # three of invoice 2, one of invoice 1
        "C9,m,2026-01-03,a,-1,4\n"  # at another price
        "C9,m,2026-01-03,M,-1,150\n"  # manual: the whole line b
        "C9,m,2026-01-03,c,-1,9\n"  # another member's
    )
    chunks = list(open_file(tmp_path, HEADER + rows, MAPPING).chunks())
    returns = [command for command in commands_of(chunks) if isinstance(command, Return)]
    assert [(r.id, r.of, r.lines) for r in returns] == [
        ("C9:2", "2", [LinePart(0, 3000)]),
        ("C9:1", "1", [LinePart(0, 2000), LinePart(1, 1000)]),
    ]
    (reject,) = rejects_of(chunks)
    assert (reject.line, reject.reason) == (9, "unmatched_return")


def test_what_was_never_sold_is_handed_back_with_how_much_it_is(tmp_path: Path) -> None:
    rows = "1,m,2026-01-01,a,1,5\nC2,m,2026-01-02,a,-4,5\n"
    chunks = list(open_file(tmp_path, HEADER + rows, MAPPING).chunks())
    assert "75% of the quantity" in rejects_of(chunks)[0].explanation.en
    assert len(commands_of(chunks)) == 2


def test_sale_and_return_in_one_event_are_rejected(tmp_path: Path) -> None:
    mapping = MAPPING.replace("{column: invoice, starts_with: C}", "{column: pieces, below: 0}")
    rows = "1,m,2026-01-01,a,1,5\n1,m,2026-01-02,a,-1,5\n"
    rejects = rejects_of(open_file(tmp_path, HEADER + rows, mapping).chunks())
    assert [reject.line for reject in rejects] == [2, 3]
    assert "some rows of the event are a sale, others a return" in rejects[0].explanation.en


def test_what_finds_no_sale_may_come_back_without_one(tmp_path: Path) -> None:
    mapping = MAPPING + "  unmatched: mirror\n"
    rows = (
        "1,m,2026-01-01,a,1,5\n"
        "C2,m,2026-01-02,a,-4,5\n"  # three more than were sold
        "C2,m,2026-01-02,b,-2,7\n"  # never sold
        "C3,m,2026-01-03,c,-1,0\n"  # and nothing paid for it
    )
    chunks = list(open_file(tmp_path, HEADER + rows, mapping, programme=MIRRORING).chunks())
    named, blind = commands_of(chunks)[1:]
    assert isinstance(named, Return)
    assert (named.id, named.of, named.lines) == ("C2:1", "1", [LinePart(0, 1000)])
    assert isinstance(blind, BlindReturn)
    assert (blind.id, blind.member, blind.type) == ("C2", "m", "returned purchase")
    assert blind.fields == {"amount": 2900}
    assert blind.lines == {"sku": ["a", "b"], "quantity": [3000, 2000], "amount": [1500, 1400]}
    assert [(reject.line, reject.reason) for reject in rejects_of(chunks)] == [
        (5, "unmatched_return")
    ]


def test_a_return_that_names_no_sale_may_come_back_without_one(tmp_path: Path) -> None:
    mapping = """
time: {column: time, timezone: UTC}
event: purchase
id: id
member: member
fields: {amount: amount, tax: tax, channel: channel}
returns: {when: {column: amount, below: 0}, of: of, unmatched: mirror}
"""
    rows = "id,member,time,amount,tax,channel,of\nR1,m,2026-01-01,-10.00,-1.00,till,\n"
    rows += "R2,m,2026-01-01,-10.00,-1.00,till,o1\n"
    chunks = list(open_file(tmp_path, rows, mapping, programme=MIRRORING).chunks())
    blind, named = commands_of(chunks)
    assert isinstance(blind, BlindReturn)
    assert blind.fields == {"amount": 1000, "tax": 100, "channel": "till"}
    assert isinstance(named, Return)
    assert named.of == "o1"


def test_only_a_programme_that_mirrors_takes_returns_without_a_sale(tmp_path: Path) -> None:
    mapping = MAPPING + "  unmatched: mirror\n"
    with pytest.raises(FileProblem) as problem:
        open_file(tmp_path, HEADER, mapping)
    assert "the programme takes no returns that name no purchase" in str(problem.value)
