"""Every operation of the door, in the order of the reference page.

To describe another: write its `Operation`s as `OPERATIONS` of a module of this folder (see `reads`), with the shapes of
its bodies and answers as structs (told in both languages by `shapes.told`), and name the module here. A problem code
that is no refusal is named in `problems.OTHERS`. What the table lacks of the real routes, or has too many, a test
tells (tests/contracts/test_described.py).
"""

from __future__ import annotations

from typing import Final

from jifen.api.described import (
    audit,
    calculator,
    catalogue,
    codes,
    commands,
    corrections,
    deeds,
    draws,
    itself,
    jobs,
    keys,
    malls,
    orders,
    reads,
    shipments,
    stock,
    stream,
    tokens,
    versions,
    webhooks,
    wishes,
)
from jifen.wording import Said

OPERATIONS: Final = (
    *reads.OPERATIONS,
    *deeds.OPERATIONS,
    *catalogue.OPERATIONS,
    *calculator.OPERATIONS,
    *wishes.OPERATIONS,
    *commands.OPERATIONS,
    *orders.OPERATIONS,
    *shipments.OPERATIONS,
    *versions.OPERATIONS,
    *corrections.OPERATIONS,
    *stock.OPERATIONS,
    *draws.OPERATIONS,
    *codes.OPERATIONS,
    *stream.OPERATIONS,
    *webhooks.OPERATIONS,
    *malls.OPERATIONS,
    *jobs.OPERATIONS,
    *keys.OPERATIONS,
    *tokens.OPERATIONS,
    *audit.OPERATIONS,
    *itself.OPERATIONS,
)
TOPICS: Final = {
    "events": Said("What members do", "会员做的事"),
    "members": Said("Members", "会员"),
    "using": Said("Using points", "使用积分"),
    "orders": Said("Orders, stock, codes", "订单、库存、券码"),
    "programme": Said("The programme", "计划"),
    "stream": Said("What others are told", "对外消息"),
    "webhooks": Said("Webhooks", "消息推送（webhook）"),
    "malls": Said("Malls of others", "第三方商城"),
    "jobs": Said("Imports and exports", "导入与导出"),
    "keys": Said("Keys", "密钥"),
    "audit": Said("The audit", "审计"),
    "operation": Said("Operation", "运行"),
}
"""In their order on the page."""
