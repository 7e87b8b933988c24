"""What `returns:` says in both languages, what it is told where it makes no sense, and what the linter says of it."""

from __future__ import annotations

import pytest
from programme_faults import HEAD, said

from jifen.programme.lints.findings import findings
from jifen.programme.loading import load, template, template_names
from jifen.programme.return_policy import UNDO_FOR_EVER
from jifen.programme.sentences import clauses


def of_returns(written: str, head: str = HEAD) -> list[str]:
    programme = load(f"{head}returns: {written}\n", "club.yaml")
    both = (*clauses(programme, "zh"), *clauses(programme, "en"))
    return [clause.sentence for clause in both if clause.section == "returns"]


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("keep", "退货后积分保留。", "Points stay when things come back."),
        (
            "{policy: carry, books: quarter, within: 30 days}",
            "消费后 30 天内可以退货。当季度退回的视为从未有过，一切重新计算；"
            "此后退回的，原季度不再变动，只收回退回部分单独应得的积分。",
            "Returns are accepted until 30 days after the purchase. What comes back in the quarter of the purchase is "
            "undone; after that the quarter stands as it was closed, and what the rules give for the returned part "
            "alone is taken.",
        ),
        (
            "{within: 0 days}",
            "仅限消费当天退货。退回的部分视为从未有过，一切重新计算。",
            "Returns are accepted on the day of the purchase. A return undoes what the purchase did.",
        ),
        ("{within: never}", "不接受退货。", "Nothing is taken back."),
    ],
)
def test_returns_read_as_a_sentence_in_both_languages(written: str, zh: str, en: str) -> None:
    assert of_returns(written) == [zh, en]


def test_what_comes_back_goes_by_the_names_of_what_members_pay_for() -> None:
    hotel = HEAD + (
        "- {id: nights, on: stay, give: 1 points per 1 of amount}\n"
        "- {id: note, on: review, give: 5 points, limit: 1 per day}\n"
    )
    assert of_returns("{within: 7 days}", hotel) == [
        "消费或入住后 7 天内可以退款。退回的部分视为从未有过，一切重新计算。",
        "Returns are accepted until 7 days after the purchase or stay. A return undoes what the purchase or stay did.",
    ]
    assert of_returns("{within: never}", hotel)[0] == "不接受退款。"


def test_nothing_is_said_where_everything_is_undone_for_ever() -> None:
    assert of_returns("undo") == []
    assert load(f"{HEAD}returns: {{policy: undo}}\n", "club.yaml").returns == UNDO_FOR_EVER


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("undoo", ": 'undoo' is not undo, mirror, keep or carry"),
        ("{books: year}", ".books: matters to `policy: carry` only"),
        ("{within: 2 months}", ".within: must be 0 to 3660 days, or never (such as 30 days)"),
    ],
)
def test_returns_that_make_no_sense_are_told(written: str, line: str) -> None:
    assert said(f"{HEAD}returns: {written}\n") == [f"returns{line}"]


@pytest.mark.parametrize("policy", ["mirror", "keep", "carry"])
def test_the_linter_warns_of_every_policy_that_leaves_points(policy: str) -> None:
    programme = load(f"{HEAD}returns: {policy}\n", "club.yaml")
    found = [one.place for one in findings(programme) if one.id == "returns-leave-points"]
    assert found == ["returns"]


def test_every_template_undoes_returns() -> None:
    assert {template(name).returns.policy for name in template_names()} == {"undo"}
