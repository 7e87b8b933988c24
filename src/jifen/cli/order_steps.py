"""`jifen order approve|reschedule|ship|close|pick-up|cancel|take-back`: the steps of an order, taken by the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import click

from jifen.cli.language import say
from jifen.cli.options import common, id_option, json_option, programme_option
from jifen.intake.actors import COMMAND_LINE
from jifen.wording import Said


class _Step(NamedTuple):
    """A step by its name on the command line: the command that it is, what it does, and what it says (those with a
    star it has to)."""

    name: str
    kind: str
    does: Said
    says: tuple[str, ...]


_STEPS: Final = (
    _Step("approve", "approve", Said("It may be fulfilled.", "审核通过。"), ("reason",)),
    _Step(
        "reschedule",
        "reschedule",
        Said("What it waits for is there at another time.", "更改到货时间。"),
        ("ready*", "reason"),
    ),
    _Step("ship", "ship", Said("It is on its way.", "已寄出。"), ("carrier*", "tracking")),
    _Step("close", "close", Said("What was sent has arrived.", "寄出的已送达。"), ("reason",)),
    _Step("pick-up", "pick_up", Said("The member has fetched it.", "会员已提货。"), ("shop",)),
    _Step(
        "cancel",
        "cancel_order",
        Said(
            "It, or so many of it, is not wanted: the points come back.",
            "取消全部或部分：积分退回。",
        ),
        ("quantity", "reason"),
    ),
    _Step(
        "take-back",
        "take_back",
        Said(
            "What was sent, or so many of it, came back: so do the points.",
            "寄出的全部或部分退回：积分随之退回。",
        ),
        ("quantity", "reason"),
    ),
)
_FIELDS: Final = {
    "reason": Said("Why; it is kept.", "原因，会保存。"),
    "ready": Said(
        "From when on it is sent, or picked up: a date or a time.",
        "自何时起寄出或可自提：日期或时刻。",
    ),
    "carrier": Said("With whom it is sent.", "承运商。"),
    "tracking": Said("Under which number.", "运单号。"),
    "shop": Said("Where it was fetched.", "提货门店。"),
    "quantity": Said("Of how many; of all unless said.", "数量；不写则为全部。"),
}


def _command(step: _Step) -> click.Command:
    @click.argument("order")
    @id_option
    @programme_option
    @json_option
    @common
    def take(order: str, id: str | None, slug: str | None, as_json: bool, **said: Any) -> None:
        _take(step.kind, {**said, "of": order, "id": id}, slug, as_json=as_json)

    for field in reversed(step.says):
        name = field.rstrip("*")
        text = _FIELDS[name]
        take = click.option(
            f"--{name}",
            required=field != name,
            metavar=name.upper(),
            help=say(text.en, text.zh),
        )(take)
    return click.command(step.name, help=say(step.does.en, step.does.zh))(take)


STEPS: Final = tuple(_command(step) for step in _STEPS)


def _take(kind: str, said: Mapping[str, str | None], slug: str | None, *, as_json: bool) -> None:
    """Submit a step under the name of whoever the order belongs to, and say how the order stands behind it."""
    from jifen.cli import output
    from jifen.cli.asking import raise_if_refused
    from jifen.cli.database import opened
    from jifen.cli.happened import happened
    from jifen.ids import new_id
    from jifen.intake.asking.normalise import command_of
    from jifen.intake.gathering.unnamed import with_members
    from jifen.intake.submitting import submit
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        now = now_of(programme)
        body = {name: value for name, value in said.items() if value is not None}
        body.setdefault("id", f"{kind.replace('_', '-')}-{new_id(now)}")
        asked = command_of(kind, body, programme.programme, programme.zone)
        named = with_members(connection, programme, [asked])
        (answered,) = submit(connection, programme, named, now=now, actor=COMMAND_LINE)
        raise_if_refused(answered.answer)
        if as_json:
            output.as_struct(answered.answer)
        else:
            click.echo(happened(asked, answered.answer, programme))
