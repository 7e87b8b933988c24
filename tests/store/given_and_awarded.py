"""What a side of a replay gives, and what the awards of a bank say, member by member."""

from __future__ import annotations

from collections import Counter

import numpy as np
from travelled_bank import Bank

from jifen.intake.judging.evaluating import unpacked_components
from jifen.whatif.history import History
from jifen.whatif.running import Judged

Points = Counter[tuple[str, str]]
"""By member and currency."""


def given(side: Judged, history: History) -> Points:
    """What a side of a replay gives."""
    found = Points()
    for number, currency in enumerate(side.engine.currencies):
        points = side.points(number)
        for place in np.flatnonzero(points).tolist():
            found[history.names[history.members[place]], currency] += int(points[place])
    return Points({key: points for key, points in found.items() if points})


def awarded(bank: Bank) -> Points:
    """What the awards say that hold."""
    found, engine = Points(), bank.programme.engine
    rows = bank.connection.execute(
        "SELECT DISTINCT ON (a.member_id, a.event_seq) m.external_id, a.revision, a.components"
        " FROM award a JOIN member m USING (programme_id, member_id) WHERE programme_id = %s"
        " ORDER BY a.member_id, a.event_seq, a.member_seq DESC, a.row_no DESC",
        (bank.programme.programme_id,),
    )
    for member, revision, components in rows.fetchall():
        if components:
            parts = unpacked_components(components)
            for number, points in engine.plans[revision].points(parts).items():
                found[member, engine.currencies[number]] += points
    return Points({key: points for key, points in found.items() if points})
