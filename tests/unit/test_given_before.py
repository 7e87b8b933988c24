"""Since when a member has had what comes in the place of something else."""

from __future__ import annotations

import pytest

from jifen.intake.following.given_before import Came, had_since


@pytest.mark.parametrize(
    ("moves", "since"),
    [
        ([Came(1, 10, 1, 10)], 10),
        ([Came(1, 10, 1, 10), Came(2, 20, 1, 20)], 20),
        ([Came(1, 10, 1, 10), Came(1, 50, -1, 10), Came(2, 50, 1, 20)], 10),
        ([Came(1, 10, 1, 10), Came(1, 50, -1, 10), Came(2, 50, 1, 50)], 10),
        ([Came(1, 10, 1, 10), Came(1, 50, -1, 10), Came(2, 60, 1, 60)], 60),
        ([Came(1, 10, 1, 10), Came(2, 40, 1, 40), Came(1, 50, -1, 10), Came(3, 50, 1, 20)], 10),
        ([Came(1, 10, 1, 10), Came(1, 50, -1, 10), Came(2, 50, 1, 20), Came(2, 70, -1, 20), Came(3, 70, 1, 30)], 10),
        ([Came(1, 10, 1, 10), Came(1, 50, -1, 10), Came(2, 50, 1, 20), Came(3, 50, 1, 50)], 50),
        ([Came(1, 10, 2, 10), Came(1, 50, -2, 10), Came(2, 50, 1, 20), Came(3, 50, 1, 30)], 10),
        ([Came(1, 10, 1, 10), Came(1, 50, -1, 10), Came(2, 50, 2, 20)], 50),
    ],
    ids=[
        "the first", "another", "moved by a return", "moved by a late purchase", "earned anew after it had gone",
        "the one that went, not one that stands", "moved twice", "one more than went", "two apart",
        "two at once for one",
    ],
)  # fmt: skip
def test_what_takes_a_place_has_been_had_as_long(moves: list[Came], since: int) -> None:
    assert had_since(moves) == since
