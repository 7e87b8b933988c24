"""Trying a webhook while somebody waits for the result."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from jifen.instants import moment_of
from jifen.outbox.addresses import allowed_networks
from jifen.outbox.delivering import post_signed
from jifen.outbox.kinds import TRIAL
from jifen.outbox.messages import Message, terms_of_messages
from jifen.outbox.posting import Outcome, Receiver, trusted
from jifen.outbox.webhooks import find_webhook, secrets_of


class Trial(NamedTuple):
    """A message that is about nobody, for one webhook."""

    url: str
    message: Message
    secrets: Sequence[bytes]


def trial_of(
    connection: psycopg.Connection[Any], programme_id: UUID, webhook_id: str, now: int
) -> Trial:
    """What a webhook is tried with. Raises UnknownWebhook."""
    webhook = find_webhook(connection, programme_id, webhook_id)
    zone = terms_of_messages(connection, programme_id).zone
    message = {
        "id": f"test_{secrets.token_hex(16)}",
        "type": TRIAL,
        "timestamp": moment_of(now, zone).isoformat(),
        "position": 0,
        "member": None,
        "member_seq": 0,
        "data": {},
    }
    return Trial(webhook.url, message, secrets_of(connection, programme_id, webhook_id, now))


async def send_trial(trial: Trial, now: int) -> Outcome:
    """Send it, signed as others are; what came of it, which is noted nowhere. Raises WrongNetworks."""
    receiver = Receiver(trial.url, allowed_networks(), trusted())
    try:
        return await post_signed(receiver, trial.message, trial.secrets, now)
    finally:
        await receiver.close()
