"""The duty `settle`: what time has brought to members nobody touches."""

from __future__ import annotations

import logging
from typing import Final

from jifen.intake.sweeping import tend
from jifen.intake.versions.opening import OpenProgramme
from jifen.worker.shift import Shift

_LOG: Final = logging.getLogger("jifen.worker")


def settle(shift: Shift) -> None:
    """Settle the members of every programme on real time, a slice a transaction.

    Who cannot be settled is told in the log, tried again next time, and costs the others nothing.
    """

    def bear(error: Exception) -> None:
        _LOG.error("a member could not be settled", exc_info=error)

    def settle_members_of(programme: OpenProgramme) -> None:
        tend(shift.connection, programme, shift.now, bear=bear, stopping=shift.stopping)

    shift.in_each_programme("settle", settle_members_of)
