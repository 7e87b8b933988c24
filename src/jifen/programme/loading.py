"""From the text of a document to a checked Programme, with every problem found on the way."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from msgspec.structs import replace

from jifen.instants import MONDAY
from jifen.money import DECIMALS
from jifen.programme.code_pools import CodePool
from jifen.programme.draws import Draw
from jifen.programme.model import Currency, Programme, Tiers
from jifen.programme.problems import Problem, Problems, ProgrammeError
from jifen.programme.reading import header
from jifen.programme.reading.code_pools import read_code_pools
from jifen.programme.reading.currencies import read_currencies
from jifen.programme.reading.declarations import redeemed_with
from jifen.programme.reading.draws import read_draws
from jifen.programme.reading.entitling import with_conditions
from jifen.programme.reading.extensions import check_extensions
from jifen.programme.reading.feeding import check_feeding
from jifen.programme.reading.households import read_households
from jifen.programme.reading.ladder import read_tiers, tier_ids
from jifen.programme.reading.looking_back import read_look_back
from jifen.programme.reading.lookups import read_tables
from jifen.programme.reading.multiplying import Targets
from jifen.programme.reading.nodes import Mapping, Node, read_nodes
from jifen.programme.reading.pending import check_currencies
from jifen.programme.reading.raise_notices import read_raise_notice
from jifen.programme.reading.referral import read_referrals
from jifen.programme.reading.relations import receiving
from jifen.programme.reading.returning import read_returns
from jifen.programme.reading.rewards import read_rewards, with_prices_of_rewards
from jifen.programme.reading.rules import Surroundings, read_rules
from jifen.programme.reading.scalars import choice, identifier, name
from jifen.programme.reading.sections import Section, missing
from jifen.programme.reading.sets import check_sets
from jifen.programme.reading.vocabulary import read_words
from jifen.programme.rules import Rule
from jifen.programme.saying.naming import Name
from jifen.wording import Said

KEYS = (
    "programme",
    "name",
    "timezone",
    "week_starts",
    "money",
    "currencies",
    "codes",
    "rewards",
    "draws",
    "raise_notice",
    "events",
    "facts",
    "words",
    "base",
    "tables",
    "earn",
    "referral",
    "groups",
    "combine",
    "limits",
    "households",
    "look_back",
    "returns",
    "tiers",
)
_OF_CURRENCY = Said("it belongs to a currency", "应写在积分种类里")
PLANNED = ("budgets", "segments", "partners")
ELSEWHERE = {
    "budget": Said("it belongs to a rule", "应写在规则里"),
    "exchange": _OF_CURRENCY,
    "transfers": _OF_CURRENCY,
    "notices": Said("it belongs to a currency, as `notice`", "应写在积分种类里，键名为 `notice`"),
    "benefits": Said("it belongs to a tier", "应写在等级里"),
    "expiry": _OF_CURRENCY,
    "pay": _OF_CURRENCY,
    "spending": _OF_CURRENCY,
    "points": Said("write `currencies: {points: {…}}`", "请写成 `currencies: {points: {…}}`"),
    "currency": Said(
        "write `money: CNY` for the money, `currencies:` for the kinds of points",
        "货币请写 `money: CNY`，积分种类请写在 `currencies:` 下",
    ),
    "redeem": Said(
        "see `rewards:`, or `spending` of a currency", "请用 `rewards:`，或积分种类的 `spending`"
    ),
    "multipliers": Said(
        "write a rule that says `multiply: base by 2`", "请写一条带 `multiply: base by 2` 的规则"
    ),
}


def load(document: str, file_name: str = "programme") -> Programme:
    """The checked programme of a document in YAML or JSON.

    Raises:
        ProgrammeError: with every problem that was found, each with its place.
    """
    problems = Problems(file_name)
    return _read(read_nodes(document, problems), problems)


def read(path: str | Path) -> Programme:
    """The checked programme of a file.

    Raises:
        OSError: the file cannot be read.
        ProgrammeError: as `load`, also when the file is not UTF-8 text.
    """
    try:
        document = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ProgrammeError([not_utf8(Path(path).name)]) from None
    return load(document, Path(path).name)


def not_utf8(file_name: str) -> Problem:
    """What is wrong with a file of programmes or stories in another encoding."""
    message = Said("is not UTF-8 text", "不是 UTF-8 文本")
    return Problem(file_name, 1, 1, "", message, Said("save it as UTF-8", "请另存为 UTF-8"))


def template_names() -> tuple[str, ...]:
    """The names that `template` knows, in alphabetical order."""
    found = files("jifen.programme").joinpath("templates").iterdir()
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in found))


def template_text(name: str) -> str:
    """The document of a template.

    Raises:
        KeyError: there is no such template.
    """
    if name not in template_names():
        raise KeyError(name)
    return files("jifen.programme").joinpath("templates", f"{name}.yaml").read_text("utf-8")


def template(name: str) -> Programme:
    """A template's programme; KeyError if there is none of this name."""
    return load(template_text(name), f"{name}.yaml")


