"""`currencies:` of a document."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

from msgspec.structs import replace

from jifen.programme.model import Currency
from jifen.programme.point_terms import Expiry, Pending
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.exchanges import with_exchanges
from jifen.programme.reading.expiries import LONGEST_DAYS, read_expiry, read_expiry_of_tiers
from jifen.programme.reading.extensions import read_extension
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.overdrafts import read_overdraft
from jifen.programme.reading.paying import read_paying
from jifen.programme.reading.pending import read_pending
from jifen.programme.reading.scalars import (
    boolean,
    choice,
    days,
    free_identifier,
    integer,
    noun,
)
from jifen.programme.reading.sections import (
    Section,
    entries,
    more_than,
    noting,
    one_or_many,
)
from jifen.programme.reading.transfers import read_transfers
from jifen.programme.reading.unit_prices import read_contract_prices, read_unit_price
from jifen.programme.reading.ways_out import read_way_out
from jifen.programme.saying.naming import Name
from jifen.wording import Said

MOST_CURRENCIES = 20
MIN_LIFE_DAYS = 30
LONGEST_NOTICE_DAYS = 366
MOST_NOTICES = 5

_KEYS = (
    "name",
    "scale",
    "shown",
    "spendable",
    "expiry",
    "pending",
    "min_life",
    "unit_price",
    "unit_price_of",
    "spending_order",
    "spending",
    "transfers",
    "pay",
    "exchange",
    "overdraft",
    "give_back",
    "notice",
)
OWN_WORDS = ("all", "amount", "purchases", "time", "times")
_ORDERS: tuple[Literal["soonest_expiry", "oldest_earned"], ...] = (
    "soonest_expiry",
    "oldest_earned",
)


def read_currencies(
    node: Node, problems: Problems, tiers: Collection[str] = ()
) -> tuple[Currency, ...]:
    """The currencies in document order; at least one. `tiers` are the ids of the ladder."""
    found: list[Currency] = []
    written: list[Node] = []
    for key, value in noting(problems, node, lambda node: list(entries(node)), []):
        id = noting(problems, key, free_identifier(OWN_WORDS), None)
        if id is not None:
            found.append(_currency(id, value, problems, tiers))
            written.append(value)
    if isinstance(node, Mapping) and not node.values:
        message = Said("a programme has at least one currency", "计划至少要有一种积分")
        problems.add(node, message)
    if len(found) > MOST_CURRENCIES:
        problems.add(node, more_than(MOST_CURRENCIES, Said("currencies", "种积分")))
    known = tuple(found)
    return tuple(
        with_exchanges(currency, value, problems, known)
        for currency, value in zip(known, written, strict=True)
    )


def _currency(id: str, node: Node, problems: Problems, tiers: Collection[str]) -> Currency:
    section = Section(node, problems, _KEYS)
    scale = section.read("scale", integer(0, 6), 0)
    shown = section.read("shown", integer(0, 6), scale)
    if shown > scale:
        message = Said(
            f"shows {shown} decimals but keeps only {scale}",
            f"显示 {shown} 位小数，但只保留 {scale} 位",
        )
        problems.add(section.place("shown"), message)
    expiry = read_expiry(section, "expiry", Expiry("never"), also=("by_tier", "extend"))
    currency = Currency(
        id,
        section.read("name", noun, Name(id, id)),
        scale,
        min(shown, scale),
        section.read("spendable", boolean, True),
        expiry,
        read_pending(section, None) or Pending(),
        _min_life(section, expiry),
        read_unit_price(section),
        read_contract_prices(section),
        section.read("spending_order", choice(_ORDERS), "soonest_expiry"),
        expiry_of_tiers=read_expiry_of_tiers(section, expiry, tiers),
        extension=read_extension(section, expiry, tiers),
        notices=section.read("notice", notices(expiry), ()),
    )
    grace = _read_grace(section)
    overdraft = read_overdraft(section, currency)
    currency = replace(currency, overdraft=overdraft, grace_of_given_back=grace)
    for key in ("spending", "transfers", "pay"):
        if key in section and not currency.spendable:
            message = Said(f"'{id}' cannot be spent at all", f"“{id}”不能消费")
            problems.add(section.place(key), message)
    if "spending" in section:
        way = read_way_out(section.place("spending"), problems, currency)
        currency = replace(currency, spending=way)
    if "transfers" in section:
        transfers = read_transfers(section.place("transfers"), problems, currency)
        currency = replace(currency, transfers=transfers)
    if "pay" in section:
        paying = read_paying(section.place("pay"), problems, currency)
        currency = replace(currency, paying=paying)
    return currency


def notices(expiry: Expiry) -> Callable[[Node], tuple[int, ...]]:
    """A reader of how many days before points end their member is told: `30 days`, or several, most first."""
    whole_life = expiry.days if expiry.kind == "rolling" and expiry.days else LONGEST_NOTICE_DAYS

    def read(node: Node) -> tuple[int, ...]:
        found = [days(LONGEST_NOTICE_DAYS)(one) for one in one_or_many(node)]
        if not found or 0 in found or len({*found}) < len(found) or len(found) > MOST_NOTICES:
            raise Wrong(
                Said(
                    f"is 1 to {MOST_NOTICES} different numbers of days",
                    f"须为 1 至 {MOST_NOTICES} 个互不相同的天数",
                ),
                Said("write notices like [30 days, 7 days]", "请写成 [30 days, 7 days] 这样"),
            )
        if max(found) >= whole_life:
            raise Wrong(
                Said(
                    f"would be before the points are earned, which live {whole_life} days",
                    f"早于获得之时：积分的有效期只有 {whole_life} 天",
                )
            )
        return tuple(sorted(found, reverse=True))

    return read


def _read_grace(section: Section) -> int:
    """The days of `give_back: {grace: 7 days}`."""
    if "give_back" not in section:
        return 0
    parts = Section(section.place("give_back"), section.problems, ("grace",))
    return parts.need("grace", days(LONGEST_DAYS), 0)


def _min_life(section: Section, expiry: Expiry) -> int:
    """30 days unless said, or the points' whole life where that is shorter."""
    given = section.read("min_life", days(LONGEST_DAYS), None)
    if given is None:
        return min(MIN_LIFE_DAYS, expiry.least_days or MIN_LIFE_DAYS)
    if expiry.kind == "rolling" and 0 < expiry.days < given:
        message = Said(
            f"is longer than the {expiry.days} days after which points expire",
            f"比积分的有效期 {expiry.days} 天还长",
        )
        section.problems.add(section.place("min_life"), message)
    return given
