"""No few acts leave a member, with a friend's help, more than what was kept of the purchases is worth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from itertools import product
from operator import add
from typing import NamedTuple

import pytest
import yaml
from travelled_bank import Bank

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.intake.asking.commands import (
    Cancel,
    Capture,
    Command,
    Event,
    Exchange,
    Hold,
    Redeem,
    Return,
    Spend,
    Transfer,
    Value,
    Void,
)
from jifen.programme.loading import template_names, template_text
from jifen.proof.proving import prove

MOST_ACTS = 6
CEILING = 500
"""How many points a year are forgiven where any are."""
ACTS = "PpLRrSCHKVTB"
"""Buy much, little, or something that is told of late; return all or half of the last purchase; spend what there is,
have it given back; hold, capture, void; give all to a friend, get all of it back."""
MORE_ACTS = "DdXxI"
"""Redeem for a reward, have it taken back; exchange for points of another kind, have it undone; check in."""
MOMENTS = [f"2026-{day} {hour}:00" for day in ("03-03", "03-19", "04-04") for hour in (12, 13)]
"""When acts are done: two on a day, and far enough apart for points that wait."""
NEEDS = {"C": "S", "K": "H", "V": "H", "B": "T", "d": "D", "x": "X"}
"""An act is of one before it."""
DEEDS: dict[str, tuple[str, dict[str, Value]]] = {
    "airline": ("flight", {"distance": 1200, "cabin": "business", "fare": "flex"}),
    "channel-partners": ("procurement", {}),
    "employee-recognition": ("thanks", {"sender": "boss", "value": "care"}),
    "hotel": ("stay", {"nights": 3}),
}
"""What members of a template do if it is not a purchase."""

Terms = Mapping[str, Mapping[str, str]]
_AS_THEY_ARE: Terms = {}
_OTHER, _REWARD = "tried-points", "tried-reward"
"""What points of every template can become; only what rules give is compared."""

_WORTH = """
SELECT m.external_id, b.currency, b.points + b.spent + b.expired, b.lifetime, b.spent, b.points + b.debt
FROM member m JOIN balance b USING (programme_id, member_id)
WHERE m.programme_id = %(programme_id)s
"""


class Searched(NamedTuple):
    """The lives that pay, with what is wrong with them, how often acts came to something, and the lives in which
    points that had been used were forgiven."""

    paying: list[tuple[str, str]]
    seen: Counter[str]
    forgiven: list[str]


def short_lives(chance: random.Random, number: int) -> list[str]:
    """Every life of up to two acts, and some of three to six."""
    acts = ACTS + MORE_ACTS
    lives = [f"P{act}" for act in acts if act not in NEEDS] + ["P"]
    while len(lives) < number:
        life = "P"
        for _ in range(chance.randrange(2, MOST_ACTS)):
            life += chance.choice([act for act in acts if NEEDS.get(act, "P") in life])
        lives.append(life)
    return lives


def every_life() -> list[str]:
    """All lives of four acts, and of three with the further ones."""
    tried = ["P" + "".join(rest) for rest in product(ACTS, repeat=3)]
    tried += ["P" + "".join(rest) for rest in product(ACTS + MORE_ACTS, repeat=2)]
    return [life for life in tried if all(NEEDS.get(act, "P") in life for act in life)]


@pytest.mark.parametrize("name", template_names())
def test_no_short_life_ends_with_more_than_its_purchases_give(
    module_database_url: str, calm_database_url: str, name: str
) -> None:
    lives = short_lives(random.Random(name), 70)
    searched = _searched(module_database_url, calm_database_url, name, name, lives)
    assert searched.paying == []
    assert searched.seen["Return"] > 0


@pytest.mark.long
@pytest.mark.parametrize("name", template_names())
def test_no_life_of_up_to_six_acts_ends_with_more_than_its_purchases_give(
    module_database_url: str, calm_database_url: str, name: str
) -> None:
    lives = every_life() + short_lives(random.Random(f"{name} at length"), 1500)
    searched = _searched(module_database_url, calm_database_url, name, f"{name}-long", lives)
    assert searched.paying == []


CLIP = {"overdraft": {"clip": f"{CEILING} points per year"}}


def test_only_what_was_used_for_good_is_forgiven(
    module_database_url: str, calm_database_url: str
) -> None:
    lives = ["PSR", "PR", "PS", "PSC", "PHK", "PSRC", "PHRV", "PHRK", "PTR", "PTRB", "PPSRRC"]
    lives += short_lives(random.Random("clip"), 90)
    searched = _searched(module_database_url, calm_database_url, "coffee-club", "clip", lives, CLIP)
    assert searched.paying == []
    assert "PSR" in searched.forgiven
    assert not {"PR", "PSRC", "PHRV", "PTR", "PTRB"} & set(searched.forgiven)
    uses = (Spend, Cancel, Hold, Capture, Void, Transfer, Redeem, Exchange)
    done = {kind.__name__ for kind in (Event, Return, *uses)}
    assert set(searched.seen) == done


@pytest.mark.long
def test_no_life_of_up_to_six_acts_is_forgiven_more_than_it_used(
    module_database_url: str, calm_database_url: str
) -> None:
    lives = every_life() + short_lives(random.Random("clip at length"), 1500)
    slug = "clip-long"
    searched = _searched(module_database_url, calm_database_url, "coffee-club", slug, lives, CLIP)
    assert searched.paying == []


def _with_every_way(name: str, slug: str, terms: Terms) -> str:
    """A template whose points can be given, exchanged and redeemed, and have these terms besides."""
    document = yaml.load(template_text(name), Loader=yaml.BaseLoader)
    main = next(iter(document["currencies"]))
    document["currencies"][main] |= {"exchange": {"give": f"2 {_OTHER} per 1 {main}"}, **terms}
    document["currencies"][main].setdefault("transfers", {})
    document["currencies"][_OTHER] = {}
    document.setdefault("rewards", {})[_REWARD] = {"price": f"5 {main}"}
    return yaml.dump(document | {"programme": slug}, allow_unicode=True, sort_keys=False)


def _searched(
    wild_url: str,
    calm_url: str,
    name: str,
    slug: str,
    lives: list[str],
    terms: Terms = _AS_THEY_ARE,
) -> Searched:
    """Live under a template, in one bank as it comes, in another what is kept of the purchases alone."""
    document = _with_every_way(name, slug, terms)
    with connect(wild_url) as connection:
        bank = Bank(connection, document, "2026-01-01 10:00")
        told = _Lives(bank, name, lives)
        told.live()
        ends = told.worth()
        report = prove(connection, bank.programme)
        assert [str(difference) for difference in report.differences] == []
    with connect(calm_url) as connection:
        bank = Bank(connection, document, "2026-01-01 10:00")
        calm = _Lives(bank, name, lives)
        kept = [event for life in told.kept for event in life.values()]
        bank.do(MOMENTS[-1], *sorted(kept, key=lambda event: (event.member, event.occurred_at)))
        justified = calm.worth()
    paying, forgiven = [], []
    for number, life in enumerate(lives):
        for currency, (worth, lifetime, spent) in ends[number].items():
            most = justified[number].get(currency, (0, 0, 0))[1]
            if worth > most + (min(spent, CEILING) if terms else 0) or lifetime != most:
                said = f"{currency}: worth {worth}, awarded {lifetime}, justified {most}"
                paying.append((life, said))
            elif worth > most:
                forgiven.append(life)
    return Searched(paying, told.seen, forgiven)


class _Lives:
    """A member and a friend for every life, living them side by side, an act a day."""

    def __init__(self, bank: Bank, name: str, lives: list[str]) -> None:
        self.bank, self.lives = bank, lives
        self.type, self.fields = DEEDS.get(name, ("purchase", {}))
        self.currency = bank.programme.programme.currencies[0].id
        self.costs = any(
            known.id == self.type and known.costs_money for known in bank.programme.programme.events
        )
        self.seen: Counter[str] = Counter()
        self.kept: list[dict[str, Event]] = [{} for _ in lives]
        bank.enrol(*(f"{who}{number}" for number in range(len(lives)) for who in ("m", "f")))

    def live(self) -> None:
        """Every act of every life; what is refused does not happen."""
        for place, day in enumerate(MOMENTS):
            self.bank.travel(day)
            there = self._there()
            asked = [
                (number, self._act(number, life, place, there))
                for number, life in enumerate(self.lives)
                if place < len(life)
            ]
            commands = [(number, command) for number, command in asked if command is not None]
            answers = self.bank.do(day, *(command for _, command in commands))
            for (number, command), answer in zip(commands, answers, strict=True):
                if answer.refusal is None:
                    self.seen[type(command).__name__] += 1
                    self._keep(number, command)

    def worth(self) -> list[dict[int, tuple[int, int, int]]]:
        """By life and currency: what both have, have used and let expire, what they were awarded, what they used."""
        found: list[dict[int, tuple[int, int, int]]] = [{} for _ in self.lives]
        for member, currency, *sums, _ in self._balances():
            before = found[int(member[1:])].get(currency, (0, 0, 0))
            worth, lifetime, spent = map(add, before, sums)
            found[int(member[1:])][currency] = worth, lifetime, spent
        return found

    def _balances(self) -> list[tuple[str, int, int, int, int, int]]:
        values = {"programme_id": self.bank.programme.programme_id}
        tried = {self.bank.programme.currency_number(name) for name in (_OTHER, _REWARD)}
        rows = cursor(self.bank.connection).execute(_WORTH, values)
        return [row for row in rows if row[1] not in tried]

    def _there(self) -> dict[str, int]:
        return {member: there for member, currency, *_, there in self._balances() if currency == 0}

    def _act(self, number: int, life: str, place: int, there: dict[str, int]) -> Command | None:
        me, friend, id, of = (
            f"m{number}",
            f"f{number}",
            f"{number}-{place}",
            self._last(number, life, place),
        )
        mine, theirs = there.get(me, 0), there.get(friend, 0)
        match life[place]:
            case "P" | "p" | "L" as size:
                return self._deed(id, me, place, size)
            case "R":
                return Return(id=id, member=me, of=of["PpL"], full=True)
            case "r":
                event = self.kept[number].get(of["PpL"])
                half = int(event.fields["amount"]) // 2 if event and self.costs else 0
                return Return(id=id, member=me, of=of["PpL"], amount=half) if half else None
            case "S":
                return Spend(id=id, member=me, up_to=10**9, currency=self.currency)
            case "C":
                return Cancel(id=id, member=me, of=of["S"])
            case "H" if mine > 0:
                return Hold(id=id, member=me, points=mine, currency=self.currency, minutes=30_000)
            case "K":
                return Capture(id=id, member=me, of=of["H"])
            case "V":
                return Void(id=id, member=me, of=of["H"])
            case "D" if mine >= 5:
                return Redeem(id=id, member=me, reward=_REWARD, currency=self.currency)
            case "d":
                return Cancel(id=id, member=me, of=of["D"])
            case "X" if mine > 0:
                return Exchange(id=id, member=me, amount=mine, currency=self.currency, to=_OTHER)
            case "x":
                return Cancel(id=id, member=me, of=of["X"])
            case "I":
                at = self.bank.instant(MOMENTS[place])
                return Event(id=id, member=me, type="check_in", occurred_at=at)
            case "T" if mine > 0:
                return Transfer(id=id, member=me, to=friend, points=mine, currency=self.currency)
            case "B" if theirs > 0:
                return Transfer(id=id, member=friend, to=me, points=theirs, currency=self.currency)
            case _:
                return None

    def _last(self, number: int, life: str, place: int) -> dict[str, str]:
        """The id of the last act of a kind before a place, or one that nothing has."""
        return {
            kinds: f"{number}-{max((at for at in range(place) if life[at] in kinds), default=99)}"
            for kinds in ("PpL", "S", "H", "D", "X")
        }

    def _deed(self, id: str, member: str, place: int, size: str) -> Event:
        at = f"2026-03-02 09:{place:02d}" if size == "L" else MOMENTS[place]
        amount = {"P": 64_000, "p": 5_000, "L": 12_000}[size]
        fields = self.fields | ({"amount": amount} if self.costs else {})
        return Event(
            id=id, member=member, type=self.type, occurred_at=self.bank.instant(at), fields=fields
        )

    def _keep(self, number: int, command: Command) -> None:
        kept = self.kept[number]
        if isinstance(command, Event):
            kept[command.id] = command
        elif isinstance(command, Return) and command.full:
            del kept[command.of]
        elif isinstance(command, Return) and command.amount is not None:
            event = kept[command.of]
            left = int(event.fields["amount"]) - command.amount
            kept[command.of] = Event(
                id=event.id, member=event.member, type=event.type, occurred_at=event.occurred_at,
                fields=event.fields | {"amount": left},
            )  # fmt: skip
