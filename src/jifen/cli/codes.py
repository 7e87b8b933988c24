"""`jifen codes import|make|list|of|whose`: codes that rewards come with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jifen.cli import language
from jifen.cli.language import say
from jifen.cli.options import common, id_option, json_option, programme_option
from jifen.cli.usage import SpokenGroup

if TYPE_CHECKING:
    from jifen.intake.codes.importing import CodesReport


@click.group(
    "codes",
    cls=SpokenGroup,
    help=say(
        "Codes that rewards come with: put into pools, and found again.",
        "随礼品发放的券码：放入券码池，以及查询。",
    ),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Codes of one programme."""


@command.command(
    "import",
    help=say(
        "Put the codes of a file into a pool: a column `code`, and perhaps `until`, the last day. Running it again"
        " is safe.",
        "把文件中的券码放入券码池：一列 code，可另有一列 until（最后可用日）。重复运行是安全的。",
    ),
)
@click.argument("pool")
@click.argument("file", type=click.Path(path_type=Path))
@programme_option
@json_option
@common
def import_(pool: str, file: Path, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.handed_back import rejects_beside, tell_what_came
    from jifen.intake.codes.importing import import_codes
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        bar = output.Progress(file.name)
        try:
            report = import_codes(
                connection,
                programme,
                pool,
                file,
                now=now_of(programme),
                rejects_path=rejects_beside(file),
                progress=lambda share, report: bar.tell(share, f"{report.added:,}"),
                told=language.told,
            )
        finally:
            bar.done()
    tell_what_came(report, _said(report), as_json=as_json)


def _said(report: CodesReport) -> str:
    return say(
        f"{report.added:,} codes of {report.rows:,} rows put in, {report.known:,} there already",
        f"{report.rows:,} 行中放入 {report.added:,} 个券码，早已放入 {report.known:,} 个",
    )


@command.command(
    "make",
    help=say(
        "Make codes that nobody can guess, and put them into a pool.",
        "生成猜不出的券码，放入券码池。",
    ),
)
@click.argument("pool")
@click.argument("count", type=click.IntRange(1, 10_000_000))
@id_option
@programme_option
@json_option
@common
def make(pool: str, count: int, id: str | None, slug: str | None, as_json: bool) -> None:
    import uuid

    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.intake.codes.filling import Source, making
    from jifen.intake.codes.making import make_codes
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        source_id = uuid.uuid4() if id is None else making(programme, id)
        bar = output.Progress(pool)
        try:
            made = make_codes(
                connection,
                programme,
                Source(pool, source_id, now_of(programme)),
                count,
                lambda done: bar.tell(done / count, f"{done:,}"),
            )
        finally:
            bar.done()
    if as_json:
        output.as_json({"made": made})
    else:
        click.echo(say(f"{made:,} codes made.", f"生成了 {made:,} 个券码。"))


@command.command("list", help=say("How many codes each pool has.", "各券码池的券码数量。"))
@programme_option
@json_option
@common
def list_(slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.tables import Column, table
    from jifen.enquiry.code_pools import pools_overview
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        pools = pools_overview(connection, programme, now_of(programme))
    if as_json:
        output.as_struct({pool.pool: pool for pool in pools})
        return
    columns = (
        Column(say("pool", "券码池")),
        Column(say("name", "名称")),
        Column(say("left", "剩余"), "right"),
        Column(say("issued", "已发"), "right"),
        Column(say("ended", "已过期"), "right"),
        Column(say("waiting", "等待中"), "right"),
        Column(say("first ends after", "最早的最后可用日")),
    )
    rows = [
        (
            pool.pool,
            output.named(pool.name),
            f"{pool.left:,}",
            f"{pool.issued:,}",
            f"{pool.ended:,}",
            f"{pool.waiting:,}",
            output.last_day_of(pool.next_end),
        )
        for pool in pools
    ]
    output.lines(table(columns, rows))


@command.command("of", help=say("The codes of a member, opened.", "会员的券码，明文显示。"))
@click.argument("member")
@programme_option
@json_option
@common
def of(member: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.tables import Column, table
    from jifen.enquiry.code_pools import codes_of_member

    with opened(slug) as (connection, programme):
        page = codes_of_member(connection, programme, member, behind=None, most=1000)
    if as_json:
        output.as_struct({str(code.number): code for code in page.codes})
        return
    names = {reward.id: output.named(reward.name) for reward in programme.programme.rewards}
    columns = (
        Column(say("number", "编号"), "right"),
        Column(say("code", "券码")),
        Column(say("reward", "礼品")),
        Column(say("ends after", "最后可用日")),
        Column(say("state", "状态")),
    )
    states = {"issued": say("issued", "已发"), "withdrawn": say("withdrawn", "已收回")}
    rows = [
        (
            str(code.number),
            code.code,
            names.get(code.reward, code.reward),
            output.last_day_of(code.expires_at),
            states[code.state],
        )
        for code in page.codes
    ]
    output.lines(table(columns, rows))


@command.command(
    "whose", help=say("Whose a code is that somebody shows.", "查询出示的券码属于谁。")
)
@click.argument("code")
@programme_option
@json_option
@common
def whose(code: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.enquiry.code_pools import whose_code

    with opened(slug) as (connection, programme):
        found = whose_code(connection, programme, code)
    if found is None:
        raise CommandProblem(say("the programme has no such code", "计划中没有这个券码"))
    if as_json:
        output.as_json(
            {**found._asdict(), "issued_at": found.issued_at and found.issued_at.isoformat()}
        )
        return
    number, pool = found.number, found.pool
    if found.member is None or found.issued_at is None:
        click.echo(say(f"{number} of {pool}: nobody's yet", f"{pool} 第 {number} 号：尚未发出"))
        return
    at = f"{found.issued_at:%Y-%m-%d %H:%M}"
    member = found.member
    click.echo(
        say(
            f"{number} of {pool}: {member}'s since {at}",
            f"{pool} 第 {number} 号：{at} 发给 {member}",
        )
    )
