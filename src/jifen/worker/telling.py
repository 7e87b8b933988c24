"""The duty `webhooks`: telling others what is due."""

from __future__ import annotations

from jifen.outbox.delivering import deliver_due
from jifen.worker.shift import Shift


def tell(shift: Shift) -> None:
    """Tell every webhook, also those of test programmes."""
    deliver_due(shift.connection, clock=shift.now, stopping=shift.stopping)
