"""Messages for people: every pair in the house is a pair of the same message."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from both_languages import told_in_both

from jifen.wording import Mendable, Said

_TEXT = ast.JoinedStr | ast.Constant
PACKAGE = Path(__file__).parents[2] / "src" / "jifen"


def pairs() -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Every `Said(…, …)` whose texts are written there, with its place."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Said":
                en, zh = node.args
                if isinstance(en, _TEXT) and isinstance(zh, _TEXT):
                    yield f"{file.relative_to(PACKAGE)}:{node.lineno}", en, zh


PAIRS = list(pairs())


def words(text: ast.expr) -> str:
    """What is written of a text, with every value that is put into it in quotes."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else " '' " for part in parts)


def test_there_are_pairs_to_look_at() -> None:
    assert len(PAIRS) > 200


@pytest.mark.parametrize(
    ("en", "zh"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS]
)
def test_every_pair_is_told_in_both_languages(en: ast.expr, zh: ast.expr) -> None:
    wording = words(zh)
    if any("\u4e00" <= character <= "\u9fff" for character in wording):
        told_in_both(Said(words(en), wording))
    else:  # nothing but values and punctuation
        assert not any(
            character.isalpha() for character in wording.replace("“", "").replace("”", "")
        )


def test_an_error_that_came_from_another_process_is_still_told_in_both() -> None:
    error = Mendable(Said("the disk is full", "磁盘已满"), Said("Make room.", "请清理磁盘。"))
    come = pickle.loads(pickle.dumps(error))
    assert (come.message, come.hint) == (error.message, error.hint)
    assert str(come) == "the disk is full (Make room.)"


def in_chinese(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command line, in a process of its own: a language is chosen once for each."""
    command = [sys.executable, "-m", "jifen", "--lang", "zh", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("frobnicate", "没有命令“frobnicate”"),
        ("member shw", "没有命令“shw”（是否应为“show”？）"),
        ("member show", "缺少参数 MEMBER"),
        ("init --programe x", "没有选项 --programe（是否应为“--name”、“--programme”？）"),
        ("init --clock", "选项 --clock 需要一个值"),
        ("advance --json=3", "选项 --json 不需要值"),
        ("programme list a b", "多出了参数 a b"),
        ("member show ann --lang fr", "“--lang”的值不对：“fr”应为“zh”、“en”之一"),
    ],
)
def test_wrong_usage_is_told_in_chinese(arguments: str, said: str) -> None:
    done = in_chinese(*arguments.split())
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first.startswith(f"jifen: {said}")
    assert "用法见" in second


def test_help_has_chinese_headings() -> None:
    printed = in_chinese("member", "--help").stdout
    missing = [word for word in ("用法：", "选项：", "命令：", "显示帮助。") if word not in printed]
    assert missing == []
    assert "Options" not in printed
    assert "Show this" not in printed
