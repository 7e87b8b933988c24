"""What a file becomes, and what of it is handed back with which words."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from both_languages import told_in_both
from file_openings import PROGRAMME, SHOP_MAPPING, commands_of, open_file, rejects_of

from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import Event, Given, Return
from jifen.intake.files import reading
from jifen.intake.files.loading import load_mapping
from jifen.intake.files.mapping import Mapping
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.reading import open_history
from jifen.wording import Said

HEADER = "order_id,member,time,amount\n"
TEN_AT_SHANGHAI = 1769824800000000  # 2026-01-31 10:00 +08:00

BASKETS = """
time: {column: time, timezone: UTC}
event: purchase
id: {column: basket, prefix: b-}
member: member
fields: {amount: {sum: price * pieces}, channel: {column: channel, values: {W: web, S: shop}}}
lines: {sku: {column: sku, letters: upper}, quantity: pieces, amount: price * pieces}
"""
BASKET_HEADER = "basket,member,time,sku,pieces,price,channel\n"


def test_a_plain_export_becomes_events_in_smallest_units(tmp_path: Path) -> None:
    history = open_file(tmp_path, HEADER + "o1,m1,2026-01-31 10:00,12.30\n")
    assert commands_of(history.chunks()) == [
        Event(
            id="o1",
            member="m1",
            type="purchase",
            occurred_at=TEN_AT_SHANGHAI,
            fields={"amount": 1230},
        )
    ]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + HEADER + "o1,m1,2026-01-31 10:00,12.30\n",
        HEADER.replace("\n", "\r\n") + '"o1","m1","2026-01-31 10:00","12.30"\r\n\r\n',
        HEADER + " o1 ,m1 , 2026-01-31T10:00:00+08:00,+12.300\n",
        HEADER + "o1,m1,2026-01-31T02:00:00Z,12.3",
    ],
    ids=[
        "byte order mark",
        "CRLF, quotes, blank line",
        "spaces and offset",
        "UTC, no last newline",
    ],
)
def test_the_same_order_is_read_however_it_was_exported(tmp_path: Path, content: str) -> None:
    (event,) = commands_of(open_file(tmp_path, content).chunks())
    assert isinstance(event, Event)
    assert (event.id, event.occurred_at, event.fields) == ("o1", TEN_AT_SHANGHAI, {"amount": 1230})


@pytest.mark.parametrize(
    ("row", "reason", "words"),
    [
        ("o1,m1,2026-02-30 10:00,5", "malformed", "is not a time that exists in the years"),
        ("o1,m1,31/01/2026,5", "malformed", "name its `format` in the mapping"),
        ("o1,m1,9999-12-31,5", "malformed", "is not a time that exists in the years"),
        ("o1,m1,0001-01-01T00:00Z,5", "malformed", "is not a time that exists in the years"),
        ("o1,m1,,5", "malformed", "time is empty"),
        ("o1,,2026-01-31,5", "malformed", "member is empty"),
        ("o1,m1,46053.416667,5", "malformed", "say of what, `format: excel_days`"),
        ("4.00638E+12,m1,2026-01-31,5", "malformed", "was rounded by a spreadsheet"),
        ("o1,6.2E+15,2026-01-31,5", "malformed", "was rounded by a spreadsheet"),
        (",m1,2026-01-31,5", "empty_id", "order_id is empty"),
        ("o1,m1,2026-01-31,", "malformed", "amount is empty"),
        ("o1,m1,2026-01-31,-5", "malformed", "below zero, and the row is no return"),
        ("o1,m1,2026-01-31,5.005", "malformed", "has 3 decimals, at most 2 can be kept"),
        ("o1,m1,2026-01-31,99999999999999999", "malformed", "absurdly large"),
        ("o1,m1,2026-01-31,¥5", "malformed", "'¥5' is not a number"),
        ("o1,m1,2026-01-31,'5,5'".replace("'", '"'), "malformed", "has a decimal comma"),
        ('o1,m1,2026-01-31,"1,234.50"', "malformed", "has thousands separators"),
        ("o1,m1,2026-01-31", "ragged", "3 cells where the header has 4"),
        (
            'o1,"m1,2026-01-31,5\no2,m1,2026-01-31,5',
            "ragged",
            "a quotation mark is not closed for 1",
        ),
        ("o1,m1,2026-01-31,５", "malformed", "'５' is not a number"),
        ("o1,m1,2026-01-31,5,6", "ragged", "5 cells where the header has 4"),
        (f"{'o' * 501},m1,2026-01-31,5", "malformed", "longer than 500"),
    ],
)
def test_a_row_that_cannot_be_taken_is_handed_back_with_its_reason(
    tmp_path: Path, row: str, reason: str, words: str
) -> None:
    chunks = list(open_file(tmp_path, HEADER + "o0,m,2026-01-31,1\n" + row + "\n").chunks())
    (reject,) = rejects_of(chunks)
    assert (reject.line, reject.reason) == (3, reason)
    assert words in reject.explanation.en
    told_in_both(reject.explanation)
    assert [command.id for command in commands_of(chunks)] == ["o0"]


def test_lines_are_counted_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = "o1,m,2026-01-31,x\nshort\n\no2,m,2026-01-31,1\nshort\no3,m,2026-01-31,x\n"
    rejects = rejects_of(open_file(tmp_path, HEADER + rows).chunks())
    assert [(reject.line, reject.reason) for reject in rejects] == [
        (2, "malformed"),
        (3, "ragged"),
        (6, "ragged"),
        (7, "malformed"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (HEADER.encode(), "holds no rows below its header"),
        (HEADER.replace(",", ";").encode() + b"o1;m;2026-01-31;5\n", 'add `delimiter: ";"`'),
        (HEADER.replace(",", "\t").encode() + b"o1\tm\t2026-01-31\t5\n", "add `delimiter: tab`"),
        ((HEADER + "o1,张三,2026-01-31,5\n").encode("gbk"), "looks like GBK: add `encoding: gbk`"),
        ((HEADER + "o1,Köln,2026-01-31,5\n").encode("latin-1"), "as in `encoding: latin-1`"),
        ((HEADER + "o1,m,2026-01-31,5\n").encode("utf-16"), "looks like UTF-16"),
        (b"sep=,\n" + HEADER.encode(), "delete its first line"),
        (
            gzip.compress(HEADER.encode() + b"o1,m,2026-01-31,5\n", mtime=0)[:-9],
            "damaged or cut off",
        ),
        (b"order,member,time,amount\no1,m,2026-01-31,5\n", "did you mean 'order'?"),
        (b"order_id,member,time,amount,time\n", "names the column 'time' more than once"),
        (b"PAR1....", "is a Parquet file"),
        (b"PK\x03\x04....", "if it is a workbook, name it .xlsx"),
        (
            HEADER.encode() + b'o1,"m,2026-01-31,5\n' + b"o2,m,2026-01-31,5\n" * 100_000,
            "never closed",
        ),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(FileProblem) as problem:
        list(open_file(tmp_path, content).chunks())
    assert words in str(problem.value)


def test_a_file_that_gzip_packed_is_read_as_it_is(tmp_path: Path) -> None:
    packed = gzip.compress((HEADER + "o1,m,2026-01-31,5\n").encode())
    (event,) = commands_of(open_file(tmp_path, packed, name="shop.csv.gz").chunks())
    assert event.id == "o1"


@pytest.mark.parametrize("more", ["", "o2,m,2026-01-31,5,\n"])
def test_a_quotation_mark_that_is_never_closed_takes_no_row_below_it(
    tmp_path: Path, more: str
) -> None:
    rows = f'o1,m,2026-01-31,5,"said\n{more}'
    chunks = list(open_file(tmp_path, HEADER.strip() + ",note\n" + rows).chunks())
    (reject,) = rejects_of(chunks)
    assert (reject.line, reject.reason, commands_of(chunks)) == (2, "ragged", [])
    assert "a quotation mark is not closed" in reject.explanation.en
    told_in_both(reject.explanation)


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ('o1,m,2026-01-31,5,"said\no2,m,2026-01-31,5,\no3,m,2026-01-31,5,"fine"\n', ["o4"]),
        ('o1,m,2026-01-31,5,"said\no2,m,2026-01-31,5,""\no3,m,2026-01-31,5,"fine"\n', ["o4"]),
        ('o1,m,2026-01-31,5,"said\r\n\r\no3,m,2026-01-31,5,"fine"\r\n', ["o4"]),
        ('o1,m,2026-01-31,5,"said\no3,m,2026-01-31,5,"\n', ["o4"]),
        ('o1,"m,2026-01-31,5,\no3,"m",2026-01-31,5,\n', ["o4"]),
        ('"o1,m,2026-01-31,5,\n"o3",m,2026-01-31,5,\n', ["o4"]),
        ('o1,m,2026-01-31,5,"said, he\nand: ""this""\nit, that"\n', ["o1", "o4"]),
        ('o1,m,2026-01-31,5,"width\n27"""\n', ["o1", "o4"]),
    ],
)
def test_a_quotation_mark_that_another_cell_closes_takes_no_row_between(
    tmp_path: Path, rows: str, kept: list[str]
) -> None:
    file = HEADER.strip() + ",note\n" + rows + "o4,m,2026-01-31,5,\n"
    chunks = list(open_file(tmp_path, file).chunks())
    assert [command.id for command in commands_of(chunks)] == kept
    rejects = rejects_of(chunks)
    assert [(reject.line, reject.reason) for reject in rejects] == [(2, "ragged")] * (
        len(kept) == 1
    )
    assert all("a quotation mark is not closed" in one.explanation.en for one in rejects)


