"""In whose names commands are journalled that come with no key; no key may be called so."""

from __future__ import annotations

from typing import Final

CLOCK: Final = "clock"
"""Who asks for what only time brings."""
COMMAND_LINE: Final = "command line"
