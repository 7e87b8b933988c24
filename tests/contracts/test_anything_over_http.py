"""Whatever is sent to any address, the answer is one that the description names, and never a fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from served_bank import serving
from touring import open_bank

from jifen.api.described.document import document
from jifen.db.connection import connect
from jifen.proof.proving import prove

OPERATIONS = schemathesis.openapi.from_dict(document("en"))
OPERATIONS.config.phases.coverage.enabled = False  # hundreds of cases for each address
ALL_CASES = schemathesis.openapi.from_dict(document("en"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
QUICK = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=100, derandomize=False)


@pytest.fixture(scope="module")
def sending(module_database_url: str) -> Iterator[dict[str, Any]]:
    """Where to send, and with which key; whatever came of it, the books hold at the end."""
    with connect(module_database_url) as connection:
        bank = open_bank(connection)
        headers = {"Authorization": f"Bearer {bank.keys['till']}"}
        with serving(module_database_url) as address:
            for name in ("ann", "bob"):
                httpx.post(f"{address}/v1/members", json={"id": name}, headers=headers)
            yield {"base_url": address, "headers": headers}
        assert prove(connection, bank.programme).holds


@OPERATIONS.parametrize()
@QUICK
def test_every_address_answers_as_described(case: Any, sending: dict[str, Any]) -> None:
    case.call_and_validate(**sending, checks=CHECKS, timeout=60)


@pytest.mark.long
@ALL_CASES.parametrize()
@LONG
def test_every_address_answers_as_described_for_long(case: Any, sending: dict[str, Any]) -> None:
    case.call_and_validate(**sending, checks=CHECKS, timeout=60)
