"""Mapping files: what is wrong with one is said with its line, its path and what was probably meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from both_languages import told_in_both
from file_openings import SHOP_MAPPING, open_file

from jifen.intake.files.formulas import Term, UnknownColumn, parse_formula
from jifen.intake.files.loading import MappingError, load_mapping
from jifen.intake.files.mapping import Mapping, OpeningMapping
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.reading import open_history
from jifen.programme.loading import template

ROOT = Path(__file__).parents[2]


def problem_of(tmp_path: Path, text: str) -> str:
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as error:
        load_mapping(tmp_path / "mapping.yaml")
    return str(error.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("member: member", "membr: member"),
            "mapping.yaml:5:1 membr: unknown key 'membr' (did you",
        ),
        (("id: order_id\n", ""), "'id' is missing"),
        (("Asia/Shanghai", "Asia/Shanhai"), "time.timezone: 'Asia/Shanhai' is no time zone"),
        (("{column: time, timezone: Asia/Shanghai}", "time"), "must be a mapping"),
        (("enrol: true", "enrol: ja"), "enrol: 'ja' is not true or false"),
        (("enrol: true", "encoding: utf-9"), "'utf-9' is no encoding"),
        (("enrol: true", "delimiter: ';;'"), "a delimiter is one character"),
        (("enrol: true", "package: no_such_package"), "'no_such_package' is not installed"),
        (("{amount: amount}", "{amount: {column: a, sum: b}}"), "exactly one of column, sum"),
        (("enrol: true", "skip: [{when: {column: a}, reason: r}]"), "needs exactly one of empty"),
        (("enrol: true", "returns: {when: {column: a, is: b}}"), "needs either 'of'"),
    ],
)
def test_a_faulty_mapping_says_where_and_what(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    assert said in problem_of(tmp_path, SHOP_MAPPING.replace(*change))


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    said = problem_of(tmp_path, "tim: x\nevent: purchase\nid: order_id\n")
    assert len(said.splitlines()) == 3
    assert "did you mean 'time'?" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("id: order_id", "id: oder_id"), "mapping.yaml:4: shop.csv has no column 'oder_id'"),
        (("amount: amount", "amont: amount"), "the event has no field 'amont' (did you mean"),
        (("event: purchase", "event: purchas"), "the programme has no event 'purchas' (did you"),
        (("amount: amount", "amount: amount * amount * amount"), "more than two columns"),
        (("amount: amount", "amount: price * amount"), "shop.csv has no column 'price'"),
        (("amount: amount", "channel: member"), "names no amount"),
        (("amount: amount", "amount: {column: a, table: t}"), "there is no table 't'"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_or_the_programme_says_why(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(FileProblem) as problem:
        open_file(tmp_path, "order_id,member,time,amount\n", SHOP_MAPPING.replace(*change))
    told_in_both(problem.value.message)
    assert said in str(problem.value)


def test_the_columns_that_exist_are_listed(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="it has order_id, member, time, amount"):
        open_file(
            tmp_path,
            "order_id,member,time,amount\n",
            SHOP_MAPPING.replace("id: order_id", "id: 单号"),
        )


def test_a_table_gives_attributes_of_products(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("sku,department\n007,FRUIT\n8,BREAD\n")
    mapping = SHOP_MAPPING + (
        "lines: {sku: sku, department: {column: department, table: products}}\n"
        "tables: {products: {file: products.csv, on: sku}}\n"
    )
    rows = "order_id,member,time,amount,sku\n1,m,2026-01-01,5,007\n1,m,2026-01-01,5,9\n"
    (chunk,) = open_file(tmp_path, rows, mapping).chunks()
    (event,) = chunk.commands
    assert getattr(event, "lines", None) == {"sku": ["007", "9"], "department": ["FRUIT", None]}
    (tmp_path / "products.csv").write_text("sku,department\n7,FRUIT\n7,BREAD\n")
    with pytest.raises(FileProblem, match="several rows with the same sku"):
        open_file(tmp_path, rows, mapping)


def test_formulas_are_sums_of_products_and_names_may_hold_anything() -> None:
    columns = ["a", "b", "unit price", "x - y"]
    assert parse_formula("a * unit price - b", columns) == (
        Term(("a", "unit price")),
        Term(("b",), negative=True),
    )
    assert parse_formula("- a + b", columns) == (Term(("a",), negative=True), Term(("b",)))
    assert parse_formula("x - y", columns) == (Term(("x - y",)),)
    with pytest.raises(UnknownColumn, match="c"):
        parse_formula("a + c", columns)


def test_every_mapping_in_the_guide_can_be_loaded(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "guides" / "importing.md").read_text(encoding="utf-8")
    samples = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert len(samples) == 4
    for sample in samples:
        (tmp_path / "mapping.yaml").write_text(sample, encoding="utf-8")
        mapping = load_mapping(tmp_path / "mapping.yaml")
        assert mapping.body if isinstance(mapping, OpeningMapping) else mapping.id.columns


def test_the_shop_export_is_read_as_the_guide_says() -> None:
    folder = ROOT / "examples" / "shop-export"
    mapping = load_mapping(folder / "mapping.yaml")
    assert isinstance(mapping, Mapping)
    (chunk,) = open_history(folder / "orders.csv", mapping, template("coffee-club")).chunks()
    assert [command.id for command in chunk.commands] == ["1001", "1002", "1003", "1005"]
    assert getattr(chunk.commands[1], "fields", None) == {"amount": 125_000, "channel": "shop"}
    assert getattr(chunk.commands[3], "of", None) == "1001"
    assert chunk.skipped == {"no member card": 1}
    assert [(reject.line, reject.reason) for reject in chunk.rejects] == [(7, "malformed")]
