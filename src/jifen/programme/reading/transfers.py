"""`transfers:` of a currency: how members give points to each other, and how that is said."""

from __future__ import annotations

from jifen.programme.amounts import Language, say_points
from jifen.programme.model import Currency, Transfers
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import choice, units
from jifen.programme.reading.sections import Section, text
from jifen.programme.reading.ways_out import read_sizes
from jifen.wording import quoted

KEYS = ("min", "max", "step", "fee", "expiry")


def read_transfers(node: Node, problems: Problems, currency: Currency) -> Transfers:
    """The bounds of a gift, what it costs the giver, and what becomes of its end; every problem is noted."""
    section = Section(node, problems, KEYS, planned=("when", "limit"))
    return Transfers(
        read_sizes(section, problems, currency),
        section.read("fee", lambda node: units(text(node), currency.scale, quoted(currency.id)), 0),
        section.read("expiry", choice(("keep", "fresh")), "keep"),
    )


def transfers_said(currency: Currency, language: Language) -> list[str]:
    """`members may give them to each other, from 100 points on, …`; nothing where they may not."""
    if currency.transfers is None:
        return []
    return (
        [_said_zh(currency, currency.transfers)]
        if language == "zh"
        else [_said_en(currency, currency.transfers)]
    )


def _said_en(currency: Currency, transfers: Transfers) -> str:
    size = transfers.size
    said = ["members may give them to each other"]
    if size.least > size.step:
        said.append(f"from {say_points(currency, size.least, 'en')} on")
    if size.step > 1:
        said.append(f"in steps of {say_points(currency, size.step, 'en')}")
    if size.most is not None:
        said.append(f"at most {say_points(currency, size.most, 'en')} at a time")
    if transfers.fee:
        said.append(f"for a fee of {say_points(currency, transfers.fee, 'en')}")
    fresh = (
        "and their life begins anew" if transfers.expiry == "fresh" else "and they keep their end"
    )
    return f"{', '.join(said)}, {fresh}"


def _said_zh(currency: Currency, transfers: Transfers) -> str:
    size = transfers.size
    said = ["可以转赠"]
    if size.least > size.step:
        said.append(f"每次至少 {say_points(currency, size.least, 'zh')}")
    if size.step > 1:
        said.append(f"须为 {say_points(currency, size.step, 'zh')}的整数倍")
    if size.most is not None:
        said.append(f"每次最多 {say_points(currency, size.most, 'zh')}")
    if transfers.fee:
        said.append(f"每次手续费 {say_points(currency, transfers.fee, 'zh')}")
    said.append("有效期重新计算" if transfers.expiry == "fresh" else "有效期不变")
    return "，".join(said)
