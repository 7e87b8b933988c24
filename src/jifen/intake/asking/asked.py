"""What every command may carry."""

from __future__ import annotations

import msgspec

from jifen.intake.asking.metadata import Metadata


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """`metadata` is its sender's own."""

    metadata: Metadata = msgspec.UNSET
