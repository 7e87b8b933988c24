"""What a webhook is made with, and how the audit tells it."""

from __future__ import annotations

from typing import Final

import msgspec

from jifen.intake.asking.bodies import suggestion
from jifen.intake.asking.scalars import Malformed
from jifen.outbox.addresses import checked_url, host_of
from jifen.outbox.kinds import KINDS

LONGEST_DESCRIPTION: Final = 500


class WebhookTerms(msgspec.Struct, frozen=True, kw_only=True):
    """Where messages go, which kinds (all, if none are named), and what it is for."""

    url: str
    kinds: tuple[str, ...] = ()
    description: str = ""


def checked_terms(terms: WebhookTerms) -> WebhookTerms:
    """Terms as they are kept. Raises Malformed."""
    for place, kind in enumerate(terms.kinds):
        if kind not in KINDS:
            en, zh = suggestion(kind, KINDS)
            raise Malformed(
                f"/kinds/{place}", f"no kind of message: {kind}{en}", f"没有这种消息：{kind}{zh}"
            )
    if len(terms.description) > LONGEST_DESCRIPTION or not terms.description.isprintable():
        raise Malformed(
            "/description",
            f"expected at most {LONGEST_DESCRIPTION} characters in one line",
            f"最多 {LONGEST_DESCRIPTION} 个字，写在一行里",
        )
    return WebhookTerms(
        url=checked_url(terms.url),
        kinds=tuple(dict.fromkeys(terms.kinds)),
        description=terms.description,
    )


def told_terms(terms: WebhookTerms) -> dict[str, str]:
    """Terms as the audit tells them: of the address its host, as what stands behind may be a secret."""
    told = {
        "host": host_of(terms.url),
        "kinds": " ".join(terms.kinds),
        "description": terms.description,
    }
    return {name: value for name, value in told.items() if value}


def changed_terms(was: WebhookTerms, terms: WebhookTerms) -> dict[str, str]:
    """What other terms set otherwise, as the audit tells it."""
    changed = {}
    if terms.url != was.url:
        changed["host"] = host_of(terms.url)
    if terms.kinds != was.kinds:
        changed["kinds"] = " ".join(terms.kinds)
    if terms.description != was.description:
        changed["description"] = terms.description
    return changed
