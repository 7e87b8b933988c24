"""How webhooks do, and what became of messages, for people."""

from __future__ import annotations

from datetime import tzinfo

from jifen.cli import output
from jifen.cli.language import say, told
from jifen.cli.tables import Column, table
from jifen.outbox.deliveries import Delivery
from jifen.outbox.posting import OUTCOMES
from jifen.outbox.webhooks import Webhook


def state_of(webhook: Webhook, zone: tzinfo) -> str:
    """How it stands with a webhook, in words."""
    if webhook.disabled_at is not None:
        since = output.time_text(webhook.disabled_at, zone)
        why = {
            "asked": say("disabled", "已停用"),
            "failing": say("disabled, for nothing succeeded for days", "连续几天失败，已停用"),
            "gone": say("disabled, for the receiver is gone", "接收方已不在，已停用"),
        }[webhook.disabled_why or "asked"]
        return say(f"{why} (since {since})", f"{why}（{since} 起）")
    if webhook.failing_since is not None:
        since = output.time_text(webhook.failing_since, zone)
        return say(f"failing since {since}", f"自 {since} 起一直失败")
    return say("well", "正常")


def log_of(latest: list[Delivery], zone: tzinfo) -> list[str]:
    """What became of messages: lines of a table."""
    columns = (
        Column(say("position", "位置"), "right"),
        Column(say("type", "类型")),
        Column(say("attempted", "发送时间")),
        Column(say("outcome", "结果")),
        Column(say("again at", "再试时间")),
    )
    rows = []
    for one in latest:
        status = f"{one.last.status} " if one.last.status else ""
        outcome = f"{told(OUTCOMES[one.last.outcome])} {status}{one.last.excerpt}".strip()
        again = one.next_attempt_at
        rows.append(
            (
                str(one.position),
                one.type,
                output.time_text(one.last.at, zone),
                outcome,
                "" if again is None else output.time_text(again, zone),
            )
        )
    return table(columns, rows)