def test_a_note_of_several_lines_may_end_the_file(tmp_path: Path) -> None:
    rows = 'o1,m,2026-01-31,5,"said\n""this\n"'
    chunks = list(open_file(tmp_path, HEADER.strip() + ",note\n" + rows).chunks())
    assert [command.id for command in commands_of(chunks)] == ["o1"]


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_thousands_may_be_set_apart_by_any_space(tmp_path: Path, space: str) -> None:
    mapping = SHOP_MAPPING + 'decimal: ","\nthousands: " "\n'
    row = f'o1,m,2026-01-31,"1{space}234,50"\n'
    (event,) = commands_of(open_file(tmp_path, HEADER + row, mapping).chunks())
    assert isinstance(event, Event)
    assert event.fields == {"amount": 123450}


@pytest.mark.parametrize(
    ("format", "written"),
    [
        ("excel_days", "46053.4166666667"),
        ("unix_seconds", "1769824800"),
        ("unix_milliseconds", "1769824800000"),
    ],
)
def test_a_time_may_be_a_count(tmp_path: Path, format: str, written: str) -> None:
    mapping = SHOP_MAPPING.replace("time, timezone", f"time, format: {format}, timezone")
    rows = f"o1,m,{written},5\no2,m,2026-01-31,5\n"
    chunks = list(open_file(tmp_path, HEADER + rows, mapping).chunks())
    (event,) = commands_of(chunks)
    assert isinstance(event, Event)
    assert event.occurred_at == TEN_AT_SHANGHAI
    assert format in rejects_of(chunks)[0].explanation.en


