"""`pay:` of a currency: buying with points, and how that is said."""

from __future__ import annotations

from jifen.money import unit_of_money
from jifen.programme.amounts import Language, say_points, show_number
from jifen.programme.model import Currency, Programme
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.ladder import percent
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import choice, units
from jifen.programme.reading.sections import Section, text
from jifen.programme.reading.ways_out import WAY, read_bounds
from jifen.programme.rounding import ROUNDINGS
from jifen.programme.saying.roundings import ROUNDED_EN, ROUNDED_ZH
from jifen.programme.saying.ways_out_wording import bounds_en, bounds_zh
from jifen.programme.ways_out import Paying, PointsReturned
from jifen.wording import Said

KEYS = ("rate", *WAY, "max_share", "returned", "rounding")
RETURNED: tuple[PointsReturned, ...] = ("in_proportion", "only_in_full", "never")


def read_paying(node: Node, problems: Problems, currency: Currency) -> Paying:
    """What a point is worth at the till, and within what bounds; every problem is noted."""
    section = Section(node, problems, KEYS)
    rate = section.read("rate", _rate, currency.unit_price_micros)
    if "rate" not in section and not rate:
        message = Said(
            "a rate is missing, and a unit price as well", "缺少 rate，也没有 unit_price"
        )
        problems.add(node, message, Said("write rate: 0.01", "请写 rate: 0.01"))
    return Paying(
        rate,
        read_bounds(section, currency),
        section.read("max_share", _share, 100),
        section.read("returned", choice(RETURNED), "in_proportion"),
        section.read("rounding", choice(ROUNDINGS), "down"),
    )


def paying_said(programme: Programme, currency: Currency, language: Language) -> list[str]:
    """`purchases can be paid with them, 100 points for 1 yuan`; nothing where they cannot."""
    paying = currency.paying
    if paying is None:
        return []
    zh, en = unit_of_money(programme.money)
    worth = show_number(paying.rate_micros, 6)
    one = say_points(currency, 10**currency.scale, language)
    if language == "zh":
        said = [
            f"购物时可抵现，每 {one}抵 {worth} {zh}",
            *bounds_zh(programme, currency, paying.bounds, "抵"),
        ]
        said += [f"最多抵账单的 {paying.max_share}%"] if paying.max_share < 100 else []
        said += [ROUNDED_ZH[paying.rounding]] if paying.rounding != "down" else []
        return ["，".join([*said, _RETURNED_ZH[paying.returned]])]
    said = [f"purchases can be paid with them, {one} for {worth} {en}"]
    said += bounds_en(programme, currency, paying.bounds)
    said += [f"up to {paying.max_share}% of the bill"] if paying.max_share < 100 else []
    said += [ROUNDED_EN[paying.rounding]] if paying.rounding != "down" else []
    return [", ".join([*said, _RETURNED_EN[paying.returned]])]


_RETURNED_ZH = {
    "in_proportion": "退货时按比例退还",
    "only_in_full": "全部退货才退还",
    "never": "退货时不退还",
}
_RETURNED_EN = {
    "in_proportion": "given back in proportion with a return",
    "only_in_full": "given back only when everything is returned",
    "never": "never given back with a return",
}


def _rate(node: Node) -> int:
    micros = units(text(node), 6, Said("a rate", "抵现比例"))
    if not micros:
        raise Wrong(Said("must be more than zero", "须大于零"))
    return micros


def _share(node: Node) -> int:
    share = percent(node)
    if not share:
        raise Wrong(Said("must be more than zero", "须大于零"))
    return share
