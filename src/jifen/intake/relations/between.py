"""Commands on two members: each gets a numbered command of its own, and the sender's key is claimed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Cancel, Command, Transfer
from jifen.intake.asking.member_commands import Merge, Refer, SetFact
from jifen.intake.gathering.facts import NOBODY
from jifen.intake.gathering.gather import gather_known
from jifen.intake.judging.answering import balances, changes_since, points_of, refuse
from jifen.intake.judging.case import Case, Work, record
from jifen.intake.judging.deciding import settle_first
from jifen.intake.judging.history import Sql
from jifen.intake.relations.referral_codes import member_of_code
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.transferring import Side, give_back, move, transfer, transfer_up_to

COUNTERPART = "counterpart"
"""The kind of another member's command; its key is the sender's behind this word, once for each member between."""


def original_of(key: str) -> str:
    """The sender's key of a command, whoever's key it is."""
    while key.startswith(f"{COUNTERPART}/"):
        key = key.removeprefix(f"{COUNTERPART}/")
    return key


def other_members(
    sql: Sql, programme: OpenProgramme, commands: Sequence[Command]
) -> dict[str, str]:
    """Who else each command is about: an identity, by the command's key. What was transferred says to whom."""
    others = {journal.key_of(one): one.to for one in commands if isinstance(one, Transfer)}
    for one in commands:
        if isinstance(one, Refer):
            others[journal.key_of(one)] = one.referrer or member_of_code(sql, programme, one.code)
    others |= {journal.key_of(one): one.into for one in commands if isinstance(one, Merge)}
    related = programme.relations
    for one in commands if related else ():
        if isinstance(one, SetFact) and one.name in related and one.value != NOBODY:
            others[journal.key_of(one)] = str(one.value)
    cancels = {one.transfer_key: one for one in commands if isinstance(one, Cancel)}
    for key, first in gather_known(sql, programme, list(cancels)).items() if cancels else ():
        if not first.refused:
            others[journal.key_of(cancels[key])] = msgspec.json.decode(first.body, type=Transfer).to
    return others


def take_transfer(work: Work, case: Case, other: Case | None, asked: Transfer) -> Answer:
    """Let a member give points to another, or say why not."""
    if other is None:
        return refuse(work, case, asked, Refusal.UNKNOWN_RECIPIENT)
    if other is case:
        return refuse(work, case, asked, Refusal.NOT_ACCEPTED)
    settle_first(work, other)
    before = points_of(case), points_of(other)
    number = work.programme.currency_number(asked.currency)
    giver, receiver = (Side(one.book, one.member_seq + 1) for one in (case, other))
    if asked.points is None:
        outcome = transfer_up_to(giver, receiver, number, asked.up_to or 0, work.now)
    else:
        outcome = transfer(giver, receiver, number, asked.points, work.now)
    if isinstance(outcome, Refused):
        return refuse(work, case, asked, outcome)
    return _recorded(work, (case, other), before, asked, -outcome.points, fee=outcome.fee)


def move_points(
    work: Work, giver: Case, receiver: Case, asked: Transfer, points: int, *, kind: str
) -> None:
    """Move points that are there, for a reason of the bank's own: neither bounds nor fee apply."""
    before = points_of(giver), points_of(receiver)
    number = work.programme.currency_number(asked.currency)
    out, into = (Side(one.book, one.member_seq + 1) for one in (giver, receiver))
    move(out, into, number, points, work.now, fresh=False)
    _recorded(work, (giver, receiver), before, asked, -points, kind)


def cancel_transfer(work: Work, case: Case, other: Case, asked: Cancel) -> Answer:
    """Give back what is left of a transfer, to the member who gave it."""
    move = work.moves[asked.transfer_key]
    settle_first(work, other)
    before = points_of(case), points_of(other)
    giver = Side(case.book, case.member_seq + 1, move.giver_seq)
    receiver = Side(other.book, other.member_seq + 1, move.receiver_seq)
    outcome = give_back(giver, receiver, move.moved, asked.points, work.now)
    if isinstance(outcome, Refused):
        return refuse(work, case, asked, outcome)
    return _recorded(work, (case, other), before, asked, outcome.points)


def is_of_transfer(work: Work, case: Case, asked: Command) -> bool:
    """Whether a command cancels a transfer that the member made."""
    if not isinstance(asked, Cancel) or any(key in work.uses for key in asked.keys):
        return False
    move = work.moves.get(asked.transfer_key)
    return move is not None and move.giver is case.book


def _currency_of(work: Work, asked: Transfer | Cancel) -> str:
    """Of which currency points are moved, or moved back."""
    if isinstance(asked, Transfer):
        return asked.currency
    moved = work.moves[asked.transfer_key].moved
    return work.programme.engine.currencies[moved[0].parent.currency]


def _recorded(
    work: Work,
    cases: tuple[Case, Case],
    before: tuple[Mapping[int, int], Mapping[int, int]],
    asked: Transfer | Cancel,
    moved: int,
    kind: str | None = None,
    fee: int = 0,
) -> Answer:
    """Journal what was done with both; the answer of the one who asked, who pays the fee."""
    currency = _currency_of(work, asked)
    kind = kind or journal.kind_of(asked)
    key = f"{kind}/{asked.id}"
    answers = []
    for case, was, sign in zip(cases, before, (1, -1), strict=True):
        answer = Answer(
            points=changes_since(work, was, case),
            balance=balances(work, case),
            moved=sign * moved,
            fee=(fee or None) if sign == 1 else None,
        )
        name = "points.given" if answer.moved and answer.moved < 0 else "points.received"
        points = {currency: abs(moved)}
        payload = {"member": case.external_id, "id": asked.id, "points": points}
        record(
            work, case, case.member_seq + 1, key=key, kind=kind,
            occurred_at=work.now if asked.occurred_at is None else asked.occurred_at,
            body=journal.body_of(asked), answer=answer, told=[(name, payload)],
        )  # fmt: skip
        answers.append(answer)
        key, kind = f"{COUNTERPART}/{key}", COUNTERPART
    return answers[0]
