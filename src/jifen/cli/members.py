"""`jifen member show|statement|why|tiers|enrol|set-fact|set-tier|refer|code|merge|unmerge|claim`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jifen.cli import facts, merging, referring, tier_enquiries, tier_setting
from jifen.cli.language import say, spoken, told
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.statements import called, frozen_said
from jifen.intake.gathering.facts import GUEST
from jifen.wording import verbatim

if TYPE_CHECKING:
    from jifen.enquiry.member import CurrencyView, LotView, MemberView
    from jifen.programme.model import Programme

MOST_ROWS = 8


@click.group(
    "member",
    help=say("Balances, statement and the why of each event.", "余额、流水，以及每笔积分的原因。"),
    no_args_is_help=True,
)
@common
def command() -> None:
    """One member, by the name that the sender uses."""


command.add_command(facts.enrol)
command.add_command(facts.set_fact)
command.add_command(tier_setting.command)
command.add_command(tier_enquiries.tiers)
command.add_command(referring.refer)
command.add_command(referring.code)
command.add_command(merging.merge)
command.add_command(merging.unmerge)
command.add_command(merging.claim)


@command.command(
    "show",
    help=say(
        "Balances, tier with progress, lots, what expires.", "余额、等级与进度、批次、将过期积分。"
    ),
)
@click.argument("member")
@click.option(
    "--at",
    metavar="MOMENT",
    help=say(
        "The balances at a past moment, a date meaning its end.",
        "过去某一时刻的余额；只写日期指当天结束时。",
    ),
)
@programme_option
@json_option
@common
def show(member: str, at: str | None, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.member import member_view
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        if at is not None:
            from jifen.cli.past_balances import show_past

            show_past(connection, programme, member, at, as_json=as_json)
            return
        view = member_view(connection, programme, member, now_of(programme))
    if as_json:
        output.as_struct(view)
    else:
        output.lines(shown(view, programme.programme))


@command.command(
    "statement",
    help=say(
        "Every movement of points, with the balance behind it.", "每一笔积分变动及变动后余额。"
    ),
)
@click.argument("member")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=say("Only the last so many movements.", "只看最近的若干条。"),
)
@click.option(
    "--before",
    metavar="PLACE",
    help=say(
        "The movements before a place that a shorter statement names.",
        "某一位置之前的变动；位置由上一页给出。",
    ),
)
@programme_option
@json_option
@common
def statement(
    member: str, limit: int | None, before: str | None, slug: str | None, as_json: bool
) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.cli.statements import statement_table
    from jifen.enquiry.statement import place_of
    from jifen.enquiry.statement import statement as statement_of
    from jifen.intake.versions.opening import now_of

    if before is not None:
        try:
            place_of(before)
        except ValueError:
            raise CommandProblem(
                say(f"{before} is no place in a statement", f"{before} 不是流水中的位置"),
                say("a shorter statement ends with one", "用 --limit 查看流水时，末尾会给出位置"),
            ) from None
    with opened(slug) as (connection, programme):
        now = now_of(programme)
        found = statement_of(connection, programme, member, now, most=limit, before=before)
    if as_json:
        output.as_struct(found)
    else:
        output.lines(statement_table(found, programme.programme))


@command.command(
    "why",
    help=say(
        "Why an event gave what it gave, rule by rule.", "逐条规则说明一笔事件为何得到这些积分。"
    ),
)
@click.argument("event")
@programme_option
@json_option
@common
def why(event: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.why import why as why_of

    with opened(slug) as (connection, programme):
        found = why_of(connection, programme, event, spoken())
    if as_json:
        output.as_struct(found)
    else:
        name = called(found.friend, found.occasion, found.event)
        click.echo(f"{name}  {found.member}  {found.occurred_at:%Y-%m-%d %H:%M}")
        output.lines(f"- {sentence}" for sentence in found.sentences)


def shown(view: MemberView, programme: Programme) -> list[str]:
    """A member's page, for people."""
    from jifen.cli import output
    from jifen.cli.progress import tier_rows
    from jifen.cli.rewards import reward_table
    from jifen.cli.tables import pairs

    about = [
        (say("member", "会员"), view.id),
        (say("as of", "截至"), f"{view.at:%Y-%m-%d %H:%M}  {programme.timezone}"),
        (say("joined", "入会"), f"{view.joined_at:%Y-%m-%d}"),
    ]
    if GUEST in view.facts:
        guest = say("a guest: uses points once a member claims them", "游客，由会员认领后可用积分")
        about.append((say("status", "状态"), guest))
    if view.frozen:
        about.append((say("status", "状态"), frozen_said(view.frozen)))
    if view.merged:
        about.append((say("also called", "合并自"), ", ".join(view.merged)))
    if view.household:
        together = verbatim(", ".join(view.household.members)).of(view.household.id)
        about.append((say("household", "家庭"), told(together)))
    if view.tier is not None:
        about += tier_rows(view.tier, programme)
    lines = pairs(about)
    for currency in programme.points:
        found = view.currencies[currency.id]
        lines += ["", f"{output.named(currency.name)}  {output.as_shown(currency, found.points)}"]
        lines += [f"  {line}" for line in pairs(_balance_rows(found))]
        for rows in (_expiry_table(found), _lot_table(found)) if currency.spendable else ():
            lines += ["", *(f"  {row}" for row in rows)] if rows else []
    return lines + reward_table(view.rewards, programme)


