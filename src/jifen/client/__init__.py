"""A client for Python programs: `Client` waits, `AsyncClient` is awaited; `jifen.client.testing` is for their tests.

It needs neither the database nor the server, and imports quickly.
"""

from jifen.client.administration import Key, Webhook
from jifen.client.answers import (
    Answer,
    Currency,
    Expiry,
    Lot,
    Member,
    Message,
    Movement,
    Part,
    Points,
    Programme,
    Tier,
    Why,
)
from jifen.client.clients import AsyncClient, Client
from jifen.client.found import AuditEntry, Deed, Friends, Hold, MemberName, PastBalances, Token
from jifen.client.jobs import Job
from jifen.client.malls import MallLogin, MallNotice, MallProvider
from jifen.client.orders import Order, OrderAddress
from jifen.client.problems import (
    ClientProblem,
    Conflict,
    Forbidden,
    Malformed,
    NoAnswer,
    NotFound,
    Problem,
    Refused,
    ServerFault,
    TooManyRequests,
    Unauthorised,
    Unavailable,
)
from jifen.client.programmes import Difference, Plan, Version, WholeVersion
from jifen.client.retrying import Retrying
from jifen.client.stock import Shelf, StockChanged
from jifen.client.webhooks import WebhookRefused, verify_webhook

__all__ = [
    "Answer",
    "AsyncClient",
    "AuditEntry",
    "Client",
    "ClientProblem",
    "Conflict",
    "Currency",
    "Deed",
    "Difference",
    "Expiry",
    "Forbidden",
    "Friends",
    "Hold",
    "Job",
    "Key",
    "Lot",
    "Malformed",
    "MallLogin",
    "MallNotice",
    "MallProvider",
    "Member",
    "MemberName",
    "Message",
    "Movement",
    "NoAnswer",
    "NotFound",
    "Order",
    "OrderAddress",
    "Part",
    "PastBalances",
    "Plan",
    "Points",
    "Problem",
    "Programme",
    "Refused",
    "Retrying",
    "ServerFault",
    "Shelf",
    "StockChanged",
    "Tier",
    "Token",
    "TooManyRequests",
    "Unauthorised",
    "Unavailable",
    "Version",
    "Webhook",
    "WebhookRefused",
    "WholeVersion",
    "Why",
    "verify_webhook",
]
