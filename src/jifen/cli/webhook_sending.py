"""`jifen webhook test|replay|deliver`: sending messages now, because somebody asks."""

from __future__ import annotations

import click

from jifen.cli.language import say, told
from jifen.cli.options import common, programme_option
from jifen.cli.webhook_opening import opened_for_webhooks


@click.command("test", help=say("Send it something now.", "立即试送一条消息。"))
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
    with opened_for_webhooks(slug) as (connection, programme):
        trial = trial_of(connection, programme.programme_id, webhook, now)
    outcome = asyncio.run(send_trial(trial, now))
    answered = f"{outcome.status} {outcome.excerpt}".strip() if outcome.status else ""
    what = told(OUTCOMES[outcome.code]) + (f": {answered}" if answered else "")
    if not outcome.delivered:
        raise CommandProblem(what)
    click.echo(say(f"{what}, in {outcome.milliseconds} ms", f"{what}，{outcome.milliseconds} 毫秒"))


@click.command(
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
    with opened_for_webhooks(slug) as (connection, programme):
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


@click.command(
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
