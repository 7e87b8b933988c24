"""A clock is set back between two commands: what was earned by the later time can be used when that has come again."""

from __future__ import annotations

import pytest
from racecourse import NOW, bought, racecourse_in

from jifen.intake.asking.commands import Spend
from jifen.intake.submitting import submit
from jifen.proof.proving import prove

MINUTE = 60_000_000


@pytest.mark.parametrize(("at", "refusal"), [(NOW - MINUTE, "insufficient_points"), (NOW, None)])
def test_what_was_earned_later_can_be_used_by_then(
    database_url: str, at: int, refusal: str | None
) -> None:
    with racecourse_in(database_url) as course:
        connection, programme = course.connections[0], course.programme
        spend = Spend(id="s1", member="m0", points=150, currency="points")
        submit(connection, programme, [bought("late", "m0", 10_000)], now=NOW, actor="shop")
        (spent,) = submit(connection, programme, [spend], now=at, actor="shop")
        assert spent.answer.refusal == refusal
        again = Spend(id="s2", member="m0", points=50, currency="points")
        (spent,) = submit(connection, programme, [again], now=NOW + MINUTE, actor="shop")
        assert spent.answer.refusal is None
        assert prove(connection, programme).holds
