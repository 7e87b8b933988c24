"""The generated `step` against a slow, obvious reference, on random programmes and histories."""

from __future__ import annotations

from collections import Counter

import pytest
from engine_comparing import compare, occurrences
from engine_random import random_case

CASES = 3000


@pytest.mark.parametrize("first", range(0, CASES, 250))
def test_every_answer_is_that_of_the_reference(first: int) -> None:
    for seed in range(first, first + 250):
        compare(random_case(seed))


def test_random_cases_hold_every_construct_and_outcome() -> None:
    counted: Counter[str] = Counter()
    for seed in range(600):
        case = random_case(seed)
        counted.update(case.constructs | occurrences(case))
    report = "\n".join(f"{count / 6:6.1f} % {name}" for name, count in sorted(counted.items()))
    print(report)
    rare = {name: count for name, count in counted.items() if count < 6}
    assert not rare, f"rarer than 1 % of cases: {rare}\n{report}"
    assert len(counted) >= 100


@pytest.mark.long
@pytest.mark.parametrize("first", range(10_000, 40_000, 1000))
def test_every_answer_is_that_of_the_reference_at_length(first: int) -> None:
    for seed in range(first, first + 1000):
        compare(random_case(seed))
