"""The JSON Schema of lucky draws."""

from __future__ import annotations

from typing import get_args

from jifen.programme.draws import RoundLength
from jifen.programme.reading.draws import MOST_GIVEN, MOST_WEIGHT
from jifen.programme.schema.parts import ID, NUMBER, Schema, count, entries, mapping, one_of, text


def draw() -> Schema:
    """What stands under the id of a draw."""
    prize = mapping(
        {
            "name": {"$ref": "#/$defs/name"},
            "weight": count(1, MOST_WEIGHT, "Drawn so many times of all weights together."),
            "gives": text(
                rf"^(?:{NUMBER} )?[a-z][a-z0-9_-]*$", "Such as `50 points` or `thermos`."
            ),
            "most": count(0, MOST_GIVEN, "Given so many times in a round."),
        },
        required=("weight",),
    )
    return mapping(
        {
            "name": {"$ref": "#/$defs/name"},
            "ticket": text(ID, "The reward of which a spin takes one."),
            "prizes": entries(ID, prize, least=1),
            "round": one_of(get_args(RoundLength), "The clock turns the rounds."),
            "limit": text(r"^[0-9]+ per round$", "Spins of a member: `5 per round`."),
            "free": text(
                r"^[0-9]+ per (?:day|week|month)$", "Spins that take no ticket: `1 per day`."
            ),
            "budget": text(
                rf"^{NUMBER} [A-Za-z][A-Za-z0-9_-]*$",
                "What a round may give: `5000 points`, `2000 CNY`.",
            ),
        },
        required=("ticket", "prizes"),
    )
