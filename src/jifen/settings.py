"""What the environment sets.

| variable | meaning | if unset |
|---|---|---|
| `JIFEN_DATA` | folder of the embedded server and its files | `data` in the current folder |
| `JIFEN_DATABASE_URL` | a PostgreSQL 17+ server to use instead of the embedded one | the embedded server |
| `JIFEN_SEALING_KEYS` | keys that seal secrets in the database, with commas; the first one seals | they lie open |
| `JIFEN_ALLOWED_ORIGINS` | origins of pages that browsers let ask a server, with commas | none |
| `JIFEN_LOG_REQUESTS` | `1`: a line in the log for each request | only what goes wrong |
| `JIFEN_TRUSTED_PROXIES` | proxies whose `X-Forwarded-For` says who asks: addresses and networks, with commas | none |
| `JIFEN_TALLY_FOLDER` | where server processes note what they count | nowhere |
| `JIFEN_WEBHOOK_NETWORKS` | private networks that webhooks may reach, also without TLS | none |
"""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """Where this installation keeps its data; need not exist yet."""
    return Path(os.environ.get("JIFEN_DATA") or "data").expanduser().absolute()


def given_database_url() -> str | None:
    """The server to use instead of the embedded one, or None."""
    return os.environ.get("JIFEN_DATABASE_URL") or None


def requests_are_logged() -> bool:
    """Whether a server process logs every request."""
    return os.environ.get("JIFEN_LOG_REQUESTS") == "1"


def trusted_proxies() -> str | None:
    """Whose word on where a request comes from is taken; None: nobody's."""
    return os.environ.get("JIFEN_TRUSTED_PROXIES") or None


def tally_folder() -> Path | None:
    """Where a server process notes what it counts, for whoever tells it; None: nowhere."""
    folder = os.environ.get("JIFEN_TALLY_FOLDER")
    return Path(folder) if folder else None


def webhook_networks() -> str:
    """The private networks that webhooks may reach, with commas between them; empty for none."""
    return os.environ.get("JIFEN_WEBHOOK_NETWORKS") or ""


def sealing_keys() -> str:
    """The keys by which secrets are sealed, with commas between them; empty for none."""
    return os.environ.get("JIFEN_SEALING_KEYS") or ""


def allowed_origins() -> str:
    """The origins whose pages may ask from a browser, with commas between them; empty for none."""
    return os.environ.get("JIFEN_ALLOWED_ORIGINS") or ""
