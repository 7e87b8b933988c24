"""Answers and members as HTTP tells them, turned into what this process knows them as: smallest units and instants."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from jifen import client
from jifen.api.documents import AS_THEY_ARE, BY_CURRENCY, INSTANTS, OF_MONEY, OF_THE_CURRENCY_USED
from jifen.api.members import POINTS
from jifen.enquiry.member import MemberView
from jifen.instants import instant_of
from jifen.intake.answers import Answer, PartAnswer, RuleAnswer, Spun, currency_used
from jifen.intake.details import MALFORMED, Detail
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import REFUSALS

Document = dict[str, Any]
_STOPS, _COLONS = ".。", ": ："


def answer_heard(told: client.Answer, programme: OpenProgramme) -> Answer:
    """An answer in smallest units."""
    currencies = programme.programme.currencies
    scales = programme.programme.scales
    money_scale = programme.programme.money_scale
    known: dict[str, Any] = {name: getattr(told, name) for name in ("state", *AS_THEY_ARE)}
    known["along"] = tuple(told.along)
    known["spun"] = told.spun and Spun(**msgspec.structs.asdict(told.spun))
    known["parts"] = tuple(_part(one, scales) for one in told.parts)
    for name in BY_CURRENCY:
        by_currency = getattr(told, name)
        known[name] = {one: _units(said, scales[one]) for one, said in by_currency.items()}
    for name in OF_MONEY:
        if (money := getattr(told, name)) is not None:
            known[name] = _units(money, money_scale)
    known["money_off"] = {one: _units(off, money_scale) for one, off in told.money_off.items()}
    for name in INSTANTS:
        if (moment := getattr(told, name)) is not None:
            known[name] = instant_of(moment)
    used = currency_used(Answer(**known), currencies).scale
    for name in OF_THE_CURRENCY_USED:
        if (points := getattr(told, name)) is not None:
            known[name] = _units(points, used)
    slots = _scales_of_slots(programme, scales)
    known["rules"] = {
        name: RuleAnswer(
            before=_units(given.before, slots[name]), after=_units(given.after, slots[name])
        )
        for name, given in told.rules.items()
    }
    return Answer(**known)


def _part(told: client.Part, scales: Mapping[str, int]) -> PartAnswer:
    return PartAnswer(
        id=told.id,
        reward=told.reward,
        currency=told.currency,
        points=_units(told.points, scales[told.currency]),
        codes=tuple(told.codes),
        order=told.order,
    )


def refusal_heard(problem: client.Problem, programme: OpenProgramme) -> Answer:
    """A problem as the refusal that it tells of, with its figures. Raises it where it is none."""
    if problem.code not in REFUSALS:
        raise problem
    scales = programme.programme.scales
    usable = {one: _units(said, scales[one]) for one, said in problem.usable.items()}
    refusal, detail = problem.code, _detail_heard(problem)
    return Answer(state="refused", refusal=refusal, detail=detail, usable=usable)


def _detail_heard(problem: client.Problem) -> Detail | None:
    """What exactly a refusal is about: what its sentence says behind what every such refusal says."""
    general = problem.title.rstrip(_STOPS)
    exactly = problem.detail.removeprefix(general).lstrip(_COLONS).rstrip(_STOPS)
    if not exactly:
        return None
    return Detail(MALFORMED, {"en": exactly, "zh": exactly, **problem.figures})


def member_heard(told: client.Member, programme: OpenProgramme) -> MemberView:
    """A member in smallest units."""
    document: Document = msgspec.to_builtins(told)
    scales = programme.programme.scales
    for name, currency in document["currencies"].items():
        currency["scale"] = scale = scales[name]
        _in_units(currency, POINTS, scale)
        for lot in currency["lots"]:
            _in_units(lot, ("granted", "remaining", "held"), scale)
        for expiry in currency["expiries"]:
            _in_units(expiry, ("points",), scale)
    if (tier := document["tier"]) is not None:
        tiers = programme.programme.tiers
        measures = {measure.word: measure.scale for measure in tiers.measures} if tiers else {}
        for word in tier["measured"]:
            _in_units(tier["measured"], (word,), measures[word])
        for name in ("to_next", "to_keep"):
            _need_in_units(tier[name], measures)
    return msgspec.convert(document, MemberView)


def _need_in_units(need: Document | None, scales: Mapping[str, int]) -> None:
    if need is None:
        return
    scale = scales.get(need["measure"], 0)
    _in_units(need, ("needed", "missing"), scale)
    for part in need["parts"]:
        _need_in_units(part, scales)


def _in_units(document: Document, names: tuple[str, ...], scale: int) -> None:
    for name in names:
        document[name] = _units(document[name], scale)


def _units(said: int | str | Decimal, scale: int) -> int:
    return int(Decimal(said).scaleb(scale))


def _scales_of_slots(programme: OpenProgramme, scales: Mapping[str, int]) -> dict[str, int]:
    """How many decimals what each rule or multiplier gives has, by the newest version that knows it."""
    names = programme.engine.currencies
    return {
        slot.name: scales[names[slot.currency]]
        for plan in programme.engine.plans.values()
        for slot in plan.slots
    }
