"""A client for Python programs: `Client` waits, `AsyncClient` is awaited; `jifen.client.testing` is for their tests.

It needs neither the database nor the server, and imports quickly.
"""

from jifen.client.answers import (
    Answer,
    Currency,
    Expiry,
    Lot,
    Member,
    Message,
    Movement,
    Points,
    Programme,
    Tier,
    Why,
)
from jifen.client.clients import AsyncClient, Client
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
from jifen.client.retrying import Retrying
from jifen.client.webhooks import WebhookRefused, verify_webhook

__all__ = [
    "Answer",
    "AsyncClient",
    "Client",
    "ClientProblem",
    "Conflict",
    "Currency",
    "Expiry",
    "Forbidden",
    "Lot",
    "Malformed",
    "Member",
    "Message",
    "Movement",
    "NoAnswer",
    "NotFound",
    "Points",
    "Problem",
    "Programme",
    "Refused",
    "Retrying",
    "ServerFault",
    "Tier",
    "TooManyRequests",
    "Unauthorised",
    "Unavailable",
    "WebhookRefused",
    "Why",
    "verify_webhook",
]
