"""`jifen do`: any single command by hand, or one for each row of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from jifen.cli.language import say, told
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.problems import CommandProblem
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    from pathlib import Path

    from jifen.intake.answers import Answer
    from jifen.intake.asking.commands import Command
    from jifen.intake.asking.scalars import Raw
    from jifen.intake.versions.opening import OpenProgramme

COMMANDS_PER_BATCH = 256

FIELDS = {
    "event": say(
        "member (or guest), type, …, lines, pay, in_exchange",
        "member（或 guest）, type, …, lines, pay, in_exchange",
    ),
    "return": say(
        "of, full | amount | lines; or member, type, …, amount, lines",
        "of, full | amount | lines；或 member, type, …, amount, lines",
    ),
    "spend": "member, points | up_to, currency",
    "redeem": "member, reward, quantity, currency, fields, price, to_pay, place",
    "use": "member, reward, quantity",
    "spin": "member, draw",
    "hold": "member, points, minutes, currency",
    "capture": "member, of, points",
    "void": "member, of",
    "cancel": "of, points | quantity",
    "approve": "of, reason",
    "reschedule": "of, ready, reason",
    "ship": "of, carrier, tracking",
    "close": "of, reason",
    "pick_up": "of, shop",
    "cancel_order": "of, quantity, reason",
    "take_back": "of, quantity, reason",
    "confirm": "of",
    "transfer": "member, to, points | up_to, currency",
    "exchange": "member, from, to, amount | up_to",
    "group": "member, join | leave, role",
    "adjust": "member | members, points, reason, currency, expires, pending, batch",
    "revive": "member | members, points, expires, within, reason, currency",
    "freeze": "member, reason",
    "unfreeze": "member, reason",
    "set_fact": "member, name, value",
    "set_tier": "member, tier, reason, from, until",
    "refer": "member, referrer | code",
    "merge": "from, into, reason",
    "claim": "guest, member",
    "unmerge": "from, reason",
    "opening": "member, lots, counters, tier",
}


class Row(NamedTuple):
    """What is asked, and where it stands in a file ("" on the command line)."""

    place: str
    body: dict[str, Raw]


class _WithFields(click.Command):
    """A command whose help ends with the kinds and their fields."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("Commands and their fields", "命令及其字段")):
            formatter.write_dl(list(FIELDS.items()))


@click.command(
    "do",
    cls=_WithFields,
    help=say(
        "Ask one thing of the bank by hand: KIND is a command, each FIELD=VALUE what it says, as a story would. "
        "With --file a command for each row, whose columns are fields.",
        "手工提交一条命令：KIND 为命令种类，其后逐项写 字段=值，写法与情景故事相同。"
        "用 --file 则每行一条命令，列名即字段。",
    ),
)
@click.argument("kind", metavar="KIND", type=click.Choice(list(FIELDS)))
@click.argument("fields", metavar="FIELD=VALUE", nargs=-1)
@click.option(
    "--file",
    "file",
    metavar="CSV",
    help=say(
        "A row for each command; what stands on the command line holds for all of them.",
        "每行一条命令；命令行上写的字段对每一行都有效。",
    ),
)
@click.option(
    "--quote", is_flag=True, help=say("Only say what it would do.", "只试算，不真正执行。")
)
@programme_option
@json_option
@common
def command(
    kind: str,
    fields: tuple[str, ...],
    file: str | None,
    quote: bool,
    slug: str | None,
    as_json: bool,
) -> int:
    from pathlib import Path

    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.intake.gathering.unnamed import with_members
    from jifen.intake.versions.opening import now_of

    said = fields_said(fields)
    with opened(slug) as (connection, programme):
        now = now_of(programme)
        rows = [Row("", said)] if file is None else list(_rows(Path(file), said))
        asked = with_members(
            connection, programme, _asked(kind, rows, programme, now, alone=file is None)
        )
        answers = _answers(connection, programme, asked, now, quote=quote)
    if len(asked) == 1 and file is None:
        from jifen.cli.asking import raise_if_refused

        raise_if_refused(answers[0])
    if as_json:
        output.as_json([_plain(one, answer) for one, answer in zip(asked, answers, strict=True)])
    else:
        output.lines(_told(asked, answers, programme))
    return 1 if any(answer.refusal for answer in answers) else 0


def fields_said(fields: Sequence[str]) -> dict[str, Raw]:
    """What `FIELD=VALUE`s say, each field once."""
    written = [_field(one) for one in fields]
    _check_once([name for name, _ in written])
    return dict(written)


def _field(written: str) -> tuple[str, Raw]:
    name, sign, value = written.partition("=")
    if not sign or not name:
        raise CommandProblem(
            say(f"'{written}' is no field: write FIELD=VALUE", f"“{written}”不完整：请写成 字段=值")
        )
    return name.strip(), _value(value.strip())


