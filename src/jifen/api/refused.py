"""Refusals as problems: one table from refusal to status."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from jifen.api.problem import Problem
from jifen.intake.details import MALFORMED, Detail, refusal_as_said

STATUS: Final = MappingProxyType(
    {
        "malformed": 400,
        "frozen": 403,
        "guest": 403,
        "not_entitled": 403,
        "unknown_member": 404,
        "unknown_event": 404,
        "unknown_hold": 404,
        "unknown_recipient": 404,
        "unknown_referrer": 404,
        "unknown_order": 404,
        "unknown_spend": 404,
        "not_first": 409,
        "same_member": 409,
        "not_merged": 409,
        "tied": 409,
        "already_referred": 409,
        "already_used": 409,
        "hold_closed": 409,
        "not_approved": 409,
        "not_ready": 409,
        "out_of_turn": 409,
        "order_closed": 409,
        "pick_up_code_wrong": 403,
        "pick_up_code_other_shop": 403,
        "pick_up_code_used": 409,
        "pick_up_code_expired": 409,
        "address_missing": 409,
        "conflict": 409,
        "key_spent": 409,
        "not_yet_open": 409,
        "closed": 409,
        "all_taken": 409,
        "out_of_stock": 409,
    }
)
"""By the code of the refusal; 422 for the others: understood, and not possible."""
NOT_POSSIBLE: Final = 422


def refused(
    code: str,
    detail: Detail | None,
    pointer: str = "",
    *,
    usable: Mapping[str, int | str] = MappingProxyType({}),
    replayed: bool = False,
) -> Problem:
    """The problem of a refusal."""
    figures = detail.values if detail and detail.code != MALFORMED else {}
    return Problem(
        STATUS.get(code, NOT_POSSIBLE),
        code,
        refusal_as_said(code, detail),
        pointer=pointer,
        figures=figures,
        usable=usable,
        replayed=replayed,
    )
