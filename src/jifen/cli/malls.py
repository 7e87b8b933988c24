"""`jifen mall add|list|show|change|rotate|revoke|notices`: malls that others run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import say, told
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.usage import SpokenGroup
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    import psycopg

    from jifen.intake.versions.opening import OpenProgramme
    from jifen.mall_provider.providers import Provider


@click.group(
    "mall",
    cls=SpokenGroup,
    help=say(
        "Malls that others run, whose orders are paid with points.",
        "第三方运营的积分商城，其订单用积分支付。",
    ),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Mall providers of one programme."""


@contextmanager
def _opened(slug: str | None) -> Iterator[tuple[psycopg.Connection[Any], OpenProgramme]]:
    """The database and a programme; what is wrong with a provider is said in the spoken language."""
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.intake.asking.scalars import Malformed
    from jifen.mall_provider.providers import ProviderExists, UnknownProvider

    with opened(slug) as (connection, programme):
        try:
            yield connection, programme
        except UnknownProvider as unknown:
            raise CommandProblem(
                say(f"there is no mall provider {unknown}", f"没有商城服务商 {unknown}"),
                say("`jifen mall list` shows them.", "用 `jifen mall list` 查看。"),
            ) from None
        except ProviderExists as exists:
            raise CommandProblem(
                say(f"there is a mall provider {exists} already", f"已有商城服务商 {exists}"),
                say("Choose another name.", "请换一个编号。"),
            ) from None
        except Malformed as malformed:
            raise CommandProblem(told(malformed.said)) from None


_provider = click.argument("provider")
_secret = click.option(
    "--secret",
    metavar="SECRET",
    help=say(
        "With what both sign; asked for, or read from the input, unless said: so it stands in no history.",
        "双方签名所用的 appSecret；不写则询问或从标准输入读取，以免留在命令历史里。",
    ),
)