def _read(root: Node, problems: Problems) -> Programme:
    top = Section(root, problems, KEYS, PLANNED, ELSEWHERE)
    for key in ("currencies", "earn"):
        if key not in top and isinstance(root, Mapping):
            problems.add(root, missing(key))
    id = top.need("programme", identifier, "")
    money = top.need("money", header.money, "CNY")
    money_scale = DECIMALS[money]
    currencies = _currencies(top)
    pools = read_code_pools(top.place("codes"), problems) if "codes" in top else ()
    rewards = _rewards(top, currencies, money_scale, pools)
    scope = header.read_scope(top, (*currencies, *rewards), money_scale)
    if "rewards" in top:
        place = top.place("rewards")
        scope = replace(scope, events=redeemed_with(place, problems, scope.events, rewards))
    if "tables" in top:
        scope = replace(scope, tables=read_tables(top.place("tables"), problems))
    if "currencies" in top:
        currencies = with_conditions(top.place("currencies"), problems, currencies, scope)
    if "rewards" in top:
        rewards = with_prices_of_rewards(top.place("rewards"), problems, rewards, scope)
    check_currencies(top.place("currencies"), problems, currencies, scope.events)
    check_extensions(top.place("currencies"), problems, currencies, scope.events)
    groups = header.read_groups(top)
    limits = header.read_limits(top, scope)
    surroundings = Surroundings(scope, groups, limits, money, "households" in top)
    rules, tiers = _earning(top, surroundings)
    check_sets(top.place("rewards"), problems, rewards, tiers)
    check_feeding(top.place("earn"), problems, rules, tiers)
    returns = read_returns(top)
    referrals, of_referrals = read_referrals(top, scope, rules, surroundings.funds, returns)
    programme = Programme(
        id,
        top.read("name", name, Name(id, id)),
        top.need("timezone", header.timezone, "UTC"),
        money,
        money_scale,
        (*currencies, *rewards),
        tuple(scope.events.values()),
        header.read_base(top, scope),
        (*rules, *receiving(rules), *of_referrals),
        groups,
        top.read("combine", choice(header.COMBINATIONS), "add"),
        limits,
        tiers,
        scope.facts,
        tables=scope.tables,
        look_back_days=top.read("look_back", read_look_back, None),
        words=top.read("words", lambda node: read_words(node, problems), ()),
        referrals=referrals,
        returns=returns,
        raise_notice_days=top.read("raise_notice", read_raise_notice, 0),
        week_starts=top.read("week_starts", header.week_starts, MONDAY),
        code_pools=pools,
        draws=_draws(top, (*currencies, *rewards), money, money_scale),
    )
    if "households" in top:
        households = read_households(top.place("households"), problems, currencies)
        programme = replace(programme, households=households)
    problems.raise_if_any()
    return programme


def _currencies(top: Section) -> tuple[Currency, ...]:
    if "currencies" not in top:
        return ()
    tiers = tier_ids(top.place("tiers")) if "tiers" in top else ()
    return read_currencies(top.place("currencies"), top.problems, tiers)


def _rewards(
    top: Section,
    currencies: tuple[Currency, ...],
    money_scale: int,
    pools: tuple[CodePool, ...],
) -> tuple[Currency, ...]:
    if "rewards" not in top:
        return ()
    return read_rewards(top.place("rewards"), top.problems, currencies, money_scale, pools)


def _draws(
    top: Section, currencies: tuple[Currency, ...], money: str, money_scale: int
) -> tuple[Draw, ...]:
    if "draws" not in top:
        return ()
    return read_draws(top.place("draws"), top.problems, currencies, money, money_scale)


def _earning(top: Section, surroundings: Surroundings) -> tuple[tuple[Rule, ...], Tiers | None]:
    """Rules, then the tiers, which may multiply them."""
    rules: tuple[Rule, ...] = ()
    targets = Targets((), ())
    if "earn" in top:
        rules, targets = read_rules(top.place("earn"), top.problems, surroundings)
    if "tiers" not in top:
        return rules, None
    return rules, read_tiers(top.place("tiers"), top.problems, surroundings.scope, targets)
