"""Traces as a collector receives them, when OpenTelemetry's variables name one."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any

import pytest

from jifen.api.observing import Observer
from jifen.operations.tracing import tracing_as_configured

_service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def collector() -> Iterator[tuple[str, Queue[bytes]]]:
    """Where spans are sent, and the bodies that came."""
    bodies: Queue[bytes] = Queue()

    class Collecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.put(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collecting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()
        thread.join()


def test_a_request_is_a_span_of_the_trace_of_whoever_asked(
    collector: tuple[str, Queue[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, bodies = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    observer = Observer(tracing=tracing_as_configured())
    scope = {"headers": [(b"traceparent", f"00-{TRACE}-00f067aa0ba902b7-01".encode())]}
    began = time.perf_counter() - 0.25
    observer.answered(scope, "POST /v1/events", 200, began, "till-7-0001")
    observer.answered({"headers": []}, "GET /v1/members/{member}", 503, began, "till-7-0002")
    observer.close()
    (resource,) = _service.ExportTraceServiceRequest.FromString(
        bodies.get(timeout=60)
    ).resource_spans
    named = {one.key: one.value.string_value for one in resource.resource.attributes}
    assert named["service.name"] == "jifen"
    earned, away = resource.scope_spans[0].spans
    assert (earned.name, earned.trace_id.hex()) == ("POST /v1/events", TRACE)
    assert 0.25e9 <= earned.end_time_unix_nano - earned.start_time_unix_nano < 60e9
    told = {one.key: one.value for one in earned.attributes}
    assert told["jifen.request_id"].string_value == "till-7-0001"
    assert told["http.response.status_code"].int_value == 200
    assert away.trace_id.hex() != TRACE
    assert (earned.status.code, away.status.code) == (0, 2)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://nowhere", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://nowhere", "OTEL_TRACES_EXPORTER": "none"},
    ],
    ids=lambda settings: ",".join(settings) or "nothing",
)
def test_nothing_is_traced_unless_it_is_asked_for(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert tracing_as_configured() is None


def test_a_server_that_traces_nothing_imports_nothing_for_it() -> None:
    asked = (
        "import sys, jifen.api.door; from jifen.operations.tracing import tracing_as_configured;"
        "assert tracing_as_configured() is None;"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", asked], check=True)
