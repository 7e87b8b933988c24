"""What a programme does with what comes back."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Policy = Literal["undo", "mirror", "keep", "carry"]
Books = Literal["month", "quarter", "year"]
NOT_ACCEPTED = -1


class ReturnPolicy(msgspec.Struct, frozen=True):
    """`undo`: the history is evaluated again without what came back. `mirror`: what came back counts as bought, and
    what the rules give for it alone is taken. `keep`: nothing is taken. `carry`: undone until the calendar period
    (`books`) of the purchase ends, mirrored afterwards. `within_days`: accepted so many local days after that of
    the purchase; None: for ever; NOT_ACCEPTED: never."""

    policy: Policy = "undo"
    books: Books = "month"
    within_days: int | None = None


UNDO_FOR_EVER: Final = ReturnPolicy()
