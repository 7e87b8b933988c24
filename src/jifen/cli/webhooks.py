"""`jifen webhook add|list|show|test|replay|rotate|enable|disable|remove|deliver`: who is told over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import say, told
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.usage import SpokenGroup

if TYPE_CHECKING:
    import psycopg

    from jifen.intake.versions.opening import OpenProgramme

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


@contextmanager
def _opened(slug: str | None) -> Iterator[tuple[psycopg.Connection[Any], OpenProgramme]]:
    """The database and a programme; what is wrong with a webhook is said in the spoken language."""
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.intake.asking.scalars import Malformed
    from jifen.outbox.webhooks import UnknownWebhook, WebhookExists

    with opened(slug) as (connection, programme):
        try:
            yield connection, programme
        except UnknownWebhook as unknown:
            raise CommandProblem(
                say(f"there is no webhook {unknown}", f"没有 webhook {unknown}"),
                say("`jifen webhook list` shows them.", "用 `jifen webhook list` 查看。"),
            ) from None
        except WebhookExists as exists:
            raise CommandProblem(
                say(f"there is a webhook {exists} already", f"已有 webhook {exists}"),
                say("Choose another --id.", "请用 --id 换一个编号。"),
            ) from None
        except Malformed as malformed:
            raise CommandProblem(told(malformed.said)) from None


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
    from jifen.api.key_terms import COMMAND_LINE
    from jifen.api.webhooks import webhook_document
    from jifen.cli import output
    from jifen.intake.clock import real_now
    from jifen.outbox.webhook_terms import WebhookTerms
    from jifen.outbox.webhooks import make_webhook

    terms = WebhookTerms(url=url, kinds=kinds, description=description)
    with _opened(slug) as (connection, programme):
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
    _show_secret(secret)
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

    with _opened(slug) as (connection, programme):
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

    with _opened(slug) as (connection, programme):
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


@command.command("test", help=say("Send it something now.", "立即试送一条消息。"))
@click.argument("webhook")
@programme_option
@common
def test(webhook: str, slug: str | None) -> None:
    import asyncio

    from jifen.cli.problems import CommandProblem
    from jifen.intake.clock import real_now
    from jifen.outbox.posting import OUTCOMES
    from jifen.outbox.trying import send_trial, trial_of

    now = real_now()
    with _opened(slug) as (connection, programme):
        trial = trial_of(connection, programme.programme_id, webhook, now)
    outcome = asyncio.run(send_trial(trial, now))
    answered = f"{outcome.status} {outcome.excerpt}".strip() if outcome.status else ""
    what = told(OUTCOMES[outcome.code]) + (f": {answered}" if answered else "")
    if not outcome.delivered:
        raise CommandProblem(what)
    click.echo(say(f"{what}, in {outcome.milliseconds} ms", f"{what}，{outcome.milliseconds} 毫秒"))


@command.command(
    "replay",
    help=say(
        "Send again: one message, all behind a position, or all that was given up.",
        "重发：一条、某个位置之后的全部，或全部已放弃的。",
    ),
)
@click.argument("webhook")
@click.option(
    "--position", type=click.IntRange(1), help=say("This message alone.", "只重发这一条。")
)
@click.option(
    "--after", type=click.IntRange(0), help=say("Everything behind it.", "其后的全部消息。")
)
@click.option("--dead", is_flag=True, help=say("All that was given up.", "全部已放弃的消息。"))
@programme_option
@common
def replay(
    webhook: str, position: int | None, after: int | None, dead: bool, slug: str | None
) -> None:
    from jifen.cli.problems import CommandProblem
    from jifen.intake.clock import real_now
    from jifen.outbox.webhooks import replay_after, replay_some

    if [position is not None, after is not None, dead].count(True) != 1:
        raise CommandProblem(
            say(
                "say one of --position, --after and --dead", "请写 --position、--after、--dead 之一"
            )
        )
    with _opened(slug) as (connection, programme):
        if after is not None:
            replay_after(connection, programme.programme_id, webhook, after)
            click.echo(
                say(f"everything behind {after} goes again.", f"将重发 {after} 之后的全部。")
            )
            return
        many = replay_some(connection, programme.programme_id, webhook, position, now=real_now())
    click.echo(
        say(
            f"{many} go again." if many != 1 else "one goes again.",
            f"将重发 {many} 条。",
        )
    )


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
    from jifen.api.key_terms import COMMAND_LINE
    from jifen.intake.clock import real_now
    from jifen.outbox.webhooks import rotate_secret

    with _opened(slug) as (connection, programme):
        secret = rotate_secret(
            connection,
            programme.programme_id,
            webhook,
            overlap_hours=overlap,
            now=real_now(),
            actor=COMMAND_LINE,
        )
    _show_secret(secret)


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
    from jifen.api.key_terms import COMMAND_LINE
    from jifen.intake.clock import real_now
    from jifen.outbox.webhooks import remove_webhook

    with _opened(slug) as (connection, programme):
        remove_webhook(
            connection, programme.programme_id, webhook, now=real_now(), actor=COMMAND_LINE
        )
    click.echo(say(f"{webhook} is removed.", f"{webhook} 已删除。"))


@command.command(
    "deliver",
    help=say(
        "Send what is due, in all programmes, and end. `jifen worker` does it all the time.",
        "发送所有计划中到时的消息，然后结束。`jifen worker` 会一直做这件事。",
    ),
)
@common
def deliver() -> None:
    from jifen.cli.database import database
    from jifen.outbox.delivering import deliver_due

    attempts = 0
    with database() as connection:
        while made := deliver_due(connection):
            attempts += made
    click.echo(say(f"attempts: {attempts}", f"发送次数：{attempts}"))


def _switch(webhook: str, slug: str | None, *, enabled: bool) -> None:
    from jifen.api.key_terms import COMMAND_LINE
    from jifen.intake.clock import real_now
    from jifen.outbox.webhooks import change_webhook, find_webhook

    with _opened(slug) as (connection, programme):
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


def _show_secret(secret: str) -> None:
    click.echo(secret)
    click.echo(
        say("Keep it safe: it is not shown again.", "请妥善保存：此密钥不会再次显示。"), err=True
    )
