"""Traces of requests by OpenTelemetry, where its usual variables ask for them; nothing of it is imported otherwise."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_LOG: Final = logging.getLogger("jifen.operations")
_ADDRESSES: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_NANOSECONDS: Final = 1_000_000_000


class Tracing:
    """Tells of each request as a span, within the trace of whoever asked."""

    def __init__(self, provider: TracerProvider) -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._tracer = provider.get_tracer("jifen")
        self._contexts = TraceContextTextMapPropagator()

    def answered(
        self, route: str, status: int, seconds: float, request_id: str, traceparent: str | None
    ) -> None:
        """A request was just answered; `traceparent` is the header that it came with."""
        from opentelemetry.trace import SpanKind, Status, StatusCode

        ended = time.time_ns()
        method, _, template = route.partition(" ")
        span = self._tracer.start_span(
            route,
            context=self._contexts.extract({"traceparent": traceparent}) if traceparent else None,
            kind=SpanKind.SERVER,
            attributes={
                "http.request.method": method,
                "http.route": template,
                "http.response.status_code": status,
                "jifen.request_id": request_id,
            },
            start_time=ended - round(seconds * _NANOSECONDS),
        )
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end(ended)

    def close(self) -> None:
        """Send what was not sent yet."""
        self._provider.shutdown()


def tracing_as_configured() -> Tracing | None:
    """By the variables of OpenTelemetry, None where they name no collector. What is missing for it is logged."""
    wanted = any(os.environ.get(address) for address in _ADDRESSES)
    if not wanted or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    if os.environ.get("OTEL_TRACES_EXPORTER", "otlp") != "otlp":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        _LOG.warning("traces are asked for and not installed: install jifen[telemetry]")
        return None
    ours = Resource({"service.name": "jifen"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=ours)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)
