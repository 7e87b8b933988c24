"""What rules told members in words, derived once more from every award there has been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

from jifen.intake.following.rule_notices import NOTIFIED, words_of
from jifen.intake.judging.case import AWARDS, TOLD
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.differences import Difference
from jifen.proof.evaluation import History
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow, Records

_decode: Final = msgspec.json.Decoder().decode

Notice = tuple[int, str, str, str, str]
"""The command that it came with, the event, the rule, and the words in Chinese and in English."""


def rule_notice_differences(
    member: MemberRow, records: Records, history: History, programme: OpenProgramme
) -> Iterator[Difference]:
    """Whatever a rule has to tell of an event was told with the first award by which it applied, and only then."""
    if not programme.notifies:
        return
    told, expected = _told(records), _expected(records, history, programme)
    for notice in sorted(told.keys() | expected.keys()):
        if told[notice] != expected[notice]:
            seq, event, rule, *_ = notice
            yield Difference(
                check="rule_notice",
                member=member.external_id,
                where=at(command=seq, event=event, rule=rule),
                recorded=str(told[notice]),
                derived=str(expected[notice]),
            )


def _told(records: Records) -> Counter[Notice]:
    told: Counter[Notice] = Counter()
    for _, _, seq, _, name, payload in records.read(TOLD):
        if name == NOTIFIED:
            said = _decode(payload)
            told[seq, said["event"], said["rule"], said["zh"], said["en"]] += 1
    return told


def _expected(records: Records, history: History, programme: OpenProgramme) -> Counter[Notice]:
    ids = {event.seq: event.event_id for event in history.events}
    known: set[tuple[int, str]] = set()
    expected: Counter[Notice] = Counter()
    for _, _, seq, _, event_seq, revision, _, reasons, _ in records.read(AWARDS):
        for rule, words in words_of(programme, revision, reasons).items():
            if (event_seq, rule) not in known:
                known.add((event_seq, rule))
                expected[seq, ids.get(event_seq, ""), rule, words.zh, words.en] += 1
    return expected
