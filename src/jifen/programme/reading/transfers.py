"""`transfers:` of a currency: how members give points to each other, and how that is said."""

from __future__ import annotations

from jifen.programme.amounts import Language
from jifen.programme.model import Currency, Programme
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import choice
from jifen.programme.reading.sections import Section
from jifen.programme.reading.ways_out import OF_MONEY, WAY, read_bounds
from jifen.programme.saying.ways_out_wording import bounds_en, bounds_zh
from jifen.programme.ways_out import Transfers


def read_transfers(node: Node, problems: Problems, currency: Currency) -> Transfers:
    """The bounds of a gift, and what becomes of its end; every problem is noted."""
    section = Section(node, problems, (*WAY, "expiry"), elsewhere=OF_MONEY)
    return Transfers(
        read_bounds(section, currency), section.read("expiry", choice(("keep", "fresh")), "keep")
    )


def transfers_said(programme: Programme, currency: Currency, language: Language) -> list[str]:
    """`members may give them to each other, from 100 points on, …`; nothing where they may not."""
    transfers = currency.transfers
    if transfers is None:
        return []
    if language == "zh":
        said = [
            "可以转赠",
            *bounds_zh(programme, currency, transfers.bounds, "转"),
            _ENDS_ZH[transfers.expiry],
        ]
        return ["，".join(said)]
    said = [
        "members may give them to each other",
        *bounds_en(programme, currency, transfers.bounds),
    ]
    return [", ".join([*said, _ENDS_EN[transfers.expiry]])]


_ENDS_ZH = {"keep": "有效期不变", "fresh": "有效期重新计算"}
_ENDS_EN = {"keep": "and they keep their end", "fresh": "and their life begins anew"}
