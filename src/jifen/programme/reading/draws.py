"""`draws:` of a document: what a spin takes and may bring. Read once currencies and rewards are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, get_args

from jifen.programme.draws import Draw, FreeSpins, Gift, Prize, RoundLength
from jifen.programme.model import Currency
from jifen.programme.problems import Problems, Wrong, which_key
from jifen.programme.reading.draw_budgets import with_budget_of
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import choice, identifier, integer, name, units
from jifen.programme.reading.sections import Section, entries, more_than, noting, text
from jifen.programme.saying.naming import Name
from jifen.wording import Said

MOST_DRAWS = 100
MOST_PRIZES = 100
MOST_WEIGHT = 10**9
MOST_GIVEN = 10**9
MOST_SPINS = 1_000_000
MOST_FREE = 1_000
_KEYS = ("name", "ticket", "prizes", "budget", "round", "limit", "free")
_KEYS_OF_PRIZE = ("name", "weight", "gives", "most")
_ONE_GIVES_NOTHING = Said(
    "exactly one prize gives nothing: it stands for those that have run out",
    "须有且只有一个奖项不写 `gives`（谢谢参与）：奖品发完后即得此项",
)
_MORE_FREE_THAN_SPUN = Said(
    "more than `limit` lets a member spin in a round of as long",
    "超过 `limit`：同样长的一轮里会员抽不了这么多次",
)
_HOW_MANY_LIE_ASIDE = Said(
    "say `most`: so many come off the shelf when a round opens",
    "要写 `most`：一轮开始时从库存里留出这么多份",
)
_SET = Said("a set is only redeemed: name one of its parts", "组合只能兑换：请改写其中的一件")
Period = TypeVar("Period", bound=str)


def read_draws(
    node: Node,
    problems: Problems,
    currencies: Sequence[Currency],
    money: str,
    money_scale: int,
) -> tuple[Draw, ...]:
    """The draws in document order."""
    found: list[Draw] = []
    for key, value in noting(problems, node, lambda node: list(entries(node)), []):
        id = noting(problems, key, identifier, None)
        if id is not None:
            section = Section(value, problems, _KEYS)
            draw = _draw(id, section, currencies)
            found.append(
                section.read("budget", with_budget_of(draw, currencies, money, money_scale), draw)
            )
    if len(found) > MOST_DRAWS:
        problems.add(node, more_than(MOST_DRAWS, Said("draws", "个抽奖")))
    return tuple(found)


def _draw(id: str, section: Section, currencies: Sequence[Currency]) -> Draw:
    prizes = section.need("prizes", lambda node: _prizes(node, section.problems, currencies), ())
    draw = Draw(
        id,
        section.read("name", name, Name(id, id)),
        section.need("ticket", lambda node: _ticket(text(node), currencies), ""),
        prizes,
        round=section.read("round", choice(get_args(RoundLength)), None),
        most_spins=section.read("limit", _spins_a_round, None),
        free=section.read("free", _free_spins, None),
    )
    if (
        draw.free
        and draw.free.per == draw.round
        and draw.free.count > (draw.most_spins or MOST_FREE)
    ):
        section.problems.add(section.place("free"), _MORE_FREE_THAN_SPUN)
    return draw


def _spins_a_round(node: Node) -> int:
    """`5 per round`."""
    hint = Said("write it as `5 per round`", "请写成 `5 per round`")
    most, _ = _spins_in(node, ("round",), MOST_SPINS, hint)
    return most


def _free_spins(node: Node) -> FreeSpins:
    """`1 per day`."""
    lengths = get_args(RoundLength)
    hint = Said(
        "write it as `1 per day`, `week` or `month`", "请写成 `1 per day`、`week` 或 `month`"
    )
    return FreeSpins(*_spins_in(node, lengths, MOST_FREE, hint))


def _spins_in(node: Node, periods: Sequence[Period], most: int, hint: Said) -> tuple[int, Period]:
    """So many, at most, per one of these periods."""
    number, _, written = text(node).partition(" per ")
    period = next((one for one in periods if one == written), None)
    if period is None:
        raise Wrong(
            Said(f"cannot read '{text(node)}'", f"无法读懂“{text(node)}”"),
            hint,
        )
    spins = units(number, 0, Said("a whole number", "整数"))
    if not 1 <= spins <= most:
        raise Wrong(Said(f"must be 1 to {most}", f"应为 1 至 {most}"))
    return spins, period


def _ticket(word: str, currencies: Sequence[Currency]) -> str:
    rewards = {one.id: one.reward for one in currencies if one.reward is not None}
    if word not in rewards:
        raise Wrong(
            Said(f"there is no reward '{word}'", f"没有礼品“{word}”"),
            which_key(word, tuple(rewards)),
        )
    if rewards[word].handed_out.fulfil:
        raise Wrong(
            Said(f"'{word}' is sent or picked up", f"“{word}”须寄送或自提，不能作抽奖机会"),
        )
    if rewards[word].cost.parts:
        raise Wrong(_SET)
    return word


def _prizes(node: Node, problems: Problems, currencies: Sequence[Currency]) -> tuple[Prize, ...]:
    found: list[Prize] = []
    for_thanks = 0
    for key, value in entries(node):
        id = noting(problems, key, identifier, None)
        if id is not None:
            section = Section(value, problems, _KEYS_OF_PRIZE)
            for_thanks += "gives" not in section  # one that cannot be read is meant to give
            found.append(_prize(id, section, currencies))
    if len(found) > MOST_PRIZES:
        raise Wrong(more_than(MOST_PRIZES, Said("prizes", "个奖项")))
    if found and for_thanks != 1:
        problems.add(node, _ONE_GIVES_NOTHING)
    return tuple(found)


def _prize(id: str, section: Section, currencies: Sequence[Currency]) -> Prize:
    gift = section.read("gives", lambda node: _gift(text(node), currencies), None)
    rewards = (one.reward for one in currencies if gift and one.id == gift.currency)
    counted = any(reward is not None and reward.handed_out.stock is not None for reward in rewards)
    if counted and "most" not in section:
        section.problems.add(section.node, _HOW_MANY_LIE_ASIDE)
    return Prize(
        id,
        section.read("name", name, Name(id, id)),
        section.need("weight", integer(1, MOST_WEIGHT), 1),
        gift,
        section.read("most", integer(0, MOST_GIVEN), None),
        counted=counted,
    )


def _gift(written: str, currencies: Sequence[Currency]) -> Gift:
    """`50 points`, `thermos` or `2 coffee`."""
    count, _, id = written.rpartition(" ")
    currency = next((one for one in currencies if one.id == id), None)
    if currency is None:
        raise Wrong(
            Said(f"there is no currency or reward '{id}'", f"没有积分或礼品“{id}”"),
            which_key(id, tuple(one.id for one in currencies)),
        )
    if currency.reward is not None and currency.reward.cost.parts:
        raise Wrong(_SET)
    if not count and currency.reward is None:
        raise Wrong(Said(f"how many {id}?", f"要写明多少：如 `50 {id}`"))
    given = units(count or "1", currency.scale, Said("what a prize gives", "奖项"))
    if given <= 0:
        raise Wrong(Said("must be more than zero", "必须大于零"))
    return Gift(id, given)
