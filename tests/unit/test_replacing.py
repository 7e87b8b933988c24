"""What least lives a set of differences has to give."""

from __future__ import annotations

import pytest

from jifen.instants import NEVER
from jifen.ledger.replacing import Life, Lost, lives_anew


@pytest.mark.parametrize(
    ("given", "losses", "lives"),
    [
        (60, [], [Life(NEVER, 60)]),
        (60, [Lost(60, [(30, 0)])], []),
        (60, [Lost(50, [(30, 0)])], [Life(NEVER, 10)]),
        (60, [Lost(60, [(30, 60)])], [Life(30, 60)]),
        (60, [Lost(60, [(30, 20), (40, 10)])], [Life(40, 10), Life(30, 20)]),
        (60, [Lost(20, [(40, 90), (30, 5)])], [Life(NEVER, 40), Life(40, 15), Life(30, 5)]),
        (20, [Lost(50, [(30, 0)]), Lost(10, [(40, 4)])], [Life(40, 4)]),
        (0, [Lost(50, [(30, 50)])], [Life(30, 50)]),
    ],
    ids=[
        "all is new", "what was taken had ended", "some is new", "what was taken lived", "some of it lived",
        "what ends first goes first", "less than before", "nothing given",
    ],
)  # fmt: skip
def test_lives_are_of_what_is_new_or_lived(
    given: int, losses: list[Lost], lives: list[Life]
) -> None:
    assert lives_anew(given, losses) == lives
