"""One command to the bank from the command line: its answer told, or the sentence of its refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from jifen.cli.language import say
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    from jifen.cli.problems import CommandProblem
    from jifen.intake.answers import Answer
    from jifen.intake.details import Detail
    from jifen.programme.model import Programme


def ask(
    kind: str,
    said: Mapping[str, str | None],
    slug: str | None,
    tell: Callable[[Answer, Programme], str],
    *,
    as_json: bool,
) -> None:
    """Submit what is asked, under an id of its own unless it has one, and print what became of it."""
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.ids import new_id
    from jifen.intake.asking.normalise import command_of
    from jifen.intake.submitting import submit
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        now = now_of(programme)
        body = {**said, "id": said["id"] or f"{kind.replace('_', '-')}-{new_id(now)}"}
        asked = command_of(kind, body, programme.programme, programme.zone)
        (answered,) = submit(connection, programme, [asked], now=now, actor=COMMAND_LINE)
        raise_if_refused(answered.answer)
        if as_json:
            output.as_struct(answered.answer)
        else:
            click.echo(tell(answered.answer, programme.programme))


def raise_if_refused(answer: Answer) -> None:
    """Say no as a problem."""
    if answer.refusal is not None:
        raise refused(answer.refusal, answer.detail)


def refused(code: str, detail: Detail | None = None) -> CommandProblem:
    """A refusal as a problem, with what exactly it is about."""
    from jifen.cli.problems import CommandProblem
    from jifen.intake.details import refusal_as_said

    said = refusal_as_said(code, detail)
    joining = say(
        "`jifen member enrol NAME` lets somebody join.", "用 `jifen member enrol 名字` 入会。"
    )
    return CommandProblem(
        say(f"refused: {said.en} ({code})", f"被拒绝：{said.zh}（{code}）"),
        joining if code == "unknown_member" else None,
    )
