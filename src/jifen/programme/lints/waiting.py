"""Points that end before they have waited long enough: their life is counted from earning."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.lints.finding import Finding, of_rule
from jifen.programme.model import Programme
from jifen.programme.point_terms import Expiry, Pending
from jifen.programme.rules import Give
from jifen.programme.saying.operand_values import currency_named
from jifen.wording import Said

_ENDS_WAITING = Said(
    "ends before it can be used: its life is counted from earning, the days of waiting included",
    "还没生效就已到期：有效期从获得之日算起，等待的天数也在内",
)


def never_usable(programme: Programme) -> Iterator[Finding]:
    """The currencies and rules of such points."""
    for currency in programme.currencies:
        if _ends_waiting(currency.pending, currency.expiry):
            place = f"currencies.{currency.id}"
            yield Finding("never-usable", place, 0, _ENDS_WAITING)
    for rule in programme.rules:
        own = rule.terms
        if isinstance(rule.action, Give) and (own.pending or own.expiry):
            currency = currency_named(programme, rule.action.currency)
            if _ends_waiting(own.pending or currency.pending, own.expiry or currency.expiry):
                yield of_rule("never-usable", rule, _ENDS_WAITING.en, _ENDS_WAITING.zh)


def _ends_waiting(pending: Pending, expiry: Expiry) -> bool:
    """Whether points that wait so many full days, or until a moment, have ended by then."""
    if pending.starts is not None:
        return expiry.date is not None and expiry.date < pending.starts.date()
    if (
        pending.until is not None
        or expiry.kind != "rolling"
        or expiry.until not in (None, "day_end")
    ):
        return False
    longest = expiry.days + 31 * expiry.months
    return 0 < longest <= pending.days
