"""Members enrolled by the way: those of whom nothing is applied have never joined."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.intake.answers import Answered
from jifen.intake.commands import Command, Refer
from jifen.intake.sitting import Sitting

Asked = Sequence[tuple[int, Command]]


class JoinedForNothing(Exception):
    """Undoes a transaction that enrolled members of whom nothing was applied.

    `answers` are of what names them, by place; `left` was put off for everybody; `others` is to be asked again.
    """

    def __init__(self, answers: dict[int, Answered], left: Asked, others: Asked) -> None:
        super().__init__(len(answers))
        self.answers = answers
        self.left = left
        self.others = others


def keep_who_joined(sitting: Sitting, left: Asked) -> None:
    """Raises JoinedForNothing where a member joined of whom, and with whom as referrer, nothing was applied."""
    asked, idle = sitting.asked, set(sitting.joined)
    for place, command in asked if idle else ():
        answered = sitting.answers.get(place)
        if answered is not None and answered.answer.refusal is None:
            idle.difference_update(_named(command))
    if not idle:
        return
    done = {place for place, command in asked if not idle.isdisjoint(_named(command))}
    answers = {place: sitting.answers[place] for place in done & sitting.answers.keys()}
    done.update(place for place, _ in left)
    raise JoinedForNothing(answers, left, [one for one in asked if one[0] not in done])


def _named(command: Command) -> tuple[str, ...]:
    return (command.member, command.referrer) if isinstance(command, Refer) else (command.member,)