def test_a_wrong_byte_far_into_the_file_is_said_too(tmp_path: Path) -> None:
    rows = "".join(f"o{n},member-{n},2026-01-31,5\n" for n in range(60_000))
    history = open_file(tmp_path, (HEADER + rows).encode() + "o,张,2026-01-31,5\n".encode("gbk"))
    with pytest.raises(FileProblem, match="is not UTF-8 throughout"):
        list(history.chunks())


def test_a_file_named_parquet_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="is not a Parquet file"):
        open_file(tmp_path, HEADER, name="shop.parquet")


def test_gbk_semicolons_and_decimal_commas_are_read_when_the_mapping_says_so(
    tmp_path: Path,
) -> None:
    mapping = SHOP_MAPPING + 'encoding: gbk\ndelimiter: ";"\ndecimal: ","\nthousands: "."\n'
    rows = "order_id;member;time;amount\no1;张三;2026-01-31 10:00;1.234,50\n"
    (event,) = commands_of(open_file(tmp_path, rows.encode("gbk"), mapping).chunks())
    assert isinstance(event, Event)
    assert (event.member, event.fields) == ("张三", {"amount": 123450})


def test_a_time_format_reads_only_days_that_exist(tmp_path: Path) -> None:
    mapping = SHOP_MAPPING.replace("time, timezone", "time, format: '%d/%m/%Y %H:%M', timezone")
    rows = "o1,m,31/01/2026 10:00,5\no2,m,30/02/2026 10:00,5\no3,m,2/3/2026 7:05,5\n"
    chunks = list(open_file(tmp_path, HEADER + rows, mapping).chunks())
    assert [command.id for command in commands_of(chunks)] == ["o1", "o3"]
    assert "of the form %d/%m/%Y %H:%M" in rejects_of(chunks)[0].explanation.en


