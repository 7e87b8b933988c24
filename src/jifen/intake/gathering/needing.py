"""Which lots the commands of a batch need: no more than they may take from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Command,
    Confirm,
    Event,
    Exchange,
    Freeze,
    Group,
    Hold,
    Merge,
    Opening,
    Pay,
    Refer,
    Return,
    Revive,
    SetFact,
    Spend,
    Transfer,
    Unmerge,
    Void,
)
from jifen.intake.relations.households import NOBODY, Mates
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.needs import ALL_LOTS, ONLY_HELD, Need


def needs_of(
    programme: OpenProgramme, commands: Sequence[Command], mates: Mapping[str, Mates]
) -> dict[str, Need]:
    """What is needed of the members' lots to append these commands; what looks back at earlier ones appends nothing,
    and is looked at again with all lots.

    Amounts of one member add up: what one command takes is not there for the next.
    """
    needs: dict[str, Need] = {}
    for command in commands:
        found = _need_of(programme, command)
        for member in (command.member, *mates.get(command.member, NOBODY).others):
            if found is not None:
                needs[member] = _both(needs.get(member, ONLY_HELD), found)
    return needs


def _need_of(programme: OpenProgramme, command: Command) -> Need | None:
    match command:
        case Event(pay=Pay(currency=currency, points=points, up_to=most)):
            number, asked = programme.currency_number(currency), points or most
            return ALL_LOTS if asked is None else Need({number: max(0, asked)})
        case (
            Event()
            | Return()
            | Cancel()
            | Confirm()
            | Revive()
            | Freeze()
            | SetFact()
            | Opening()
            | Group()
            | Refer()
            | Merge()
            | Unmerge()
        ):
            return None
        case Capture() | Void():
            return ONLY_HELD
        case Spend(currency=currency, points=points, up_to=most):
            return Need({programme.currency_number(currency): max(0, points or most or 0)})
        case Hold(currency=currency, points=points):
            return Need({programme.currency_number(currency): max(0, points)})
        case (
            Transfer(currency=currency, points=points, up_to=most)
            | Exchange(currency=currency, amount=points, up_to=most)
        ):
            number = programme.currency_number(currency)
            fees = (way.fee for terms in programme.terms.values() for way in terms[number].ways)
            return Need({number: max(0, points or most or 0) + max(fees)})
        case Adjust(currency=currency, points=points):
            return Need({programme.currency_number(currency): -points}) if points < 0 else None


def _both(one: Need, other: Need) -> Need:
    points = {
        number: one.points.get(number, 0) + other.points.get(number, 0)
        for number in {*one.points, *other.points}
    }
    return Need(points, one.all or other.all)