def _balance_rows(found: CurrencyView) -> list[tuple[str, str]]:
    from jifen.cli import output

    pending = output.amount(found.pending, found.scale)
    if found.pending and found.next_pending_at:
        pending += say(
            f"  from {found.next_pending_at:%Y-%m-%d}", f"  {found.next_pending_at:%Y-%m-%d} 起"
        )
    rows = [
        (say("available", "可用"), found.available, output.amount(found.available, found.scale)),
        (say("pending", "待生效"), found.pending, pending),
        (say("held", "预占"), found.held, output.amount(found.held, found.scale)),
        (say("owed", "欠分"), found.debt, output.amount(found.debt, found.scale)),
        (
            say("earned in all", "累计获得"),
            found.lifetime,
            output.amount(found.lifetime, found.scale),
        ),
        (say("spent", "已使用"), found.spent, output.amount(found.spent, found.scale)),
        (say("expired", "已过期"), found.expired, output.amount(found.expired, found.scale)),
        (say("taken back", "已追回"), found.reversed, output.amount(found.reversed, found.scale)),
    ]
    return [(name, text) for place, (name, value, text) in enumerate(rows) if value or not place]


def _expiry_table(found: CurrencyView) -> list[str]:
    """When points end, soonest first: what a member asks before anything else."""
    from jifen.cli import output
    from jifen.cli.tables import Column, table

    rows = [
        (output.last_day_of(expiry.at), output.amount(expiry.points, found.scale))
        for expiry in found.expiries[:MOST_ROWS]
    ]
    columns = (Column(say("ends after", "最后可用日")), Column(say("points", "数量"), "right"))
    return [*table(columns, rows), *_more(len(found.expiries))] if rows else []


def _made_by(lot: LotView) -> str:
    """How a lot came that no event gave."""
    if lot.made_by == "exchange":
        return say("exchange", "换入")
    if lot.made_by == "counterpart":
        return say("from another member", "他人转入")
    return say("by hand", "人工")


def _lot_table(found: CurrencyView) -> list[str]:
    """The lots in the order in which they will be spent."""
    from jifen.cli import output
    from jifen.cli.tables import Column, table

    rows = [
        (
            called(lot.friend, lot.occasion, lot.of or _made_by(lot)),
            f"{lot.earned_at:%Y-%m-%d}",
            output.amount(lot.granted, found.scale),
            output.amount(lot.remaining, found.scale),
            output.last_day_of(lot.expires_at),
        )
        for lot in found.lots[:MOST_ROWS]
    ]
    columns = (
        Column(say("lot of", "来源")),
        Column(say("earned", "获得日")),
        Column(say("granted", "原有"), "right"),
        Column(say("left", "剩余"), "right"),
        Column(say("ends after", "最后可用日")),
    )
    return [*table(columns, rows), *_more(len(found.lots))] if rows else []


def _more(count: int) -> list[str]:
    if count <= MOST_ROWS:
        return []
    return [
        say(
            f"… and {count - MOST_ROWS:,} more; --json has all",
            f"…… 另有 {count - MOST_ROWS:,} 条，--json 可见全部",
        )
    ]
