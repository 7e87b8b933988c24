"""Small documents to break, and what is told about them."""

from __future__ import annotations

import pytest
from both_languages import told_in_both

from jifen.programme.loading import load
from jifen.programme.problems import ProgrammeError

HEAD = """\
programme: club
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {}
  stars: {scale: 1}
groups: {bonus: best}
earn:
- {id: base, on: purchase, give: 1 points per 1 of amount}
"""
TIERS = """\
tiers:
  measure: points
  window: lifetime
  ladder: [{id: basic, reach: 0}, {id: silver, reach: 100}]
"""


def told(document: str) -> list[str]:
    with pytest.raises(ProgrammeError) as caught:
        load(document, "club.yaml")
    for problem in caught.value.problems:
        told_in_both(problem.message)
        if problem.suggestion:
            told_in_both(problem.suggestion)
    return str(caught.value).splitlines()


def said(document: str) -> list[str]:
    """What is told, without the places."""
    return [line.split(" ", 1)[1] for line in told(document)]
