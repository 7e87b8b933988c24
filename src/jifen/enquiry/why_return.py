"""What a return did, in sentences: what came back, what each event gives less or more, what came of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec

from jifen.db.statements import statements
from jifen.enquiry.why_sentences import what_came_back
from jifen.instants import date_of, moment_of
from jifen.intake.answers import Answer, currency_used
from jifen.intake.details import refusal_as_said
from jifen.intake.gathering.gather import Known
from jifen.intake.judging.history import Sql, past_event
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned, decode_returned
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.amounts import Language, in_language, say_points
from jifen.programme.events import NEVER_SENT
from jifen.programme.model import Programme
from jifen.programme.saying.operand_values import event_named
from jifen.programme.saying.words import spaced
from jifen.wording import Said

SQL = statements(Path(__file__).with_suffix(".sql"))
_decode_answer = msgspec.json.Decoder(Answer).decode

Moved = dict[str, dict[int, int]]
"""By how much the award of each event moved, by what the event is called and the number of the currency."""


class ReturnTold(NamedTuple):
    """A return of an event: when it came back, and what it did in sentences."""

    occurred_at: int
    sentences: list[str]


def refusal_told(known: Known, language: Language) -> str | None:
    """Why a return was refused, in a sentence; None of one that was taken."""
    answer = _decode_answer(known.answer)
    if answer.refusal is None:
        return None
    why = refusal_as_said(answer.refusal, answer.detail)
    return Said(f"The return was refused. {why.en}", f"退货被拒绝。{why.zh}").told_in(language)


def return_told(
    sql: Sql, programme: OpenProgramme, key: str, known: Known, language: Language
) -> ReturnTold:
    """What a return that was taken did, as it was posted then."""
    values = {"programme_id": programme.programme_id, "key": key}
    (row,) = sql.execute(SQL["event_that_came_back"], values).fetchall()
    member_id, member_seq, occurred_at, payload, *of = row
    event, day = past_event(of), moment_of(occurred_at, programme.zone)
    document = programme.engine.plan_at(event.occurred_at).programme
    moved = _moved(sql, programme, member_id, member_seq, document, language)
    sentences = [
        _came_back(document, event, decode_returned(payload), f"{day:%Y-%m-%d}", language),
        *_changes(programme.programme, programme.engine.currencies, moved, language),
        *_consequences(programme.programme, _decode_answer(known.answer), language),
    ]
    if len(sentences) == 1:
        nothing = Said("It moved no points.", "积分没有变动。")
        sentences.append(nothing.told_in(language))
    ask = Said(
        "What each gives now is told by its own `jifen member why`.",
        "各笔现在得多少，用 `jifen member why` 加各自的编号来问。",
    )
    return ReturnTold(occurred_at, [spaced(one) for one in (*sentences, ask.told_in(language))])


def _moved(
    sql: Sql,
    programme: OpenProgramme,
    member_id: UUID,
    member_seq: int,
    document: Programme,
    language: Language,
) -> Moved:
    values = {
        "programme_id": programme.programme_id,
        "member_id": member_id,
        "member_seq": member_seq,
    }
    moved: Moved = {}
    for event_id, type, day, currency, points in sql.execute(SQL["moved_by_return"], values):
        called = _called(document, type, event_id, day, language)
        moved.setdefault(called, {})[currency] = points
    return moved


def _called(document: Programme, type: str, event_id: str, day: int, language: Language) -> str:
    """What people know an event by: its id where somebody sent it, else the day that it was."""
    if type not in NEVER_SENT:
        return f"“{event_id}”"
    name = in_language(event_named(document, type).name, language)
    date = date_of(day).isoformat()
    return f"{date} 的{name}" if language == "zh" else f"the {name} on {date}"


def _came_back(
    document: Programme, event: PastEvent, returned: Returned, day: str, language: Language
) -> str:
    what = what_came_back(document, returned, language)
    called = _called(document, event.type, event.event_id, event.day, language)
    name = in_language(event_named(document, event.type).name, language)
    if returned.full:
        said = Said(
            f"All of the {name} {called} came back on {day}.", f"{day} 全部退回了{name}{called}。"
        )
    else:
        said = Said(
            f"{what} of the {name} {called} came back on {day}.",
            f"{day} 退回了{name}{called}的{what}。",
        )
    return said.told_in(language)


def _changes(
    document: Programme, currencies: tuple[str, ...], moved: Moved, language: Language
) -> Iterator[str]:
    """A sentence for each event whose award is another now, what it gives less before what it gives more."""
    for called, points in moved.items():
        less = _several(document, currencies, points, language, -1)
        more = _several(document, currencies, points, language, 1)
        if less:
            yield Said(f"Taken back of {called}: {less}.", f"从{called}追回{less}。").told_in(
                language
            )
        if more:
            yield Said(
                f"Given for {called}, judged again without it: {more}.",
                f"重新计算后，{called}多得{more}。",
            ).told_in(language)


def _consequences(document: Programme, answer: Answer, language: Language) -> Iterator[str]:
    """What came back of points that paid, and what could not be taken."""
    if answer.given_back:
        used = currency_used(answer, document.currencies)
        back = say_points(used, answer.given_back, language)
        yield Said(
            f"Points that paid for it are given back: {back}.", f"退还抵现用的{back}。"
        ).told_in(language)
    ids = tuple(one.id for one in document.currencies)
    for owed, en, zh in (
        (answer.shortfall, "Not there any more, and owed now: {}.", "手上已不足，记为欠分：{}。"),
        (
            answer.written_off,
            "Not there any more, and written off: {}.",
            "手上已不足，予以核减：{}。",
        ),
    ):
        numbers = {ids.index(one): points for one, points in owed.items()}
        if told := _several(document, ids, numbers, language, 1):
            yield (zh if language == "zh" else en).format(told)


def _several(
    document: Programme,
    currencies: tuple[str, ...],
    points: Mapping[int, int],
    language: Language,
    sign: int,
) -> str:
    """Those of the points that came (1) or went (-1), in words."""
    known = {one.id: one for one in document.currencies}
    said = [
        say_points(known[currencies[number]], sign * amount, language)
        for number, amount in points.items()
        if sign * amount > 0 and currencies[number] in known
    ]
    return ("、" if language == "zh" else ", ").join(said)
