"""`returns:` of a document: what becomes of points when things come back, until when, and how that is said."""

from __future__ import annotations

from jifen.programme.amounts import Language, in_language
from jifen.programme.model import Programme
from jifen.programme.problems import Wrong
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import choice, days
from jifen.programme.reading.sections import Section, text
from jifen.programme.return_policy import NOT_ACCEPTED, UNDO_FOR_EVER, Books, Policy, ReturnPolicy
from jifen.programme.saying.words import listed
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


def returns_sentence(programme: Programme, language: Language) -> str:
    """What becomes of points when things come back, and until when; nothing where everything is undone for ever."""
    returns = programme.returns
    if returns.within_days is None and returns.policy == "undo":
        return ""
    words = _words(programme, language)
    if returns.within_days == NOT_ACCEPTED:
        return _told(_NEVER, words, language)
    said = []
    if returns.within_days is not None:
        said.append(_told(_until(returns.within_days), words, language))
    said.append(_told(_POLICIES[returns.policy], words, language))
    return "".join(said) if language == "zh" else " ".join(said)


def _words(programme: Programme, language: Language) -> dict[str, str]:
    """What comes back here, by the names of what members pay for: `purchase or stay`, of goods or not."""
    about = {rule.on for rule in programme.rules}
    bought = [one for one in programme.events if one.costs_money and one.id in about]
    if not bought:
        bought = [one for one in programme.events if one.id == "purchase"]
    names = [in_language(one.name, language) for one in bought]
    zh_books, en_books = _BOOKS[programme.returns.books]
    return {
        "bought": listed(names, language, "或" if language == "zh" else "or"),
        "back": "退货" if all(one.line_fields for one in bought) else "退款",
        "books": zh_books if language == "zh" else en_books,
    }


def _told(said: Said, words: dict[str, str], language: Language) -> str:
    return said.told_in(language).format(**words)


def _until(within_days: int) -> Said:
    if not within_days:
        return Said("Returns are accepted on the day of the {bought}.", "仅限{bought}当天{back}。")
    some = "1 day" if within_days == 1 else f"{within_days} days"
    return Said(
        f"Returns are accepted until {some} after the {{bought}}.",
        f"{{bought}}后 {within_days} 天内可以{{back}}。",
    )


_NEVER = Said("Nothing is taken back.", "不接受{back}。")
_BOOKS: dict[Books, tuple[str, str]] = {
    "month": ("月", "month"),
    "quarter": ("季度", "quarter"),
    "year": ("年", "year"),
}
_POLICIES: dict[Policy, Said] = {
    "undo": Said(
        "A return undoes what the {bought} did.", "退回的部分视为从未有过，一切重新计算。"
    ),
    "mirror": Said(
        "A return takes what the rules give for the returned part alone; "
        "the {bought} goes on counting for numbers, limits and tiers. It need not name its {bought}.",
        "{back}时只收回退回部分单独应得的积分，{bought}本身仍计入次数、上限和等级；可以不写明是哪一笔。",
    ),
    "keep": Said("Points stay when things come back.", "{back}后积分保留。"),
    "carry": Said(
        "What comes back in the {books} of the {bought} is undone; after that the {books} stands as it was closed, "
        "and what the rules give for the returned part alone is taken.",
        "当{books}退回的视为从未有过，一切重新计算；此后退回的，原{books}不再变动，只收回退回部分单独应得的积分。",
    ),
}
