"""How orders of a reward are fulfilled, in words. What is `won` alone has no points to come back."""

from __future__ import annotations

import datetime as dt

from jifen.programme.fulfilment import Fulfilment
from jifen.programme.saying.expiry_wording import moment_en, moment_zh


def fulfilment_en(fulfil: Fulfilment, ready: dt.datetime | None, *, won: bool) -> list[str]:
    """`there from 24 December 2026 on, until when orders wait`, `sent to the member within 7 days once somebody has
    approved the order, who has 3 days for it`."""
    waits = [] if ready is None else [f"there from {moment_en(ready)} on, until when orders wait"]
    said = "sent to the member" if fulfil.by == "shipping" else "picked up with a code"
    if fulfil.within_days is not None:
        said += f" within {_days_en(fulfil.within_days)}"
    if fulfil.approve_days is not None:
        said += f" once the order is approved, within {_days_en(fulfil.approve_days)}"
    if fulfil.within_days is not None or fulfil.approve_days is not None:
        said += ", else it is lost" if won else ", else the points come back"
    return [*waits, said]


def fulfilment_zh(fulfil: Fulfilment, ready: dt.datetime | None, *, won: bool) -> list[str]:
    """`2026 年 12 月 24 日起有货，此前的订单等货`, `订单须在 3 天内审核；7 天内寄出，逾期退还积分`."""
    waits = [] if ready is None else [f"{moment_zh(ready)}起有货，此前的订单等货"]
    said = ""
    if fulfil.approve_days is not None:
        said = f"订单须在 {fulfil.approve_days} 天内审核，之后"
    if fulfil.within_days is not None:
        said += f" {fulfil.within_days} 天内"
    said += "寄给会员" if fulfil.by == "shipping" else "凭码自提"
    if fulfil.within_days is not None or fulfil.approve_days is not None:
        said += "，逾期作废" if won else "，逾期取消并退还积分"
    return [*waits, said.strip()]


def _days_en(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"