def _check_once(names: Sequence[str], place: str = "") -> None:
    """What stands twice would silently be the last one: points for the wrong member."""
    for name in names:
        if names.count(name) > 1:
            where = f"{place}: " if place else ""
            raise CommandProblem(say(f"{where}'{name}' stands twice", f"{where}“{name}”写了两次"))


def _value(written: str) -> Raw:
    """Text as it is; what begins as a list or a mapping, read as a story would."""
    if not written.startswith(("{", "[")):
        return written
    from jifen.programme.problems import Problems
    from jifen.programme.reading.nodes import read_nodes
    from jifen.stories.reading import plain

    problems = Problems(written)
    node = read_nodes(written, problems)
    problems.raise_if_any()
    return plain(node)


def _rows(file: Path, said: Mapping[str, Raw]) -> Iterator[Row]:
    """The rows of a file, each with what holds for all; an empty cell says nothing."""
    import csv

    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        _check_once([name.strip() for name in reader.fieldnames or ()], file.name)
        for cells in reader:
            place = say(
                f"{file.name}, line {reader.line_num}", f"{file.name} 第 {reader.line_num} 行"
            )
            if None in cells or None in cells.values():
                raise CommandProblem(
                    say(f"{place}: other columns than the first line", f"{place}：列数与首行不同")
                )
            own = {
                name.strip(): _value(cell.strip()) for name, cell in cells.items() if cell.strip()
            }
            yield Row(place, {**said, **own})


def _asked(
    kind: str, rows: Sequence[Row], programme: OpenProgramme, now: int, *, alone: bool
) -> list[Command]:
    """Every command, checked before any is submitted."""
    from jifen.ids import new_id
    from jifen.intake.asking.normalise import command_of
    from jifen.intake.asking.scalars import Malformed
    from jifen.intake.asking.several import for_each

    found = []
    shared = {row.body.get("id") for row in rows} if len(rows) > 1 else set()
    for row in rows:
        body = dict(row.body)
        if alone and "members" not in body:
            body.setdefault("id", f"{kind.replace('_', '-')}-{new_id(now)}")
        elif "id" not in body:
            raise CommandProblem(
                say(
                    "several commands need an id: write id=…, so that asking again is safe",
                    "多条命令须有编号：请写 id=…，重复提交时才不会重复生效",
                )
            )
        elif len(shared) == 1 and "members" not in body:
            body["id"] = f"{body['id']}/{body.get('member') or body.get('of') or body.get('from')}"
        try:
            found += [
                command_of(kind, one, programme.programme, programme.zone)
                for one in for_each(kind, body)
            ]
        except Malformed as malformed:
            about = malformed.said.of(row.place) if row.place else malformed.said
            raise CommandProblem(told(about)) from None
    return found


def _answers(
    connection: Any, programme: OpenProgramme, asked: Sequence[Command], now: int, *, quote: bool
) -> list[Answer]:
    from jifen.intake.submitting import quote as quoted
    from jifen.intake.submitting import submit

    if quote:
        return [quoted(connection, programme, one, now=now) for one in asked]
    answers: list[Answer] = []
    for place in range(0, len(asked), COMMANDS_PER_BATCH):
        batch = asked[place : place + COMMANDS_PER_BATCH]
        answers += [
            one.answer for one in submit(connection, programme, batch, now=now, actor=COMMAND_LINE)
        ]
    return answers


def _plain(asked: Command, answer: Answer) -> dict[str, Any]:
    import msgspec

    return {"id": asked.id, "member": asked.member, **msgspec.to_builtins(answer)}


def _told(
    asked: Sequence[Command], answers: Sequence[Answer], programme: OpenProgramme
) -> list[str]:
    """A line a command: what changed, the balances behind it, and what happened; or why not."""
    from jifen.cli import output
    from jifen.cli.happened import changed, happened
    from jifen.cli.tables import Column, table
    from jifen.intake.details import refusal_as_said

    columns = (
        Column(say("id", "编号")),
        Column(say("member", "会员")),
        Column(say("change", "变动"), "right"),
        Column(say("balance", "余额"), "right"),
        Column(say("what happened", "说明")),
    )
    rows = []
    for one, answer in zip(asked, answers, strict=True):
        if answer.refusal is not None:
            code = answer.refusal
            remark = told(refusal_as_said(code, answer.detail)) + say(f" ({code})", f"（{code}）")
        elif answer.state == "waiting":
            remark = say("waits for its event", "等待对应的事件")
        else:
            remark = happened(one, answer, programme)
        change = changed(one, answer, programme.programme)
        rows.append(
            (
                one.id,
                one.member,
                output.several(change, programme.programme, signed=True),
                output.several(answer.balance, programme.programme),
                remark,
            )
        )
    return table(columns, rows)
