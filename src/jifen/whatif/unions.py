"""Who was one with whom, from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from jifen.instants import NEVER


class Union(NamedTuple):
    """A member became one with another or, where it `parts`, two again; members by their place in the history. Of a
    claim, what was before `counts_from` did not go over."""

    member: int
    other: int
    at: int
    parts: bool
    counts_from: int


class Spell(NamedTuple):
    """That another acted for a member, from behind an instant up to and with a later one."""

    other: int
    since: int
    until: int


def spells_of(unions: Iterable[Union]) -> dict[int, list[Spell]]:
    """By member, in the order of time."""
    found: dict[int, list[Spell]] = {}
    for one in unions:
        of_member = found.setdefault(one.member, [])
        if one.parts:
            of_member[-1] = of_member[-1]._replace(until=one.at)
        else:
            of_member.append(Spell(one.other, one.at, NEVER))
    return found


def groups_of(
    members: Iterable[int], unions: Sequence[Union]
) -> Iterator[tuple[list[int], list[Union]]]:
    """Members, each with all who were ever one with them, and their unions in order; everybody once."""
    together: dict[int, list[int]] = {}
    for one in unions:
        both = dict.fromkeys(
            [*together.get(one.member, [one.member]), *together.get(one.other, [one.other])]
        )
        group = list(both)
        together |= dict.fromkeys(group, group)
    done = set[int]()
    for member in dict.fromkeys([*members, *together]):
        group = together.get(member, [member])
        if group[0] not in done:
            done.add(group[0])
            yield (
                group,
                [one for one in unions if one.member in group] if member in together else [],
            )
