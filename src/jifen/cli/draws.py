"""`jifen draw show|left|open|close|verify`: rounds of lucky draws, and whether they came out as their seed says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.spins_left import left
from jifen.cli.usage import SpokenGroup
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    from jifen.enquiry.draws import OddsView, RoundView
    from jifen.enquiry.told_rounds import ToldRound


@click.group(
    "draw",
    cls=SpokenGroup,
    help=say("Lucky draws that anybody can check.", "人人可验证的抽奖。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Rounds of lucky draws of one programme."""


@command.command(
    "show",
    help=say(
        "Rounds with their odds; with --round all that verifying one takes.",
        "各轮及其中奖概率；加 --round 列出验证一轮所需的全部内容。",
    ),
)
@click.argument("draw", metavar="DRAW")
@click.option(
    "--round", "round_no", type=int, metavar="N", help=say("One round, with its spins.", "某一轮。")
)
@programme_option
@json_option
@common
def show(draw: str, round_no: int | None, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.draws import odds_of, rounds_of, told_round
    from jifen.intake.versions.opening import now_of
    from jifen.programme.draws import draw_called

    with opened(slug) as (connection, programme):
        found = rounds_of(connection, programme, {draw}, round_no)
        told = [told_round(connection, programme, one) for one in found] if round_no else []
        in_force = programme.engine.plan_at(now_of(programme)).programme.draws
        named = draw_called(in_force, draw)
    if as_json and told:
        output.as_struct(told[0])
    elif as_json:
        output.as_struct({f"{one.draw}/{one.round}": one for one in found})
    elif found:
        output.lines(line for one in found for line in _lines(one))
    else:
        click.echo(say("no such round was opened", "还没有开过这样的一轮"))
        if named is not None and round_no is None:
            output.lines(_odds_line(one) for one in odds_of(named))


def _lines(one: RoundView) -> list[str]:
    """A round in a few lines: when, what was promised and shown, and every prize with its chance."""
    from jifen.cli import output

    ended = say(f"closed {one.closed_at}", f"{one.closed_at} 结束")
    until = ended if one.closed_at else say("open", "进行中")
    lines = [
        say(
            f"{one.draw}, round {one.round}: {one.spins} spins, opened {one.opened_at}, {until}",
            f"{one.draw} 第 {one.round} 轮：{one.spins} 次，{one.opened_at} 开始，{until}",
        ),
        f"  sha256 {one.commitment}",
    ]
    if one.seed:
        lines.append(say(f"  seed   {one.seed}", f"  种子   {one.seed}"))
    if one.budget:
        amount, left, of = one.budget.amount, one.budget.left, one.budget.of
        lines.append(
            say(f"  budget {amount} {of}, {left} left", f"  预算 {amount} {of}，剩 {left}")
        )
    for prize in one.prizes:
        of = "" if prize.most is None else f"/{prize.most}"
        lines.append(f"  {prize.chance:>8}  {output.named(prize.name)}  {prize.given}{of}")
    return lines


def _odds_line(one: OddsView) -> str:
    """A prize with its chance, before any round."""
    from jifen.cli import output

    most = "" if one.most is None else say(f"  at most {one.most}", f"  最多 {one.most} 份")
    return f"  {one.chance:>8}  {output.named(one.name)}{most}"


@command.command(
    "open",
    help=say(
        "Open the next round: its seed is made, and its digest published.",
        "开始新的一轮：生成种子，并公布其摘要。",
    ),
)
@click.argument("draw", metavar="DRAW")
@programme_option
@common
def open_(draw: str, slug: str | None) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.draws import rounds_of
    from jifen.intake.asking.reward_bodies import draw_named
    from jifen.intake.draws.rounds import open_round
    from jifen.intake.versions.opening import now_of
    from jifen.settings import sealing_keys

    with opened(slug) as (connection, programme), _refusing():
        now = now_of(programme)
        named = draw_named(draw, programme.engine.plan_at(now).programme, "")
        made = open_round(connection, programme, named, now=now, actor=COMMAND_LINE)
        (shown,) = rounds_of(connection, programme, {draw}, made.round_no)
    click.echo(
        say(
            f"round {made.round_no} is open; publish: sha256 {made.commitment.hex()}",
            f"第 {made.round_no} 轮开始；请公布：sha256 {made.commitment.hex()}",
        )
    )
    for prize, wanted in zip(shown.prizes, named.prizes, strict=True):
        if prize.most != wanted.most:
            name = output.named(prize.name)
            click.echo(
                say(
                    f"of {name} the shelf had {prize.most}, not {wanted.most}",
                    f"{name}库存只够 {prize.most} 份，不足 {wanted.most} 份",
                ),
                err=True,
            )
    if not sealing_keys():
        click.echo(
            say(
                "its seed lies open in the database, as JIFEN_SEALING_KEYS names no key:"
                " who reads that knows what comes",
                "种子以明文存在数据库里，因为 JIFEN_SEALING_KEYS 没有设置主密钥：能读数据库的人可以预知结果",
            ),
            err=True,
        )


@command.command(
    "close", help=say("Close the open round and show its seed.", "结束当前一轮，公布种子。")
)
@click.argument("draw", metavar="DRAW")
@programme_option
@common
def close(draw: str, slug: str | None) -> None:
    from jifen.cli.database import opened
    from jifen.intake.draws.rounds import close_round
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme), _refusing():
        now = now_of(programme)
        made, seed = close_round(connection, programme, draw, now=now, actor=COMMAND_LINE)
    click.echo(
        say(
            f"round {made.round_no} is closed; its seed: {seed.hex()}",
            f"第 {made.round_no} 轮结束；种子：{seed.hex()}",
        )
    )


@contextmanager
def _refusing() -> Iterator[None]:
    """Says no as commands do."""
    from jifen.cli.asking import raise_if_refused
    from jifen.intake.answers import Answer
    from jifen.intake.draws.rounds import RoundRefused

    try:
        yield
    except RoundRefused as refused:
        raise_if_refused(Answer(state="refused", refusal=refused.refusal.code))


command.add_command(left)


@command.command(
    "verify",
    help=say(
        "Compute a closed round again, as `draw show --round N --json` wrote it; needs no database.",
        "重新计算已结束的一轮，文件由 `draw show --round N --json` 写出；不需要数据库。",
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@common
def verify(file: Path) -> None:
    from jifen.cli.problems import CommandProblem
    from jifen.enquiry.told_rounds import differing_spins, read_round

    told = read_round(file)
    wrong = differing_spins(told)
    if wrong:
        raise CommandProblem(
            say(
                "not as the seed says: " + "; ".join(one.en for one in wrong),
                "与种子不符：" + "；".join(one.zh for one in wrong),
            )
        )
    click.echo(_verified(told))


def _verified(told: ToldRound) -> str:
    return say(
        f"{len(told.spins)} spins of round {told.round} of {told.draw} are as the seed says,"
        " and the seed is the one that was promised",
        f"{told.draw} 第 {told.round} 轮的 {len(told.spins)} 次抽奖均与种子相符，种子与事先公布的摘要相符",
    )
