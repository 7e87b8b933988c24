"""`jifen webhook add|list|show|rotate|enable|disable|remove`: who is told over HTTP."""

from __future__ import annotations

import click

from jifen.cli import webhook_sending
from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.usage import SpokenGroup
from jifen.cli.webhook_opening import opened_for_webhooks
from jifen.intake.actors import COMMAND_LINE

LATEST = 10  # deliveries that are shown with a webhook


@click.group(
    "webhook",
    cls=SpokenGroup,
    help=say(
        "Who is told over HTTP what happens to members.", "会员身上发生的事，经 HTTP 告诉谁。"
    ),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Webhooks of one programme."""


command.add_command(webhook_sending.test)
command.add_command(webhook_sending.replay)
command.add_command(webhook_sending.deliver)


@command.command(
    "add",
    help=say(
        "Tell an address what happens from now on. Its secret is shown once.",
        "从现在起，把发生的事告诉一个地址。密钥只显示一次。",
    ),
)
@click.argument("url")
@click.option("--id", "id", metavar="ID", help=say("A name of one's own.", "自定的编号。"))
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    help=say("Only messages of this type; may be said again.", "只告诉这一类型的消息，可写多次。"),
)
@click.option("--description", default="", help=say("What it is for.", "用途说明。"))
@click.option(
    "--after",
    type=click.IntRange(0),
    metavar="POSITION",
    help=say(
        "Begin behind this position of the stream; 0: with everything there is.",
        "从消息流的这个位置之后开始；0 表示从头。",
    ),
)
@programme_option
@json_option
@common
def add(
    url: str,
    id: str | None,
    kinds: tuple[str, ...],
    description: str,
    after: int | None,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.api.webhooks import webhook_document
    from jifen.cli import output
    from jifen.intake.clock import real_now
    from jifen.outbox.webhook_terms import WebhookTerms
    from jifen.outbox.webhooks import make_webhook

    terms = WebhookTerms(url=url, kinds=kinds, description=description)
    with opened_for_webhooks(slug) as (connection, programme):
        made, secret = make_webhook(
            connection,
            programme.programme_id,
            terms,
            id=id,
            after=after,
            now=real_now(),
            actor=COMMAND_LINE,
        )
    if as_json:
        output.as_json({**webhook_document(made, programme), "secret": secret})
        return
    output.secret(secret)
    click.echo(say(f"webhook {made.id}", f"webhook 编号：{made.id}"), err=True)


@command.command("list", help=say("The webhooks there are.", "现有的 webhook。"))
@programme_option
@json_option
@common
def list_webhooks(slug: str | None, as_json: bool) -> None:
    from jifen.api.webhooks import webhook_document
    from jifen.cli import output
    from jifen.cli.tables import Column, table
    from jifen.cli.webhook_log import state_of
    from jifen.outbox.webhooks import webhooks_of

    with opened_for_webhooks(slug) as (connection, programme):
        found = webhooks_of(connection, programme.programme_id)
    if as_json:
        output.as_json([webhook_document(one, programme) for one in found])
        return
    columns = (
        Column(say("webhook", "webhook")),
        Column(say("address", "地址")),
        Column(say("position", "位置"), "right"),
        Column(say("waiting", "等待重试"), "right"),
        Column(say("dead", "已放弃"), "right"),
        Column(say("state", "状态")),
    )
    rows = [
        (one.id, one.url, str(one.position), str(one.waiting), str(one.dead), state_of(one, programme.zone))
        for one in found
    ]  # fmt: skip
    output.lines(table(columns, rows))


@command.command(
    "show",
    help=say("A webhook, and what became of the latest messages.", "一个 webhook 和最近的投递。"),
)
@click.argument("webhook")
@programme_option
@json_option
@common
def show(webhook: str, slug: str | None, as_json: bool) -> None:
    from jifen.api.deliveries import delivery_document
    from jifen.api.webhooks import webhook_document
    from jifen.cli import output
    from jifen.cli.tables import pairs
    from jifen.cli.webhook_log import log_of, state_of
    from jifen.outbox.deliveries import deliveries_of
    from jifen.outbox.webhooks import find_webhook

    with opened_for_webhooks(slug) as (connection, programme):
        found = find_webhook(connection, programme.programme_id, webhook)
        latest = deliveries_of(connection, programme.programme_id, webhook, most=LATEST)
    if as_json:
        deliveries = [delivery_document(one, programme) for one in latest]
        output.as_json({**webhook_document(found, programme), "deliveries": deliveries})
        return
    rows = [
        (say("webhook", "webhook"), found.id),
        (say("address", "地址"), found.url),
        (say("types", "类型"), " ".join(found.kinds) or say("all", "全部")),
        (say("for", "用途"), found.description),
        (say("position", "位置"), str(found.position)),
        (say("waiting", "等待重试"), str(found.waiting)),
        (say("dead", "已放弃"), str(found.dead)),
        (say("state", "状态"), state_of(found, programme.zone)),
    ]
    output.lines(pairs([row for row in rows if row[1]]))
    if latest:
        click.echo()
        output.lines(log_of(latest, programme.zone))


@command.command(
    "rotate",
    help=say(
        "A new secret, shown once; for a while messages carry a signature by each.",
        "更换密钥，只显示一次；一段时间内消息带有新旧两个签名。",
    ),
)
@click.argument("webhook")
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
def rotate(webhook: str, overlap: int, slug: str | None) -> None:
    from jifen.cli import output
    from jifen.intake.clock import real_now
    from jifen.outbox.webhooks import rotate_secret

    with opened_for_webhooks(slug) as (connection, programme):
        secret = rotate_secret(
            connection,
            programme.programme_id,
            webhook,
            overlap_hours=overlap,
            now=real_now(),
            actor=COMMAND_LINE,
        )
    output.secret(secret)


@command.command("enable", help=say("Go on where it stood.", "从停下的地方继续发送。"))
@click.argument("webhook")
@programme_option
@common
def enable(webhook: str, slug: str | None) -> None:
    _switch(webhook, slug, enabled=True)
    click.echo(say(f"{webhook} is told again.", f"{webhook} 已恢复发送。"))


@command.command(
    "disable", help=say("Tell it nothing for now; it misses nothing.", "暂停发送，不会漏掉。")
)
@click.argument("webhook")
@programme_option
@common
def disable(webhook: str, slug: str | None) -> None:
    _switch(webhook, slug, enabled=False)
    click.echo(say(f"{webhook} is told nothing for now.", f"{webhook} 已暂停发送。"))


@command.command(
    "remove",
    help=say("Forget it, with its secrets and its log.", "删除，连同密钥和投递记录。"),
)
@click.argument("webhook")
@programme_option
@common
def remove(webhook: str, slug: str | None) -> None:
    from jifen.intake.clock import real_now
    from jifen.outbox.webhooks import remove_webhook

    with opened_for_webhooks(slug) as (connection, programme):
        remove_webhook(
            connection, programme.programme_id, webhook, now=real_now(), actor=COMMAND_LINE
        )
    click.echo(say(f"{webhook} is removed.", f"{webhook} 已删除。"))


def _switch(webhook: str, slug: str | None, *, enabled: bool) -> None:
    from jifen.intake.clock import real_now
    from jifen.outbox.webhooks import change_webhook, find_webhook

    with opened_for_webhooks(slug) as (connection, programme):
        programme_id = programme.programme_id
        terms = find_webhook(connection, programme_id, webhook)
        change_webhook(
            connection,
            programme_id,
            webhook,
            terms,
            enabled=enabled,
            now=real_now(),
            actor=COMMAND_LINE,
        )
