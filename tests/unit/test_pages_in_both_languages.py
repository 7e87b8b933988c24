"""A page that is written in both languages says in each what it says in the other: the same keys, samples and links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from jifen.ledger.refusals import Refusal

ROOT = Path(__file__).parents[2]
PAIRS = [
    (chinese.with_name(chinese.name.replace(".zh-CN", "")), chinese)
    for folder in ("reference", "guides", "concepts")
    for chinese in sorted((ROOT / "docs" / folder).glob("*.zh-CN.md"))
]
EXACT = [
    pair
    for pair in PAIRS
    if pair[0].parent.name == "reference" or pair[0].stem in ("importing", "postgresql")
]
_SAMPLE = re.compile(r"^```\w*\n.*?^```$", re.MULTILINE | re.DOTALL)
_PRINTED = re.compile(r"^(?!\$ |```).*\n", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")


class Skeleton(NamedTuple):
    """What of a page is the same in every language."""

    headings: list[str]
    rows: list[tuple[str, ...]]
    samples: list[str]


def skeleton(page: Path) -> Skeleton:
    """Levels of headings, codes that begin rows of tables, and samples but for their language and what they print."""
    written = page.read_text(encoding="utf-8")
    prose = _SAMPLE.sub("", written)
    return Skeleton(
        re.findall(r"^(#+) ", prose, re.MULTILINE),
        [tuple(_CODE.findall(cell)) for cell in re.findall(r"^\|([^|\n]+)\|", prose, re.MULTILINE)],
        [_asked(sample) for sample in _SAMPLE.findall(written)],
    )


def _asked(sample: str) -> str:
    asked = re.sub(r" --lang \w+", "", sample)
    return _PRINTED.sub("", asked) if asked.startswith("```console\n") else asked


@pytest.mark.parametrize(("english", "chinese"), EXACT, ids=lambda page: page.name)
def test_a_page_has_the_same_rows_and_samples_in_both_languages(
    english: Path, chinese: Path
) -> None:
    here, there = skeleton(english), skeleton(chinese)
    assert here.headings == there.headings
    assert here.rows == there.rows
    assert here.samples == there.samples


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=lambda page: page.name)
def test_a_chinese_page_says_so_and_leads_to_chinese_pages(english: Path, chinese: Path) -> None:
    assert english.is_file()
    written = _SAMPLE.sub("", chinese.read_text(encoding="utf-8"))
    assert f"*[English]({english.name})" in written.partition("\n## ")[0]
    linked = [
        (chinese.parent / target.partition("#")[0])
        for title, target in re.findall(r"\[([^\]]+)\]\(([^)#:\s]+\.md[^)\s]*)\)", written)
        if title not in ("English", "英文页") and ".zh-CN" not in target
    ]
    assert [str(page) for page in linked if page.with_suffix(".zh-CN.md").is_file()] == []


def test_every_refusal_is_told_in_chinese_in_its_order_and_words() -> None:
    page = (ROOT / "docs" / "reference" / "refusals.zh-CN.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE)
    assert [(code, said.strip()) for code, said in rows] == [(one.code, one.zh) for one in Refusal]
