"""A member's page: who it is, balances, lots, rewards, orders under way."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.cli import output
from jifen.cli.language import listed, say, told
from jifen.cli.member_facts import fact_rows
from jifen.cli.order_table import order_table
from jifen.cli.progress import tier_rows
from jifen.cli.rewards import reward_table
from jifen.cli.statements import called, frozen_said
from jifen.cli.tables import Column, pairs, table
from jifen.enquiry.member import CurrencyView, LotView, MemberView
from jifen.enquiry.orders import OrderView
from jifen.intake.gathering.facts import GUEST
from jifen.programme.model import Programme
from jifen.wording import verbatim

MOST_ROWS = 8


def shown(view: MemberView, orders: Sequence[OrderView], programme: Programme) -> list[str]:
    """A member's page, for people, with some orders."""
    about = [
        (say("member", "会员"), view.id),
        (say("as of", "截至"), f"{view.at:%Y-%m-%d %H:%M}  {programme.timezone}"),
        (say("joined", "入会"), f"{view.joined_at:%Y-%m-%d}"),
    ]
    if GUEST in view.facts:
        guest = say("a guest: uses points once a member claims them", "游客，由会员认领后可用积分")
        about.append((say("status", "状态"), guest))
    about += fact_rows(view.facts, programme)
    if view.frozen:
        about.append((say("status", "状态"), frozen_said(view.frozen)))
    if view.merged:
        about.append((say("also called", "合并自"), listed(view.merged)))
    if view.household:
        together = verbatim(listed(view.household.members)).of(view.household.id)
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
    return [*lines, *reward_table(view.rewards, programme), *_under_way(orders, programme)]


def _under_way(orders: Sequence[OrderView], programme: Programme) -> list[str]:
    """Orders that have not come to their end, oldest first; nothing where there are none."""
    if not orders:
        return []
    rows = order_table(orders[:MOST_ROWS], programme, of_one=True)
    member = orders[0].member
    more = say(
        f"… and more: jifen order list --member {member}",
        f"…… 更多：jifen order list --member {member}",
    )
    rows += [more] if len(orders) > MOST_ROWS else []
    return ["", say("orders under way", "进行中的订单"), *(f"  {row}" for row in rows)]


def _balance_rows(found: CurrencyView) -> list[tuple[str, str]]:
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
    rows = [
        (
            called(lot, lot.of or _made_by(lot)),
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
