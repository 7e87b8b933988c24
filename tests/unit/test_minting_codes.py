"""Codes that we make, and pools of codes in documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.intake.codes.minting import ALPHABET, is_sound, length_for, mint
from jifen.programme.differing import differences
from jifen.programme.lints.findings import findings
from jifen.programme.loading import load
from jifen.programme.problems import ProgrammeError
from jifen.programme.sentences import sentences

DOCUMENT = (Path(__file__).parents[2] / "examples" / "programmes" / "codes.yaml").read_text("utf-8")


@pytest.mark.parametrize("count", [1, 1_000, 1_000_000, 10_000_000])
def test_codes_are_long_enough_that_guessing_is_hopeless(count: int) -> None:
    length = length_for(count)
    assert len(ALPHABET) ** (length - 1) / count >= 2**40
    (code,) = mint(1, length)
    assert len(code.replace("-", "")) == length
    assert {len(group) for group in code.split("-")} == {4}
    assert not set(code) & set("01OIl")


def test_codes_made_together_are_all_different_and_sound() -> None:
    codes = mint(10_000, length_for(10_000))
    assert len(set(codes)) == 10_000
    assert all(is_sound(code) for code in codes)
    used = {letter for code in codes for letter in code} - {"-"}
    assert used == set(ALPHABET)


@given(st.integers(0, 15), st.sampled_from(ALPHABET), st.integers(0, 14))
def test_one_wrong_character_or_two_swapped_are_noticed(place: int, other: str, swap: int) -> None:
    letters = mint(1, 16)[0].replace("-", "")
    wrong = letters[:place] + other + letters[place + 1 :]
    assert is_sound(wrong) == (wrong == letters)
    first, second = letters[swap], letters[swap + 1]
    if {first, second} != {"2", "Z"} and first != second:
        swapped = letters[:swap] + second + first + letters[swap + 2 :]
        assert not is_sound(swapped)


def test_what_is_no_code_of_ours_is_not_sound() -> None:
    assert not any(is_sound(word) for word in ("", "2", "O0I1", "abcd-efgh"))


def test_a_programme_says_what_its_pools_are() -> None:
    programme = load(DOCUMENT)
    english, chinese = sentences(programme, "en"), sentences(programme, "zh")
    assert (
        "Codes “cinema code”: usable until 30 June 2027 unless a code says otherwise; "
        "others are told when 200 or fewer are left." in english
    )
    assert (
        "券码“影票码”：可用至 2027 年 6 月 30 日，券码另有期限的除外；剩 200 个或更少时发出通知。"
        in chinese
    )
    assert any("each with a code “cinema code”" in one for one in english)
    assert any("每份附一个券码“影票码”" in one for one in chinese)


def test_a_reward_names_a_pool_that_there_is() -> None:
    with pytest.raises(ProgrammeError, match="unknown pool of codes 'cinemas'"):
        load(DOCUMENT.replace("codes: cinema}", "codes: cinemas}"))
    with pytest.raises(ProgrammeError, match="low"):
        load(DOCUMENT.replace("low: 200", "low: -1"))


def test_a_pool_that_no_reward_names_is_found() -> None:
    without = DOCUMENT.replace(", codes: music", "")
    found = [one.place for one in findings(load(without)) if one.id == "unused-codes"]
    assert found == ["codes.music"]


def test_a_draft_says_what_it_changes_of_pools() -> None:
    (pool,) = differences(DOCUMENT, DOCUMENT.replace("low: 200", "low: 300"))
    assert (pool.kind, pool.section, pool.id) == ("changed", "codes", "cinema")
    (reward,) = differences(DOCUMENT, DOCUMENT.replace("codes: music}", "codes: cinema}"))
    assert (reward.kind, reward.section, reward.id) == ("changed", "rewards", "month-of-music")
