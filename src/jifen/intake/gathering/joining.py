"""Members enrolled by the way: those of whom nothing is applied have never joined."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.intake.answers import Answered
from jifen.intake.asking.commands import Command
from jifen.intake.asking.member_commands import Refer, SetFact
from jifen.intake.gathering.sitting import Sitting

Asked = Sequence[tuple[int, Command]]


class JoinedForNothing(Exception):
    """Undoes a transaction that enrolled members of whom nothing was applied.

    `answers` are of what names them, by place, as far as it was not put off (`left`); `others` is to be asked again.
    """

    def __init__(self, answers: dict[int, Answered], left: Asked, others: Asked) -> None:
        super().__init__(len(answers))
        self.answers = answers
        self.left = left
        self.others = others


def keep_who_joined(sitting: Sitting, left: Asked) -> None:
    """Raises JoinedForNothing where a member joined of whom, and with whom as referrer, nothing was applied.

    What is said of a member, such as a birthday, comes with a deed: by itself it makes nobody join.
    """
    if not sitting.joined:
        return
    asked = sitting.asked
    applied = [command for place, command in asked if _is_applied(sitting, place)]
    waiting = {command.member for _, command in left}
    active = {
        command.member
        for command in applied
        if command.member in waiting or not isinstance(command, Refer | SetFact)
    }
    active |= {
        command.referrer
        for command in applied
        if isinstance(command, Refer)
        and (command.member in active or command.member not in sitting.joined)
    }
    idle = set(sitting.joined) - active
    if not idle:
        return
    about = {place for place, command in asked if not idle.isdisjoint(_named(command))}
    answers = {place: sitting.answers[place] for place in about & sitting.answers.keys()}
    others = [one for one in asked if one[0] not in about]
    raise JoinedForNothing(answers, [one for one in left if one[0] in about], others)


def _is_applied(sitting: Sitting, place: int) -> bool:
    answered = sitting.answers.get(place)
    return answered is not None and answered.answer.refusal is None


def _named(command: Command) -> tuple[str, ...]:
    return (command.member, command.referrer) if isinstance(command, Refer) else (command.member,)
