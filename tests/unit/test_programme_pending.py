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
        "2026 年 7 月 1 日至 7 月 31 日，消费时，“base”所得变为 2 倍，多出的部分 2026 年 8 月 8 日 10:00 起可用。",
        "消费时，若是首次消费，得 50 积分，立即可用。",
    ]
    assert sentences(programme, "en") == [
        "Points: usable once the event “delivery” confirms them, and 30 days after earning at the latest; "
        "never expiring.",
        "Every yuan spent earns 1 point.",
        "Each review earns 20 points, at most once a day, usable once they are confirmed.",
        "From 1 July to 31 July 2026, a purchase earns 2 times what “base” gives, with the points it adds usable from"
        " 8 August 2026, 10:00.",
        "A purchase earns 50 points if it is the first purchase, usable at once.",
    ]


@pytest.mark.parametrize(
    ("pending", "line"),
    [
        ("1 month", ": must be 0 to 366 days (write durations like 30 days)"),
        ("0 months", ": must be 0 to 366 days (write durations like 30 days)"),
        ("{at_most: 30 days}", ": 'until' is missing"),
        ("2026-08-01", ": is so many days (for points that can be used from a day on write {from: 2026-08-01})"),
        (
            "{until: 2026/8/1}",
            ".until: there is no event '2026/8/1' (for points that can be used from a day on write {from: 2026-08-01})",
        ),
        ("{from: 2026-08-01, at_most: 30 days}", ".at_most: says nothing beside 'from'"),
        ("{from: 2026-08-01 25:00}", ".from: '2026-08-01 25:00' is not a date (write dates like 2026-07-31)"),
        ("{from: 2026-02-30}", ".from: there is no day 2026-02-30"),
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
