"""Figures of the traffic with Slack, for `GET /metrics`."""

from prometheus_client import Counter, Histogram

CALLS = Counter("muster_slack_calls", "Calls to Slack's Web API, by what came of them.", ["method", "outcome"])
CALL_SECONDS = Histogram("muster_slack_call_seconds", "How long a call to Slack's Web API took.", ["method"])
RATE_LIMITED = Counter("muster_slack_rate_limited", "Times Slack asked for patience (429).", ["method"])
SLACK_EVENTS = Counter("muster_slack_events", "Slack events taken in.", ["type"])
ANSWERS = Counter("muster_answers", "Answers to what people asked.", ["kind", "outcome"])
ANSWER_SECONDS = Histogram(
    "muster_answer_seconds",
    "How long a person waited for the first answer.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
)


def call(method: str, outcome: str, seconds: float) -> None:
    CALLS.labels(method, outcome).inc()
    CALL_SECONDS.labels(method).observe(seconds)


def answer(kind: str, outcome: str, seconds: float) -> None:
    ANSWERS.labels(kind.lower(), outcome.lower()).inc()
    ANSWER_SECONDS.observe(seconds)
