"""All that reading a document alone finds, and what of it the author's comments allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from jifen.programme.lints.circles import gaining_circles
from jifen.programme.lints.codes import unused_codes
from jifen.programme.lints.conversions import conversions_of_used
from jifen.programme.lints.finding import Finding
from jifen.programme.lints.funders import prices_of_nobody
from jifen.programme.lints.giving_back import worth_more_than_paid
from jifen.programme.lints.limits import limits_below_awards
from jifen.programme.lints.lines import left_out_unknown
from jifen.programme.lints.multipliers import nothing_multiplied
from jifen.programme.lints.places import line_of
from jifen.programme.lints.returns import forgiving_returns, returns_that_leave
from jifen.programme.lints.rewards import rewards_for_nobody, several_for_nobody
from jifen.programme.lints.rules import unreachable_rules
from jifen.programme.lints.tiers import tiers_out_of_keeping, tiers_out_of_reach
from jifen.programme.lints.translations import missing_translations
from jifen.programme.lints.waiting import never_usable
from jifen.programme.model import Programme
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import read_nodes

_LOOKS: tuple[Callable[[Programme], Iterator[Finding]], ...] = (
    unreachable_rules,
    nothing_multiplied,
    limits_below_awards,
    tiers_out_of_reach,
    tiers_out_of_keeping,
    worth_more_than_paid,
    gaining_circles,
    never_usable,
    rewards_for_nobody,
    several_for_nobody,
    forgiving_returns,
    returns_that_leave,
    left_out_unknown,
    conversions_of_used,
    prices_of_nobody,
    unused_codes,
    missing_translations,
)
_ALLOWED = re.compile(r"#\s*lint:\s*allow\s+([a-z-]+)(?:\s+at\s+(\S+))?")


def findings(programme: Programme) -> list[Finding]:
    """Everything that is found, in the order of the kinds."""
    return [finding for look in _LOOKS for finding in look(programme)]


def without_allowed(found: Iterable[Finding], document: str) -> list[Finding]:
    """The findings that no comment `# lint: allow ID`, or `# lint: allow ID at PLACE`, silences, each with its line."""
    allowed = {(match[1], match[2]) for match in _ALLOWED.finditer(document)}
    left = [one for one in found if not {(one.id, None), (one.id, one.place)} & allowed]
    if all(one.line for one in left):
        return left
    nodes = read_nodes(document, Problems(""))
    return [one if one.line else replace(one, line=line_of(one.place, nodes)) for one in left]
