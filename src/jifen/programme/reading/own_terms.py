"""What a rule says of the points it gives: `expires: 7 days`, `pending: 3 days`, `funder: mall`."""

from __future__ import annotations

from jifen.programme.point_terms import Expiry, OwnTerms
from jifen.programme.reading.expiries import read_expiry
from jifen.programme.reading.pending import read_pending
from jifen.programme.reading.scalars import identifier
from jifen.programme.reading.sections import Section


def read_own_terms(section: Section) -> OwnTerms:
    """The terms of a rule's points; what is not said is as the currency says."""
    return OwnTerms(
        read_expiry(section, "expires", Expiry("never")) if "expires" in section else None,
        read_pending(section, None),
        section.read("funder", identifier, None),
    )
