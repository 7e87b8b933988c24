"""What a draft changes is said before it is published, and a published version can be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jifen.programme.loading import template_text

Jifen = Callable[..., str]
DRAFT = (
    template_text("coffee-club")
    .replace("give: 20 points", "give: 30 points")
    .replace("reach: 1000,", "reach: 1200,")
)


@pytest.fixture
def draft(tmp_path: Path) -> str:
    path = tmp_path / "draft.yaml"
    path.write_text(DRAFT, encoding="utf-8")
    return str(path)


def test_a_plan_says_the_differences_in_sentences(club: Jifen, draft: str) -> None:
    assert club("programme", "plan", draft).splitlines() == [
        "2 differences from version 1:",
        "~ earn.big-basket",
        "    before: A purchase earns 20 points if the amount is at least 50 yuan.",
        "    after:  A purchase earns 30 points if the amount is at least 50 yuan.",
        "~ tiers.silver",
        "    before: Silver: reached with 1000 growth; earns 1.2 times what “points for spending” gives.",
        "    after:  Silver: reached with 1200 growth; earns 1.2 times what “points for spending” gives.",
        "Tiers of today's members:",
        "    Silver (0 members): Nobody loses it by the change itself: it is judged anew when its period ends.",
    ]
    assert "与第 1 版相比有 2 处不同" in club("programme", "plan", draft, "--lang", "zh")
    told = json.loads(club("programme", "plan", draft, "--json"))
    assert [(one["kind"], one["id"]) for one in told["differences"]] == [
        ("changed", "big-basket"),
        ("changed", "silver"),
    ]


def test_what_changes_in_the_other_language_alone_is_shown_in_that(
    club: Jifen, tmp_path: Path
) -> None:
    renamed = tmp_path / "renamed.yaml"
    text = template_text("coffee-club").replace("zh: 银卡", "zh: 白银卡")
    assert text != template_text("coffee-club")
    renamed.write_text(text, encoding="utf-8")
    lines = club("programme", "plan", str(renamed)).splitlines()
    before, after = (line for line in lines if "(in Chinese)" in line)
    assert "银卡" in before
    assert "白银卡" in after
    assert "白银卡" not in before
    chinese = club("programme", "plan", str(renamed), "--lang", "zh")
    assert "（英文）" not in chinese
    assert "白银卡" in chinese


def test_a_plan_says_what_apply_would_refuse(club: Jifen, tmp_path: Path) -> None:
    moved = tmp_path / "moved.yaml"
    text = template_text("coffee-club").replace("Asia/Shanghai", "Europe/London")
    moved.write_text(text, encoding="utf-8")
    told = club("programme", "plan", str(moved), "--lang", "zh")
    assert told.splitlines() == [
        "与第 1 版相比有 1 处不同：",
        "~ timezone",
        "    原：Asia/Shanghai",
        "    新：Europe/London",
        "`apply` 会拒绝这份草稿：计划的时区和货币不能更改",
    ]
    assert (
        "time zone" in json.loads(club("programme", "plan", str(moved), "--json"))["refused"]["en"]
    )
    assert "time zone and money of a programme never change" in club(
        "programme", "apply", str(moved), code=1
    )


def test_a_week_that_begins_on_another_day_is_another_programme(
    club: Jifen, tmp_path: Path
) -> None:
    moved = tmp_path / "moved.yaml"
    text = template_text("coffee-club").replace("money: CNY", "money: CNY\nweek_starts: sunday")
    moved.write_text(text, encoding="utf-8")
    told = club("programme", "plan", str(moved))
    assert "+ week_starts\n    after:  Weeks begin on Sunday.\n" in told
    assert "`apply` would refuse this: the day with which weeks begin never changes" in told
    club("programme", "apply", str(moved), code=1)


def test_members_are_grouped_only_by_facts_that_there_are(club: Jifen, draft: str) -> None:
    said = club("programme", "replay", draft, "--by", "birthdya", code=1)
    assert "members have no fact 'birthdya'" in said
    assert "birthday" in said.replace("birthdya", "")
    assert "变多：0" in club("programme", "replay", draft, "--by", "birthday", "--lang", "zh")


def test_a_replay_does_not_end_before_it_begins(club: Jifen, draft: str) -> None:
    said = club("programme", "replay", draft, "--from", "2026-02-01", "--to", "2026-01-01", code=1)
    assert "--from must come before --to" in said


def test_the_same_document_changes_nothing(club: Jifen) -> None:
    assert club("programme", "plan", "coffee-club") == "Nothing changes against version 1.\n"


def test_an_earlier_version_is_published_again(club: Jifen, draft: str) -> None:
    assert "~ earn.big-basket" in club("programme", "apply", draft)
    club("programme", "apply", "--revision", "1", "--from", "2026-03-01")
    versions = json.loads(club("programme", "show", "--versions", "--json"))
    assert [version["revision"] for version in versions] == [1, 2, 3]
    assert [version["effective_from"] for version in versions] == [
        None, "2026-02-01 00:00", "2026-03-01 00:00",
    ]  # fmt: skip
    assert {version["actor"] for version in versions} == {"command line"}
    assert club("programme", "show").count("earns 20 points if the amount is at least 50 yuan") == 1
    assert "there is no version 7" in club("programme", "plan", "--revision", "7", code=1)
    club("programme", "plan", code=2)
