"""`returns:` of a document: what becomes of points when things come back, until when, and how that is said."""

from __future__ import annotations

from jifen.programme.amounts import Language
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import choice, days
from jifen.programme.reading.sections import Section, text
from jifen.programme.return_policy import NOT_ACCEPTED, UNDO_FOR_EVER, Books, Policy, ReturnPolicy
from jifen.wording import Said

POLICIES: tuple[Policy, ...] = ("undo", "mirror", "keep", "carry")
BOOKS: tuple[Books, ...] = ("month", "quarter", "year")
LONGEST_DAYS = 3660


def read_returns(top: Section) -> ReturnPolicy:
    """What stands under `returns`: a policy, or a mapping with it."""
    if "returns" not in top:
        return UNDO_FOR_EVER
    node = top.place("returns")
    if not isinstance(node, Mapping):
        return ReturnPolicy(top.read("returns", choice(POLICIES), "undo"))
    section = Section(node, top.problems, ("policy", "books", "within"))
    policy: Policy = section.read("policy", choice(POLICIES), "undo")
    if policy != "carry" and "books" in section:
        message = Said("matters to `policy: carry` only", "只对 policy: carry 有意义")
        top.problems.add(section.place("books"), message)
    return ReturnPolicy(
        policy,
        section.read("books", choice(BOOKS), "month"),
        section.read("within", _within, None),
    )


def _within(node: Node) -> int:
    if text(node) == "never":
        return NOT_ACCEPTED
    found = days(LONGEST_DAYS)
    try:
        return found(node)
    except Wrong as wrong:
        message = Said(f"{wrong.message.en}, or never", f"{wrong.message.zh}，或 never")
        raise Wrong(message, Said("such as 30 days", "例如 30 days")) from None


def returns_sentence(returns: ReturnPolicy, language: Language) -> str:
    """What becomes of points when things come back, and until when; nothing where everything is undone for ever."""
    zh, en = _POLICIES[returns.policy]
    zh_books, en_books = _BOOKS[returns.books]
    zh, en = zh.format(books=zh_books), en.format(books=en_books)
    if returns.within_days == NOT_ACCEPTED:
        return "不接受退货。" if language == "zh" else "Nothing is taken back."
    if returns.within_days is None:
        said = (zh, en) if returns.policy != "undo" else ("", "")
    else:
        until = _until(returns.within_days)
        said = f"{until.zh}{zh}", f"{until.en} {en}"
    return said[0] if language == "zh" else said[1]


def _until(within_days: int) -> Said:
    if not within_days:
        return Said("Returns are accepted on the day of the purchase.", "仅限消费当天退货。")
    some = "1 day" if within_days == 1 else f"{within_days} days"
    return Said(
        f"Returns are accepted until {some} after the purchase.",
        f"消费后 {within_days} 天内可以退货。",
    )


_BOOKS: dict[Books, tuple[str, str]] = {
    "month": ("月", "month"),
    "quarter": ("季度", "quarter"),
    "year": ("年", "year"),
}
_POLICIES: dict[Policy, tuple[str, str]] = {
    "undo": ("退货时按没有买过重新计算。", "A return undoes what the purchase did."),
    "mirror": (
        "退货时只收回退回部分单独应得的积分，消费本身仍计入次数、上限和等级；可以无单退货。",
        "A return takes what the rules give for the returned part alone; "
        "the purchase goes on counting for numbers, limits and tiers. It need not name a purchase.",
    ),
    "keep": ("退货后积分保留。", "Points stay when things come back."),
    "carry": (
        "当{books}退货按没有买过重新计算；此后退货，原{books}不再变动，只收回退回部分单独应得的积分。",
        "What comes back in the {books} of the purchase is undone; after that the {books} stands as it was closed, "
        "and what the rules give for the returned part alone is taken.",
    ),
}
