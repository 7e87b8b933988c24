"""When points can be used: in sentences, and what is told where it makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest
from programme_faults import HEAD, said

from jifen.programme.loading import read
from jifen.programme.sentences import sentences

EXAMPLES = Path(__file__).parents[2] / "examples" / "programmes"


def test_waiting_reads_as_sentences_in_both_languages() -> None:
    programme = read(EXAMPLES / "pending.yaml")
    assert sentences(programme, "zh") == [
        "积分：永不过期；“签收”后可用，最晚在获得满 30 天后。",
        "每消费 1 元得 1 积分。",
        "每次评价得 20 积分，每天最多 1 次，确认后可用。",
        "消费时，若是首次消费，得 50 积分，立即可用。",
    ]
    assert sentences(programme, "en") == [
        "Points: usable once the event “delivery” confirms them, and 30 days after earning at the latest; "
        "never expiring.",
        "Every yuan spent earns 1 point.",
        "Each review earns 20 points, at most once a day, usable once they are confirmed.",
        "A purchase earns 50 points if it is the first purchase, usable at once.",
    ]


@pytest.mark.parametrize(
    ("pending", "line"),
    [
        ("1 month", ": must be 0 to 366 days (write durations like 30 days)"),
        ("0 months", ": must be 0 to 366 days (write durations like 30 days)"),
        ("{at_most: 30 days}", ": 'until' is missing"),
        ("{until: delivery}", ".until: there is no event 'delivery' (or write confirm, for a command of its own)"),
        ("{until: comfirm}", ".until: there is no event 'comfirm' (did you mean 'confirm'?)"),
        (
            "{until: review}",
            ".until: 'review' cannot say which event it confirms (give it a field `of: text`)",
        ),
    ],
)  # fmt: skip
def test_waiting_that_makes_no_sense_is_told(pending: str, line: str) -> None:
    document = HEAD.replace("points: {}", f"points: {{pending: {pending}}}")
    assert said(document) == [f"currencies.points.pending{line}"]
    document = HEAD.replace("1 of amount}", f"1 of amount, pending: {pending}}}")
    assert said(document) == [f"earn[1].pending{line}"]
