"""`take:` of a rule: points that a member loses, such as a fee for inactivity or a penalty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jifen.programme.conditions.scope import Scope
from jifen.programme.model import Give
from jifen.programme.reading.sections import Section
from jifen.wording import Said

_OF_GIVING = ("group", "last", "expires", "pending", "funder", "budget")
"""Keys that say something of points that are given."""

_WRITES_OFF = Said(
    "what is written off could not be undone exactly", "核减掉的积分，事后无法原样撤销"
)


def take_instead(section: Section, gives: Sequence[Give], scope: Scope) -> tuple[Give, ...]:
    """What was read as giving, taken; nothing of a currency that writes off what is missing."""
    for give in gives:
        if scope.currency(give.currency).overdraft.kind == "clip":
            hint = Said(
                f"let '{give.currency}' have `overdraft: debt`",
                f"请让“{give.currency}”用 `overdraft: debt`",
            )
            section.problems.add(section.place("take"), _WRITES_OFF, hint)
            return ()
    return tuple(replace(give, takes=True) for give in gives)


def check_take(section: Section) -> None:
    """Keys that say nothing where points are taken are refused rather than ignored."""
    for key in _OF_GIVING:
        if key in section:
            message = Said(f"'{key}' belongs to rules that give", f"“{key}”只能用于给分的规则")
            section.problems.add(section.place(key), message)
