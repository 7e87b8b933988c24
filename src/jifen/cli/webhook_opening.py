"""Opening a programme for what is asked about its webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jifen.cli.language import say, told

if TYPE_CHECKING:
    import psycopg

    from jifen.intake.versions.opening import OpenProgramme


@contextmanager
def opened_for_webhooks(
    slug: str | None,
) -> Iterator[tuple[psycopg.Connection[Any], OpenProgramme]]:
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
