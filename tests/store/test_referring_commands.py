"""`jifen member code` and `jifen member refer`: who brought whom, from the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

Jifen = Callable[..., str]

ANSWERS = """\
date,id,customer
2026-01-05 10:00,s1,ann
2026-01-06 10:00,s2,bob
"""
MAPPING = """\
time: {column: date, timezone: Asia/Shanghai}
event: survey
id: id
member: customer
enrol: true
"""


def test_a_friend_is_brought_by_a_code_once(club: Jifen, tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    club("import", str(tmp_path / "mapping.yaml"), str(tmp_path / "answers.csv"))
    code = club("member", "code", "ann").strip()
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", code)
    assert f'"code": "{code}"' in club("member", "code", "ann", "--json")
    assert "没有会员" in club("member", "code", "eve", "--lang", "zh", code=1)
    assert club("member", "refer", "bob", "--code", code) == "ann brought bob.\n"
    assert "already_referred" in club("member", "refer", "bob", "--by", "ann", code=1)
    assert "own_referrer" in club("member", "refer", "ann", "--by", "bob", code=1)
    assert "邀请人" in club("member", "refer", "ann", "--lang", "zh", code=1)
    club("prove")