def test_rows_of_an_event_become_its_lines_even_with_others_between(tmp_path: Path) -> None:
    rows = "1,m,2026-01-01,a1,2,0.333,W\n2,n,2026-01-01,b,1,5,S\n1,m,2026-01-01 00:01,a2,3,1.10,W\n"
    first, second = commands_of(open_file(tmp_path, BASKET_HEADER + rows, BASKETS).chunks())
    assert isinstance(first, Event)
    assert first.id == "b-1"
    assert first.fields == {"amount": 67 + 330, "channel": "web"}
    assert first.lines == {"sku": ["A1", "A2"], "quantity": [2000, 3000], "amount": [67, 330]}
    assert second.id == "b-2"


def test_a_discount_may_be_a_row_of_the_event(tmp_path: Path) -> None:
    rows = "1,m,2026-01-01,a1,2,5,W\n1,m,2026-01-01,coupon,1,-3,W\n2,m,2026-01-01,coupon,1,-3,W\n"
    chunks = list(open_file(tmp_path, BASKET_HEADER + rows, BASKETS).chunks())
    (sale,) = commands_of(chunks)
    assert isinstance(sale, Event)
    assert (sale.fields["amount"], sale.lines["amount"]) == (700, [1000, -300])
    (reject,) = rejects_of(chunks)
    assert (reject.line, reject.reason) == (4, "malformed")
    assert "amount is below zero, and the row is no return" in reject.explanation.en


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,m,2026-01-01,a2,x,1,W", "'x' is not a number"),
        ("1,m,2026-01-01,a2,-1,1,W", "quantity is below zero"),
        ("1,other,2026-01-01,a2,1,1,W", "rows of the event name different members"),
        ("1,m,2026-01-01,a2,,1,W", "amount is empty"),
    ],
)
def test_an_event_with_a_bad_row_is_rejected_whole(tmp_path: Path, row: str, words: str) -> None:
    rows = "1,m,2026-01-01,a1,2,1,W\n" + row + "\n2,m,2026-01-01,a1,2,1,S\n"
    chunks = list(open_file(tmp_path, BASKET_HEADER + rows, BASKETS).chunks())
    rejects = rejects_of(chunks)
    assert [reject.line for reject in rejects] == [2, 3]
    assert {reject.reason for reject in rejects} <= {"malformed", "same_event"}
    assert all(words in reject.explanation.en for reject in rejects)
    assert [command.id for command in commands_of(chunks)] == ["b-2"]


def test_a_word_that_the_mapping_does_not_know_is_named(tmp_path: Path) -> None:
    rows = "1,m,2026-01-01,a1,2,1,X\n"
    (reject,) = rejects_of(open_file(tmp_path, BASKET_HEADER + rows, BASKETS).chunks())
    assert "channel 'X' is not among the values of the mapping: W, S" in reject.explanation.en


def test_one_file_may_hold_several_types_of_events(tmp_path: Path) -> None:
    mapping = SHOP_MAPPING.replace(
        "event: purchase", "event: {column: kind, values: {sale: purchase, visit: check_in}}"
    )
    rows = "kind,order_id,member,time,amount\nsale,o1,m,2026-01-01,5\nvisit,v1,m,2026-01-02,\n"
    purchase, check_in = commands_of(open_file(tmp_path, rows, mapping).chunks())
    assert isinstance(check_in, Event)
    assert (check_in.type, check_in.fields) == ("check_in", {})
    assert isinstance(purchase, Event)
    assert purchase.type == "purchase"


def test_fields_take_the_kind_the_programme_gives_them(tmp_path: Path) -> None:
    mapping = SHOP_MAPPING.replace(
        "{amount: amount}", "{amount: amount, vip: vip, due: due, items: items, tax: '- refund'}"
    )
    rows = (
        "order_id,member,time,amount,vip,due,items,refund\n"
        "o1,m,2026-01-01,5,Yes,1970-01-11,3,-0.50\n"
        "o2,m,2026-01-01,5,maybe,,3,0\n"
    )
    chunks = list(open_file(tmp_path, rows, mapping).chunks())
    (event,) = commands_of(chunks)
    assert isinstance(event, Event)
    assert event.fields == {"amount": 500, "vip": True, "due": 10, "items": 3, "tax": 50}
    assert "'maybe' is neither true nor false" in rejects_of(chunks)[0].explanation.en


