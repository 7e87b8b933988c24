"""`overdraft:` of a currency: `debt`, `refuse`, `{clip: 500 points per year}`; and how that is said."""

from __future__ import annotations

from jifen.programme.amounts import Language, say_points
from jifen.programme.model import Currency
from jifen.programme.point_terms import Overdraft
from jifen.programme.problems import Wrong
from jifen.programme.reading.limiting import limit_from
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import choice
from jifen.programme.reading.sections import Section, text
from jifen.wording import Said


def read_overdraft(section: Section, currency: Currency) -> Overdraft:
    """What stands under `overdraft`."""
    if "overdraft" not in section:
        return Overdraft()
    node = section.place("overdraft")
    if not isinstance(node, Mapping):
        return section.read("overdraft", _debt_or_refuse, Overdraft())
    parts = Section(node, section.problems, ("clip",))
    return parts.need("clip", lambda node: _clip(text(node), currency), Overdraft())


def overdraft_said(currency: Currency, language: Language) -> list[str]:
    """What happens to points that cannot be taken back; nothing where they are owed, as is usual."""
    overdraft = currency.overdraft
    if overdraft.kind == "debt":
        return []
    if overdraft.kind == "refuse":
        return [
            "积分不足以追回时不接受退货"
            if language == "zh"
            else "a return is refused where they have been used"
        ]
    ceiling = say_points(currency, overdraft.ceiling, language)
    if language == "zh":
        return [f"追回时不足的部分每年最多免除 {ceiling}"]
    return [f"what a return cannot take back is forgiven, up to {ceiling} a year"]


def _debt_or_refuse(node: Node) -> Overdraft:
    if text(node) == "clip":
        raise Wrong(
            Said("'clip' needs a ceiling", "clip 需要上限"),
            Said("write {clip: 500 points per year}", "请写成 {clip: 500 points per year}"),
        )
    return Overdraft(choice(("debt", "refuse"))(node))


def _clip(written: str, currency: Currency) -> Overdraft:
    limit = limit_from(written, (currency,), 0, None)
    if limit.what != "points" or limit.period != "year":
        raise Wrong(
            Said("is so many points per year", "须为每年若干积分"),
            Said("write 500 points per year", "请写成 500 points per year"),
        )
    return Overdraft("clip", limit.value)
