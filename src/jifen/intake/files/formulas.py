"""Amounts that are not a column but made of columns: `quantity * unit price`, `- points paid - coupons`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_OPERATOR = re.compile(r"(?:^|\s+)([-+*])\s+")


class TooManyFactors(ValueError):
    """A product of more than two columns."""


class UnknownColumn(Exception):
    """`name` is no column."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Term:
    """One column, or the product of two; taken off instead of added when `negative`."""

    columns: tuple[str, ...]
    negative: bool = False


def parse_formula(text: str, columns: Collection[str]) -> tuple[Term, ...]:
    """The terms of a sum. Operators stand between spaces, so that names of columns may hold anything.

    Raises UnknownColumn for a name that is not among `columns`, TooManyFactors for a product of more than two.
    """
    if text in columns:
        return (Term((text,)),)
    pieces = _OPERATOR.split(text.strip())
    pieces = pieces[1:] if pieces[0] == "" else ["+", *pieces]
    terms: list[Term] = []
    for operator, name in zip(pieces[::2], pieces[1::2], strict=True):
        if name not in columns:
            raise UnknownColumn(name)
        if operator != "*":
            terms.append(Term((name,), operator == "-"))
        elif len(terms[-1].columns) == 2:
            raise TooManyFactors(text)
        else:
            terms[-1] = Term((*terms[-1].columns, name), terms[-1].negative)
    return tuple(terms)
