"""`fulfil:` of a reward: `shipping`, `pick_up`, or a mapping that says by which of them, and within what time."""

from __future__ import annotations

from jifen.programme.fulfilment import FulfilledBy, Fulfilment
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import choice, days
from jifen.programme.reading.sections import Section, noting
from jifen.wording import Said

KEYS = ("by", "approve", "within", "close", "forget")
WAYS: tuple[FulfilledBy, ...] = ("shipping", "pick_up")
MOST_DAYS = 366

_OF_SHIPPING = Said("it is about what is shipped", "它只用于邮寄的礼品")
_NO_END = Said(
    "what is ordered does not end: say how long an order may take, as `within`",
    "订购的礼品不会到期：请用 within 写明订单的期限",
)
_OFF_IS_USED = Said(
    "what takes money off an order of the shop is used there, and not sent",
    "用于减免账单的礼品在下单时使用，不必配送",
)
_CODE_IS_IT = Said(
    "what comes as a code is there at once, and not sent", "以券码交付的礼品当即到手，不必配送"
)


def read_fulfilment(node: Node, problems: Problems) -> Fulfilment | None:
    """How orders of a reward are fulfilled; every problem is noted."""
    if not isinstance(node, Mapping):
        by = noting(problems, node, choice(WAYS), None)
        return by and Fulfilment(by)
    section, some_days = Section(node, problems, KEYS), days(MOST_DAYS)
    by = section.need("by", choice(WAYS), None)
    for key in ("close", "forget") if by == "pick_up" else ():
        if key in section:
            problems.add(section.place(key), _OF_SHIPPING)
    return by and Fulfilment(
        by,
        approve_days=section.read("approve", some_days, None),
        within_days=section.read("within", some_days, None),
        close_days=section.read("close", some_days, 14),
        forget_days=section.read("forget", some_days, 30),
    )


def check_fulfilled(section: Section) -> None:
    """Note what a reward cannot be that is fulfilled by orders."""
    against = (
        ("valid", _NO_END),
        ("notice", _NO_END),
        ("off", _OFF_IS_USED),
        ("codes", _CODE_IS_IT),
    )
    for key, why in against:
        if key in section:
            section.problems.add(section.place(key), why)
