"""Local names of the generated source. Only checked letters, digits and underscores ever get there."""

from __future__ import annotations

import builtins
import keyword
import re

_CLEAN = re.compile(r"[a-z][a-z0-9_-]{0,47}", re.ASCII)


def clean(text: str, otherwise: str) -> str:
    """The text as a name if it is a plain identifier (hyphens become underscores), else the other."""
    return text.replace("-", "_") if _CLEAN.fullmatch(text) else otherwise


class Names:
    """Hands out names that nothing else in the source bears."""

    def __init__(self, taken: tuple[str, ...]) -> None:
        self._taken = {*taken, *keyword.kwlist, *keyword.softkwlist, *dir(builtins)}

    def take(self, wanted: str) -> str:
        """The wanted name, with a number behind it if it is taken."""
        name, number = wanted, 2
        while name in self._taken:
            name = f"{wanted}_{number}"
            number += 1
        self._taken.add(name)
        return name
