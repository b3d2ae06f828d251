"""Traces for OpenTelemetry: a command, the effects that follow from it, the calls to Slack that those make.

The only module that knows OpenTelemetry, and it loads that only where an address for traces is set. It is configured by
OpenTelemetry's own variables (opentelemetry.io, “OTLP Exporter Configuration” and “General SDK Configuration”).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from bot.door.under_way import ERROR, Kind

ENDPOINT, TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
SERVICE_NAMES = ("OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES")
INSTALL = "pip install 'muster-bot[otel]'"
UNTOLD = {"lane"}
"""That of a direct message holds a person's id, and traces may leave the house."""
FLUSHED_WITHIN = 500
"""Milliseconds for what was not sent yet when the process ends."""


class NotInstalled(Exception):
    """Traces are wanted, and what makes them is not there."""


class Spans:
    """Spans by the SDK of OpenTelemetry."""

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        """`url`: where they are posted, as protobuf. Raises NotInstalled."""
        try:
            from opentelemetry import propagate, trace
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ModuleNotFoundError:
            raise NotInstalled from None

        about = {"service.version": version("muster-bot")}
        if not any(environ.get(name) for name in SERVICE_NAMES):
            about["service.name"] = "muster"
        self._trace, self._propagate = trace, propagate
        self._provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
        self._tracer = self._provider.get_tracer("muster")
        kinds = trace.SpanKind
        self._kinds: dict[Kind, Any] = {
            "asked": kinds.SERVER,
            "later": kinds.CONSUMER,
            "calling": kinds.CLIENT,
            "within": kinds.INTERNAL,
        }

    @contextmanager
    def span(self, name: str, kind: Kind, parent: str | None) -> Iterator[None]:
        """What an error says may be somebody's words: of it the span holds the class alone."""
        context = self._propagate.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(
            name, context, self._kinds[kind], record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(self._trace.StatusCode.ERROR)
                raise

    def note(self, known: Mapping[str, str | int]) -> None:
        """A span of a request is named by the verb that it turns out to be."""
        span = self._trace.get_current_span()
        for name in known.keys() - UNTOLD:
            value = known[name]
            span.set_attribute("error.type" if name == ERROR else f"muster.{name}", value)
        if "action" in known:
            span.update_name(str(known["action"]))
        if ERROR in known:
            span.set_status(self._trace.StatusCode.ERROR)

    def carried(self) -> str | None:
        """As W3C Trace Context has it."""
        carrier: dict[str, str] = {}
        self._propagate.inject(carrier)
        return carrier.get("traceparent")

    def flush(self) -> None:
        """Send what was not sent yet. Blocks."""
        self._provider.force_flush(FLUSHED_WITHIN)


def spans_wanted(environ: Mapping[str, str]) -> Spans | None:
    """What makes spans, where the environment says where they go to. Raises NotInstalled."""
    if url := environ.get(TRACES_ENDPOINT):
        return Spans(url, environ)
    if base := environ.get(ENDPOINT):
        return Spans(f"{base.rstrip('/')}/v1/traces", environ)
    return None
