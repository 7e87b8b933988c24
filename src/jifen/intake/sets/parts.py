"""The parts of a set, each a redemption of its own: what comes along with commands about the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Command, Redeem, id_of_part
from jifen.intake.gathering.gather import Known
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.terms import CurrencyTerms
from jifen.programme.prices import Part


def parts_in(
    programme: OpenProgramme, terms: Mapping[int, CurrencyTerms], asked: Redeem
) -> tuple[Part, ...]:
    """What a redemption consists of by these terms: nothing where its reward is no set."""
    if asked.reward not in programme.sets:
        return ()
    of = terms.get(programme.currency_number(asked.reward))
    return of.reward.cost.parts if of and of.reward else ()


def redemption_of(asked: Redeem, part: Part) -> Redeem:
    """The redemption of a part, with that of its set."""
    return Redeem(
        id=id_of_part(asked.id, part.reward),
        member=asked.member,
        reward=part.reward,
        quantity=asked.quantity,
        currency=asked.currency,
        place=asked.place,
        of_set=asked.reward,
        occurred_at=asked.occurred_at,
    )


def with_parts(
    programme: OpenProgramme, terms: Mapping[int, CurrencyTerms], commands: Sequence[Command]
) -> list[Command]:
    """Commands, and the redemptions that come with those of sets."""
    parts = (
        redemption_of(one, part)
        for one in commands
        if isinstance(one, Redeem)
        for part in parts_in(programme, terms, one)
    )
    return [*commands, *parts]


def keys_of_parts(programme: OpenProgramme, commands: Iterable[Command]) -> list[str]:
    """The keys that redemptions of sets take besides their own, whichever version they are decided by."""
    return [
        f"redeem/{id_of_part(one.id, reward)}"
        for one in commands
        if isinstance(one, Redeem)
        for reward in programme.sets.get(one.reward, ())
    ]


def cancels_of_parts(asked: Cancel, known: Mapping[str, Known]) -> list[Cancel]:
    """The cancelling of every part where a command cancels a set that was redeemed; none where it cancels anything
    else."""
    made = known.get(asked.placing_key)
    if made is None or type(asked) is not Cancel:
        return []
    return [
        Cancel(
            id=id_of_part(asked.id, part.reward),
            member=asked.member,
            of=part.id,
            quantity=asked.quantity,
            occurred_at=asked.occurred_at,
        )
        for part in msgspec.json.decode(made.answer, type=Answer).parts
    ]


def cancels_of_sets(
    programme: OpenProgramme, known: Mapping[str, Known], commands: Iterable[Command]
) -> list[Cancel]:
    """What comes with the cancelling of sets that were redeemed."""
    if not programme.sets:
        return []
    cancels = (one for one in commands if isinstance(one, Cancel))
    return [part for one in cancels for part in cancels_of_parts(one, known)]