@command.command(
    "add",
    help=say(
        "Take orders from a mall, by the key and the secret that its provider gave.",
        "接入一个商城，使用服务商分配的 appKey 和 appSecret。",
    ),
)
@_provider
@click.option(
    "--key",
    "app_key",
    required=True,
    metavar="KEY",
    help=say("Its appKey.", "服务商分配的 appKey。"),
)
@_secret
@click.option(
    "--currency",
    default="",
    metavar="CURRENCY",
    help=say("Whose points are spent there.", "在商城使用哪种积分。"),
)
@click.option(
    "--login-url",
    metavar="URL",
    help=say("Where members enter; Duiba's unless said.", "免登录网址，默认为兑吧的。"),
)
@click.option(
    "--may",
    multiple=True,
    type=click.Choice(["balance", "deduct", "add"]),
    help=say(
        "What it may ask; all unless said, may be said again.", "允许的回调，可写多次；默认全部。"
    ),
)
@click.option(
    "--hold-hours",
    type=click.IntRange(1, 720),
    default=72,
    show_default=True,
    metavar="HOURS",
    help=say("For how long an order's points wait for its result.", "订单的积分最多冻结多少小时。"),
)
@programme_option
@json_option
@common
def add(
    provider: str,
    app_key: str,
    secret: str | None,
    currency: str,
    login_url: str | None,
    may: tuple[str, ...],
    hold_hours: int,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.intake.clock import real_now
    from jifen.mall_provider.providers import LOGIN_URL, MAY, ProviderTerms, make_provider

    terms = ProviderTerms(
        app_key=app_key,
        currency=currency,
        login_url=login_url or LOGIN_URL,
        may=may or MAY,
        hold_hours=hold_hours,
    )
    with _opened(slug) as (connection, programme):
        made = make_provider(
            connection, programme, terms,
            id=provider, secret=_told_or_asked(secret), now=real_now(), actor=COMMAND_LINE,
        )  # fmt: skip
    _show(made, programme, as_json=as_json)


@command.command("list", help=say("The mall providers there are.", "现有的商城服务商。"))
@programme_option
@json_option
@common
def list_malls(slug: str | None, as_json: bool) -> None:
    from jifen.api.mall_providers import provider_document
    from jifen.cli import output
    from jifen.cli.tables import Column, table
    from jifen.mall_provider.providers import providers_of

    with _opened(slug) as (connection, programme):
        found = providers_of(connection, programme.programme_id)
    if as_json:
        output.as_json([provider_document(one, programme) for one in found])
        return
    columns = (
        Column(say("provider", "服务商")),
        Column("appKey"),
        Column(say("points", "积分")),
        Column(say("may", "回调")),
        Column(say("state", "状态")),
    )
    rows = [(one.id, one.app_key, one.currency, " ".join(one.may), _state_of(one)) for one in found]
    output.lines(table(columns, rows))


@command.command("show", help=say("One mall provider.", "一个商城服务商。"))
@_provider
@programme_option
@json_option
@common
def show(provider: str, slug: str | None, as_json: bool) -> None:
    from jifen.mall_provider.providers import find_provider

    with _opened(slug) as (connection, programme):
        found = find_provider(connection, programme.programme_id, provider)
    _show(found, programme, as_json=as_json)


@command.command(
    "rotate",
    help=say(
        "Sign with another secret that the provider gave; for a while it may use the former one.",
        "换用服务商分配的新 appSecret；一段时间内服务商仍可使用旧的。",
    ),
)
@_provider
@_secret
@click.option(
    "--overlap",
    type=click.IntRange(0, 168),
    default=24,
    show_default=True,
    metavar="HOURS",
    help=say("For how many hours both hold.", "新旧并用的小时数。"),
)
@programme_option
@common
def rotate(provider: str, secret: str | None, overlap: int, slug: str | None) -> None:
    from jifen.intake.clock import real_now
    from jifen.mall_provider.providers import rotate_secret

    with _opened(slug) as (connection, programme):
        rotate_secret(
            connection, programme.programme_id, provider, _told_or_asked(secret),
            overlap_hours=overlap, now=real_now(), actor=COMMAND_LINE,
        )  # fmt: skip
    click.echo(say(f"{provider} has another secret.", f"{provider} 已换用新密钥。"))


@command.command(
    "change", help=say("Other terms; what is not said stays.", "更改条件；不写的保持不变。")
)
@_provider
@click.option("--key", "app_key", metavar="KEY", help=say("Its appKey.", "服务商分配的 appKey。"))
@click.option("--login-url", metavar="URL", help=say("Where members enter.", "免登录网址。"))
@click.option(
    "--may",
    multiple=True,
    type=click.Choice(["balance", "deduct", "add"]),
    help=say("What it may ask; may be said again.", "允许的回调，可写多次。"),
)
@click.option(
    "--hold-hours",
    type=click.IntRange(1, 720),
    metavar="HOURS",
    help=say("For how long an order's points wait for its result.", "订单的积分最多冻结多少小时。"),
)
@programme_option
@common
def change(
    provider: str,
    app_key: str | None,
    login_url: str | None,
    may: tuple[str, ...],
    hold_hours: int | None,
    slug: str | None,
) -> None:
    from jifen.intake.clock import real_now
    from jifen.mall_provider.providers import ProviderTerms, change_provider, find_provider

    with _opened(slug) as (connection, programme):
        was = find_provider(connection, programme.programme_id, provider)
        terms = ProviderTerms(
            app_key=app_key or was.app_key,
            currency=was.currency,
            login_url=login_url or was.login_url,
            may=may or was.may,
            skew_minutes=was.skew_minutes,
            hold_hours=hold_hours or was.hold_hours,
        )
        change_provider(connection, programme, provider, terms, now=real_now(), actor=COMMAND_LINE)
    click.echo(say(f"{provider} has other terms.", f"{provider} 的条件已更改。"))


@command.command(
    "revoke", help=say("Believe it no more; open orders end with their holds.", "停用；未完订单的积分到时解冻。")
)  # fmt: skip
@_provider
@programme_option
@common
def revoke(provider: str, slug: str | None) -> None:
    from jifen.intake.clock import real_now
    from jifen.mall_provider.providers import find_provider, revoke_provider

    with _opened(slug) as (connection, programme):
        find_provider(connection, programme.programme_id, provider)
        revoke_provider(
            connection, programme.programme_id, provider, now=real_now(), actor=COMMAND_LINE
        )
    click.echo(say(f"{provider} is believed no more.", f"{provider} 已停用。"))


@command.command(
    "notices",
    help=say("How its orders ended, the last first.", "其订单的结果，从最近的开始。"),
)
@_provider
@click.option(
    "--open",
    "only_open",
    is_flag=True,
    help=say("Only what somebody has to look at.", "只看待人工处理的。"),
)
@click.option(
    "--limit", type=click.IntRange(1, 500), default=50, show_default=True, metavar="NUMBER",
    help=say("At most so many.", "最多多少条。"),
)  # fmt: skip
@programme_option
@json_option
@common
def notices(provider: str, only_open: bool, limit: int, slug: str | None, as_json: bool) -> None:
    from jifen.api.mall_providers import notice_document
    from jifen.cli import output
    from jifen.cli.tables import Column, table
    from jifen.instants import moment_of
    from jifen.mall_provider.notices import notices_of
    from jifen.mall_provider.providers import find_provider

    with _opened(slug) as (connection, programme):
        find_provider(connection, programme.programme_id, provider)
        found = notices_of(
            connection, programme.programme_id, provider, only_open=only_open, most=limit
        )
    if as_json:
        output.as_json([notice_document(one, programme) for one in found])
        return
    outcomes = {
        "captured": say("captured", "已扣除"),
        "taken_late": say("taken late", "超时后扣除"),
        "released": say("released", "已解冻"),
        "never_held": say("never held", "从未冻结"),
        "open": say("to be looked at", "待人工处理"),
    }
    columns = (
        Column(say("order", "订单号")),
        Column(say("told", "通知")),
        Column(say("heard", "收到")),
        Column(say("outcome", "结果")),
        Column(say("why", "原因")),
    )
    rows = [
        (
            one.order,
            say("success", "成功") if one.success else say("failure", "失败"),
            f"{moment_of(one.heard_at, programme.zone):%Y-%m-%d %H:%M}",
            outcomes[one.outcome],
            one.refusal
            or (say("told otherwise later", "后有相反通知") if one.contradicted_at else ""),
        )
        for one in found
    ]
    output.lines(table(columns, rows))


def _told_or_asked(secret: str | None) -> str:
    """A secret as an option says it, or as whoever sits there types it, or a program writes it."""
    if secret is not None:
        return secret
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked = say("appSecret, as the provider gave it", "服务商分配的 appSecret")
    return str(click.prompt(asked, hide_input=True))


def _state_of(provider: Provider) -> str:
    return say("in force", "有效") if provider.revoked_at is None else say("revoked", "已停用")


def _show(provider: Provider, programme: OpenProgramme, *, as_json: bool) -> None:
    from jifen.api.mall_providers import provider_document
    from jifen.cli import output
    from jifen.cli.tables import pairs

    document = provider_document(provider, programme)
    if as_json:
        output.as_json(document)
        return
    rows = [
        (say("provider", "服务商"), provider.id),
        ("appKey", provider.app_key),
        (say("members enter at", "免登录网址"), provider.login_url),
        (say("it calls", "回调网址"), f"{document['callbacks']}/{{{','.join((*provider.may, 'notice'))}}}"),
        (say("points", "积分"), provider.currency),
        (say("held for hours", "冻结小时数"), str(provider.hold_hours)),
        (say("made by", "建立者"), provider.made_by),
        (say("state", "状态"), _state_of(provider)),
    ]  # fmt: skip
    output.lines(pairs(rows))
