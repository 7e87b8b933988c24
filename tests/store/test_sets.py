"""Sets: all parts or none, also among buyers who come at once; each part has a code and a key of its own; and the proof
finds whatever does not add up, with mended chains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, LiteralString

import pytest
from msgspec.structs import replace
from racecourse import NOW, racecourse_in
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.cli.happened import changed
from jifen.db.connection import connect
from jifen.enquiry.catalogue import Wanted, catalogue_page
from jifen.enquiry.offers import Offer
from jifen.intake.asking.commands import Cancel, Redeem
from jifen.intake.asking.order_commands import PickUp
from jifen.intake.codes.importing import import_codes
from jifen.intake.stock.changing import StockChange, change_stock
from jifen.intake.versions.opening import now_of
from jifen.programme.loading import load
from jifen.proof.proving import prove
from jifen.sealing import new_key
from jifen.whatif.replaying import replay

DOCUMENT: Final = (Path(__file__).parents[1] / "stories" / "programmes" / "sets.yaml").read_text(
    encoding="utf-8"
)
WITH_FILMS: Final = DOCUMENT.replace("rewards:\n", "codes: {films: {}}\nrewards:\n").replace(
    "  cake:", "  film: {name: {zh: 电影票, en: film}, codes: films}\n"
    "  evening: {name: {zh: 电影之夜, en: evening}, set: {film: 200 points, mug: 100 points}}\n  cake:",
)  # fmt: skip
ANN: Final = "member_id = (SELECT member_id FROM member WHERE external_id = 'ann')"


def breakfast(id: str, quantity: int = 1, member: str = "ann") -> Redeem:
    return Redeem(id=id, member=member, reward="breakfast", quantity=quantity, currency="points")


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    """Ann has had two breakfasts, gave one back, and a party, of which she has fetched the cake."""
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann", "bob")
        bank.stock("mug", add=9)
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 200_000))
        bank.do("2026-01-06 10:00", breakfast("r1", 2))
        bank.do("2026-01-06 11:00", Cancel(id="c1", member="ann", of="r1", quantity=1))
        party = Redeem(id="r2", member="ann", reward="party", currency="points")
        bank.do("2026-01-07 10:00", party)
        bank.do("2026-01-07 11:00", PickUp(id="p1", member="ann", of="r2~cake"))
        yield bank


# Of two breakfasts for 510 points 408 are for the mugs; somebody makes that 400, everywhere.
CHEAPER: Final[tuple[LiteralString, ...]] = (
    f"UPDATE posting SET points = -400 WHERE {ANN} AND points = -408",
    f"UPDATE taking SET points = 400 WHERE {ANN} AND points = 408",
    f"UPDATE lot SET remaining = remaining + 8 WHERE {ANN} AND granted = 2000",
    f"UPDATE balance SET points = points + 8, spent = spent - 8 WHERE {ANN} AND currency = 0",
    "UPDATE account_movement SET points = points + 8 WHERE points = -510",
    "UPDATE command SET answer = replace(answer::text, '408', '400')::json WHERE key LIKE 'redeem/r1%'",
    "UPDATE command SET answer = replace(answer::text, '510', '502')::json WHERE key = 'redeem/r1'",
)
FORGED: Final[dict[str, tuple[LiteralString, ...]]] = {
    "a part at another price": CHEAPER,
    "a set of another sum": (
        "UPDATE command SET answer = replace(answer::text, '510', '509')::json WHERE key = 'redeem/r1'",
    ),
    "a set without its parts": (
        "UPDATE command SET answer = (answer::jsonb - 'parts')::json WHERE key = 'redeem/r1'",
    ),
    "a part of another set": (
        "UPDATE command SET body = replace(body::text, '\"breakfast\"', '\"party\"')::json"
        " WHERE key = 'redeem/r1~coffee'",
    ),
    "a part by itself": (
        "UPDATE command SET body = (body::jsonb - 'of_set')::json WHERE key = 'redeem/r1~mug'",
    ),
    "a set of another quantity": (
        "UPDATE command SET body = (body::jsonb || '{\"quantity\": 3}')::json WHERE key = 'redeem/r1'",
    ),
    "more given back than by the parts": (
        "UPDATE command SET answer = replace(answer::text, '255', '256')::json WHERE key = 'cancel/c1'",
    ),
    "a cancel of what is no set": (
        "UPDATE command SET body = replace(body::text, '\"r1\"', '\"r2\"')::json WHERE key = 'cancel/c1'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("changes", FORGED.values(), ids=FORGED.keys())
def test_what_does_not_add_up_is_found(bank: Bank, changes: tuple[LiteralString, ...]) -> None:
    assert found(bank) == []
    with unguarded(bank) as connection:
        for change in changes:
            assert connection.execute(change).rowcount, change
        forge_chains(bank)
        assert "redemption" in found(bank)


def test_an_id_that_is_taken_by_somebody_else_is_a_conflict_and_nothing_is_taken(
    bank: Bank,
) -> None:
    bank.do("2026-01-08 10:00", Redeem(id="r3~mug", member="ann", reward="mug", currency="points"))
    before = bank.points()
    (answer,) = bank.do("2026-01-08 11:00", breakfast("r3"))
    assert (answer.refusal, bank.points()) == ("conflict", before)
    taken, again = bank.do("2026-01-08 12:00", breakfast("r4"), breakfast("r4"))
    assert (taken.state, again) == ("applied", taken)
    (other,) = bank.do("2026-01-08 13:00", Cancel(id="c2~mug", member="ann", of="r4~mug"))
    assert other.state == "applied"
    (cancel,) = bank.do("2026-01-08 14:00", Cancel(id="c2", member="ann", of="r4"))
    assert cancel.refusal == "conflict"
    assert found(bank) == []


def test_sets_of_one_batch_share_a_shelf(bank: Bank) -> None:
    bank.stock("mug", set=1)
    bank.do("2026-01-08 09:00", bank.bought("o2", "bob", 100_000))
    first, second = bank.do(
        "2026-01-08 10:00", breakfast("r3", member="bob"), breakfast("r4", member="ann")
    )
    assert (first.state, second.refusal) == ("applied", "out_of_stock")
    assert found(bank) == []


def test_a_set_without_a_code_for_a_part_is_refused_and_with_one_has_it(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    with connect(database_url) as connection:
        bank = Bank(connection, WITH_FILMS, "2026-01-01 10:00")
        bank.enrol("ann")
        bank.stock("mug", add=1)
        evening = Redeem(id="r1", member="ann", reward="evening", currency="points")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 60_000))
        (refused,) = bank.do("2026-01-05 11:00", evening)
        assert refused.refusal == "out_of_codes"
        assert refused.detail is not None
        assert refused.detail.values["part"] == "film"
        assert bank.points() == 600
        path = tmp_path / "codes.csv"
        path.write_text("code\nFILM-1\n", encoding="utf-8")
        import_codes(
            connection, bank.programme, "films", path, now=bank.now,
            rejects_path=tmp_path / "rejects.csv",
        )  # fmt: skip
        (answer,) = bank.do("2026-01-05 12:00", replace(evening, id="r2"))
        film, mug = answer.parts
        assert (film.reward, len(film.codes), mug.codes) == ("film", 1, ())
        assert found(bank) == []


def offered(bank: Bank, id: str) -> Offer:
    page = catalogue_page(
        *(bank.connection, bank.programme, "ann", Wanted()),
        behind=None,
        most=50,
        now=now_of(bank.programme),
    )
    return next(one for one in page.offers if one.id == id)


def test_the_catalogue_shows_a_set_by_what_is_there_of_its_parts(bank: Bank) -> None:
    shown = offered(bank, "breakfast")
    assert [(part.reward, part.points) for part in shown.parts] == [("coffee", 51), ("mug", 204)]
    assert (shown.prices[0].points, shown.in_stock, shown.left) == (255, 8, 2)
    bank.do(
        "2026-01-07 12:00",
        Redeem(id="r5", member="ann", reward="coffee", quantity=2, currency="points"),
    )
    assert (offered(bank, "breakfast").state, offered(bank, "breakfast").left) == (
        "limit_reached",
        0,
    )
    bank.travel("2026-01-08 10:00")
    bank.stock("mug", set=0)
    assert (offered(bank, "breakfast").state, offered(bank, "breakfast").left) == (
        "out_of_stock",
        3,
    )


def test_where_only_the_times_are_limited_no_number_of_units_is_left(bank: Bank) -> None:
    bank.publish(DOCUMENT.replace("price: 300 points,", "price: 300 points, limit: 2 per day,"))
    assert (offered(bank, "mug").left, offered(bank, "mug").state) == (None, "affordable")
    for number in range(2):
        mug = Redeem(id=f"m{number}", member="ann", reward="mug", currency="points")
        bank.do("2026-01-08 10:00", mug)
    assert (offered(bank, "mug").left, offered(bank, "mug").state) == (0, "limit_reached")


def test_what_a_set_and_its_cancelling_change_is_told_with_its_parts(bank: Bank) -> None:
    asked = breakfast("r6")
    (answer,) = bank.do("2026-01-08 10:00", asked)
    told = changed(asked, answer, bank.programme.programme)
    assert told == {"points": -255}
    undone = Cancel(id="c6", member="ann", of="r6")
    (answer,) = bank.do("2026-01-08 11:00", undone)
    assert changed(undone, answer, bank.programme.programme)["points"] == 255


def test_a_set_stands_in_a_correction_a_replay_and_under_a_version_without_it(bank: Bank) -> None:
    same = replay(bank.connection, bank.programme, load(DOCUMENT))
    assert (same.better, same.worse, same.cost.difference) == (0, 0, 0)
    assert same.life is not None
    assert same.life.outstanding.difference == 0
    cheaper = DOCUMENT.replace("mug: 239 points", "mug: 139 points")
    bank.publish(cheaper)
    bank.correct(DOCUMENT.replace("give: 1 points", "give: 2 points"), "2026-01-01")
    bank.publish(DOCUMENT.replace("set: {coffee: 61 points, mug: 239 points}", "price: 300 points"))
    (answer,) = bank.do("2026-01-08 10:00", Cancel(id="c9", member="ann", of="r1"))
    assert answer.given_back == 255
    assert found(bank) == []


def test_sets_that_are_wanted_at_once_are_sold_whole(database_url: str) -> None:
    document = DOCUMENT.replace("between: [2026-01-01, 2026-01-31]", "balance: 1 points").replace(
        "61 points", "2 points"
    )
    with racecourse_in(database_url, document.replace("239 points", "9 points")) as course:
        first = course.connections[0]
        added = StockChange(id="d1", reward="mug", kind="add", asked=12)
        change_stock(first, course.programme, added, now=NOW, actor="shop")
        asked = [breakfast(f"r{place}", member=f"m{place % 8}") for place in range(8)]
        more = [
            Redeem(id=f"s{place}", member=f"m{place}", reward="breakfast", currency="points")
            for place in range(8)
        ]
        answers = [*course.ask_at_once(asked), *course.ask_at_once(more)]
        came = Counter(one.answer.refusal for one in answers)
        assert came == {None: 12, "out_of_stock": 4}
        assert prove(first, course.programme).differences == []
