"""Everything that a member's tier brings is handed up: in words to people, as data to machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "programmes" / "benefits.yaml"


def test_what_a_tier_brings_is_told_whole(jifen: Callable[..., str], tmp_path: Path) -> None:
    document = tmp_path / "benefits.yaml"
    text = EXAMPLE.read_text("utf-8").replace(
        "reward_discount: 10%", "reward_discount: 10%\n      multiply: base by 1.5"
    )
    text = text.replace(
        "  window: rolling 12 months", "  window: rolling 12 months\n  given_by: [set_tier]"
    )
    document.write_text(text, encoding="utf-8")
    jifen("init", "--programme", str(document), "--clock", "2026-03-01")
    jifen("member", "enrol", "ann")
    jifen(
        "member",
        "set-tier",
        "ann",
        "friend",
        "--reason",
        "a friend indeed",
        "--until",
        "2026-12-31",
    )
    tier = json.loads(jifen("member", "show", "ann", "--json"))["tier"]
    assert tier["multiplies"] == {"rules": ["base"], "numerator": 3, "denominator": 2}
    assert tier["reward_discount_percent"] == 10
    granted = {one["id"]: (one["each"], one["times"], one["worth"]) for one in tier["benefits"]}
    assert granted == {
        "free_shipping": (None, 1, None),
        "birthday_gift": ("birthday", 1, None),
        "monthly_coupon": ("month", 2, 2000),
        "parking": ("quarter", 3, None),
        "priority-queue": (None, 1, None),
        "lounge": (None, 1, None),
    }
    shown = jifen("member", "show", "ann", "--lang", "en")
    for phrase in (
        "earns 1.5 times what",
        "rewards cost 10% less",
        "monthly coupon: 20 yuan off from 100 yuan, 2 a month, worth 20 yuan each",
        "parking, 3 a quarter",
        "priority in the queue",
    ):
        assert phrase in shown
    assert "每月券：满 100 元减 20 元，每月 2 次，每次值 20 元" in jifen(
        "member", "show", "ann", "--lang", "zh"
    )