def test_a_return_that_names_its_sale_is_a_return_of_its_amount(tmp_path: Path) -> None:
    mapping = SHOP_MAPPING + (
        "returns: {when: {column: amount, below: 0}, of: sale}\n"
        "skip: [{when: {column: member, empty: true}, reason: no member}]\n"
    )
    rows = (
        "order_id,member,time,amount,sale\n"
        "o1,m,2026-01-01,5,\nr1,m,2026-01-02,-2.50,o1\nr2,m,2026-01-02,-1,\no2,,2026-01-01,1,\n"
    )
    chunks = list(open_file(tmp_path, rows, mapping).chunks())
    _, returned = commands_of(chunks)
    assert isinstance(returned, Return)
    assert (returned.of, returned.amount) == ("o1", 250)
    assert [reject.reason for reject in rejects_of(chunks)] == ["unmatched_return"]
    assert chunks[0].skipped == {"no member": 1}


def test_reading_goes_on_from_any_position_without_loss_or_repetition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jifen.intake.files.blocks.ROWS_PER_BLOCK", 70)
    monkeypatch.setattr("jifen.intake.files.grouping.ROWS_APART", 5)
    rows = []
    for n in range(400):
        rows += [f"{n},m{n % 7},2026-01-01,a,1,{n}.5,W" for _ in range(n % 4 + 1)]
        rows += ["broken"] * (n % 50 == 7)
    history = open_file(tmp_path, BASKET_HEADER + "\n".join(rows) + "\n", BASKETS)
    whole = list(history.chunks())
    assert len(whole) > 10
    for place, chunk in enumerate(whole):
        rest = list(history.chunks(chunk.position))
        assert commands_of(rest) == commands_of(whole[place + 1 :])
        assert rejects_of(rest) == rejects_of(whole[place + 1 :])
    assert whole[-1].position == len(rows)
    assert sum(chunk.rows_read for chunk in whole) == len(rows)


def test_the_file_of_rejects_can_be_mended_and_read_by_the_same_mapping(tmp_path: Path) -> None:
    mapping = SHOP_MAPPING + 'delimiter: ";"\n'
    rows = 'order_id;member;time;amount;note\no1;m;2026-01-01;x;"two\nlines"\no2;m;2026-01-01;5;\n'
    history = open_file(tmp_path, rows, mapping)
    file = history.rejects_file(tmp_path / "rejects.csv")
    file.write(rejects_of(history.chunks()))
    written = file.path.read_text()
    assert written.startswith("reject_line;reject_reason;reject_explanation;order_id;member")
    again = open_file(tmp_path, written.replace(";x;", ";7.00;"), mapping)
    (event,) = commands_of(again.chunks())
    assert isinstance(event, Event)
    assert (event.id, event.fields) == ("o1", {"amount": 700})
    resumed = history.rejects_file(file.path, resumed=True)
    resumed.write(rejects_of(history.chunks()))
    assert file.path.read_text().count("reject_line") == 1


def test_a_refused_command_hands_back_all_its_rows(tmp_path: Path) -> None:
    rows = "1,m,2026-01-01,a1,2,1,W\n1,m,2026-01-01,a2,2,1,W\n"
    (chunk,) = open_file(tmp_path, BASKET_HEADER + rows, BASKETS).chunks()
    rejects = chunk.refuse(0, "frozen", Said("the member is frozen", "会员被冻结"))
    assert [(reject.line, reject.cells[3]) for reject in rejects] == [(2, "a1"), (3, "a2")]


