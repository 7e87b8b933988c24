"""A mall provider as its public documents describe it, for tests: it signs by itself, and asks over HTTP."""

from __future__ import annotations

import hashlib
import time
from typing import Any, NamedTuple

import httpx


class Mall(NamedTuple):
    """A provider that knows a programme by a key, and where it calls."""

    client: httpx.Client
    callbacks: str
    key: str
    secret: str

    def signed(self, **said: Any) -> dict[str, str]:
        """Parameters with key, time and signature."""
        sent = {"appKey": self.key, "timestamp": str(time.time_ns() // 1_000_000)}
        sent |= {name: str(value) for name, value in said.items()}
        texts = sent | {"appSecret": self.secret}
        joined = "".join(texts[name] for name in sorted(texts))
        return sent | {"sign": hashlib.md5(joined.encode()).hexdigest()}

    def ask(self, deed: str, **said: Any) -> dict[str, str]:
        """What is answered about points."""
        answer = self.client.get(f"{self.callbacks}/{deed}", params=self.signed(**said))
        assert answer.status_code == 200, answer.text
        told: dict[str, str] = answer.json()
        return told

    def deduct(
        self, order: str, points: int = 100, member: str = "ann", **said: Any
    ) -> dict[str, str]:
        """An order that costs points."""
        more = {"type": "object", "description": "水杯", "actualPrice": 0, **said}
        return self.ask("deduct", uid=member, credits=points, orderNum=order, **more)

    def tell(self, order: str, *, success: bool, **said: Any) -> str:
        """How an order ended, as a form."""
        form = self.signed(orderNum=order, success=str(success).lower(), uid="ann", **said)
        answer = self.client.post(f"{self.callbacks}/notice", data=form)
        assert answer.status_code == 200, answer.text
        return answer.text
