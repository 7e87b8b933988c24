"""`households:` of a document: members who use points together, and how that is said."""

from __future__ import annotations

from collections.abc import Collection

from jifen.programme.amounts import Language, in_language
from jifen.programme.meant import write
from jifen.programme.model import Currency, Households, Programme
from jifen.programme.problems import Problems, Wrong, did_you_mean
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import choice, integer
from jifen.programme.reading.sections import Section, distinct, noting, one_or_many, text
from jifen.programme.reading.ways_out import limits_of_use
from jifen.programme.saying.ways_out_wording import taken_from_others
from jifen.programme.ways_out import Limit
from jifen.wording import Said

KEYS = ("share", "spend", "most_members", "limit")
MOST_MEMBERS = 50
USUAL_MEMBERS = 6
_COMMON = Said(
    "what is put in common is the owner's: write a rule with `pass_on: 30% of points` and `to: household`",
    "共同的积分归户主：请写一条 `pass_on: 30% of points`、`to: household` 的规则",
)


def read_households(node: Node, problems: Problems, currencies: Collection[Currency]) -> Households:
    """Which currencies a household shares, who may use them, and how many belong to it; every problem is noted."""
    section = Section(node, problems, KEYS, elsewhere={"pool": _COMMON})

    def currency(node: Node) -> str:
        known = {currency.id: currency for currency in currencies}
        word = text(node)
        if word not in known:
            said = Said(f"there is no currency '{word}'", f"没有积分种类“{word}”")
            raise Wrong(said, did_you_mean(word, known))
        if not known[word].spendable:
            raise Wrong(Said(f"'{word}' cannot be spent at all", f"“{word}”不能消费"))
        return word

    listed = one_or_many(section.place("share")) if "share" in section else ()
    section.need("share", lambda node: None, None)
    found = [noting(problems, one, currency, None) for one in listed]
    shared = [one for one in found if one is not None]
    if "share" in section and len(shared) == len(listed):
        noting(problems, section.place("share"), lambda node: distinct(shared), ())
    return Households(
        tuple(shared),
        section.read("spend", choice(("all", "owner")), "all"),
        section.read("most_members", integer(2, MOST_MEMBERS), USUAL_MEMBERS),
        _limits(section, tuple(one for one in currencies if one.id in shared)),
    )


def _limits(section: Section, shared: tuple[Currency, ...]) -> tuple[Limit, ...]:
    """How many points a member may take from the others."""
    found = limits_of_use(section, shared, has_max=False) if shared else ()
    if any(limit.what == "times" for limit in found):
        message = Said(
            "counts the points that a member takes from the others",
            "限制的是会员从家人处取用的积分数",
        )
        hint = write(f"500 {shared[0].id} per month")
        section.problems.add(section.place("limit"), message, hint)
    return found


def households_sentence(programme: Programme, households: Households, language: Language) -> str:
    """Who may use whose points, in one sentence."""
    names = [
        in_language(currency.name, language)
        for currency in programme.currencies
        if currency.id in households.share
    ]
    most = households.most_members
    called = {currency.id: currency for currency in programme.currencies}
    bounds = [
        taken_from_others(called[str(one.currency)], one, language) for one in households.limits
    ]
    if language == "zh":
        who = "任何一位都可以使用" if households.spend == "all" else "户主可以使用"
        taken = f"，每人{'，'.join(bounds)}" if bounds else ""
        return f"家庭最多 {most} 人，{who}全家的{'、'.join(names)}{taken}。"
    who = "each of them" if households.spend == "all" else "its owner"
    taken = f", taking {' and '.join(bounds)} from the others" if bounds else ""
    return f"A household has at most {most} members, and {who} may use the {' and '.join(names)} of all{taken}."