def test_events_that_never_stop_overlapping_ask_for_a_sorted_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jifen.intake.files.blocks.ROWS_PER_BLOCK", 50)
    monkeypatch.setattr("jifen.intake.files.grouping.ROWS_APART", 5)
    monkeypatch.setattr(reading, "MOST_ROWS_WAITING", 100)
    interleaved = (n // 2 if n % 2 == 0 else (n - 3) // 2 for n in range(4, 300))
    rows = "".join(f"{event},m,2026-01-01,a,1,1,W\n" for event in interleaved)
    with pytest.raises(FileProblem, match="sort the file"):
        list(open_file(tmp_path, BASKET_HEADER + rows, BASKETS).chunks())


def test_parquet_keeps_what_its_types_say(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(SHOP_MAPPING)
    midnight = 20 * MICROSECONDS_PER_DAY
    table = pa.table(
        {
            "order_id": pa.array([17850.0, 2.0, None]),
            "member": pa.array([1, 2, 3]),
            "time": pa.array([midnight, midnight, midnight], pa.timestamp("us", "UTC")),
            "amount": pa.array([0.1 + 0.2, 1e300, 1.0]),
        }
    )
    parquet.write_table(table, tmp_path / "shop.parquet")
    mapping = load_mapping(tmp_path / "mapping.yaml")
    assert isinstance(mapping, Mapping)
    chunks = list(open_history(tmp_path / "shop.parquet", mapping, PROGRAMME).chunks())
    (event,) = commands_of(chunks)
    assert isinstance(event, Event)
    assert (event.id, event.member, event.occurred_at) == ("17850", "1", midnight)
    assert event.fields == {"amount": 30}
    assert [reject.reason for reject in rejects_of(chunks)] == ["malformed", "empty_id"]


GUESTS = """
time: {column: time, timezone: Asia/Shanghai}
event: purchase
id: id
guest: {columns: [card], prefix: card-}
fields: {amount: amount}
"""


def test_rows_without_a_member_are_of_the_guest_whose_card_they_name(tmp_path: Path) -> None:
    rows = "id,who,card,time,amount\n1,ann,c1,2026-01-05 10:00,1.00\n"
    rows += "2,,c2,2026-01-05 10:00,2.00\n3,,,2026-01-05 10:00,3.00\n"
    chunks = list(open_file(tmp_path, rows, GUESTS + "member: who\n").chunks())
    named = [
        (event.member, event.guest) for event in commands_of(chunks) if isinstance(event, Event)
    ]
    assert named == [("ann", False), ("card-c2", True)]
    (reject,) = rejects_of(chunks)
    assert (reject.line, reject.reason) == (4, "malformed")
    assert reject.explanation.en == "who and card is empty"


def test_a_file_of_nothing_but_cards_names_no_member(tmp_path: Path) -> None:
    rows = "id,card,time,amount\n1,c1,2026-01-05 10:00,1.00\n"
    (event,) = commands_of(open_file(tmp_path, rows, GUESTS).chunks())
    assert isinstance(event, Event)
    assert (event.member, event.guest) == ("card-c1", True)


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("in_exchange: swapped", {"full": True}),
        ("in_exchange: {of: swapped, amount: back}", {"amount": 350}),
    ],
)
def test_a_sale_may_be_in_exchange_for_another(
    tmp_path: Path, said: str, given: dict[str, object]
) -> None:
    rows = "order_id,member,time,amount,swapped,back\n1,m,2026-01-05 10:00,1.00,,\n"
    rows += "2,m,2026-01-05 10:00,2.00,1,3.50\n"
    first, second = commands_of(open_file(tmp_path, rows, SHOP_MAPPING + said).chunks())
    assert isinstance(first, Event)
    assert isinstance(second, Event)
    assert (first.in_exchange, second.in_exchange) == (None, Given(of="1", **given))  # type: ignore[arg-type]


def test_an_exchange_that_says_not_how_much_comes_back_is_handed_back(tmp_path: Path) -> None:
    mapping = SHOP_MAPPING + "in_exchange: {of: swapped, amount: back}"
    rows = "order_id,member,time,amount,swapped,back\n2,m,2026-01-05 10:00,2.00,1,\n"
    (reject,) = rejects_of(open_file(tmp_path, rows, mapping).chunks())
    assert reject.explanation.en == "nothing comes back in exchange"


def test_what_a_file_attaches_goes_along_with_events_and_returns(tmp_path: Path) -> None:
    mapping = SHOP_MAPPING + (
        "returns: {when: {column: amount, below: 0}, of: note}\n"
        "metadata: {order: note, source: {constant: web}}\n"
    )
    rows = (
        "o1,m1,2026-01-31 10:00,12.30,2026/0042\n"
        "r1,m1,2026-01-31 11:00,-2.30,o1\n"
        "o2,m1,2026-01-31 12:00,1.00,\n"
        f"o3,m1,2026-01-31 12:00,1.00,{'x' * 501}\n"
    )
    chunks = list(open_file(tmp_path, HEADER.strip() + ",note\n" + rows, mapping).chunks())
    assert {one.id: one.metadata for one in commands_of(chunks)} == {
        "o1": {"order": "2026/0042", "source": "web"},
        "r1": {"order": "o1", "source": "web"},
        "o2": {"source": "web"},
    }
    (reject,) = rejects_of(chunks)
    assert reject.explanation.en.startswith("order is longer than 500")


@pytest.mark.parametrize("metadata", [f"{{{'n' * 41}: amount}}", "{sum_of: {sum: amount}}"])
def test_what_cannot_be_attached_is_said(tmp_path: Path, metadata: str) -> None:
    content = HEADER + "o1,m1,2026-01-31 10:00,12.30\n"
    with pytest.raises(FileProblem, match=r"metadata: .* is not one of at most 50 columns"):
        open_file(tmp_path, content, SHOP_MAPPING + f"metadata: {metadata}\n")
