"""What pipelines say of deployments: GitHub's and GitLab's webhooks, and CloudEvents.

Fields and signatures: docs.github.com, "Webhook events and payloads" and "Validating webhook deliveries";
docs.gitlab.com, "Webhook events"; cdevents.dev, "Continuous deployment" (2026). `?service=` in the address says which
service a repository deploys, where it is not called like that.
"""

from collections.abc import Sequence
from typing import Any

from bot.domain.changes import Change
from bot.integrations.alerts.authentic import is_one_of, is_signed, knows_secret
from bot.integrations.alerts.cloudevents import events_of
from bot.integrations.alerts.reading import (
    Incoming,
    Unreadable,
    address,
    as_object,
    digest,
    first,
    instant,
    one_line,
    part,
)

GITHUB, GITLAB, CLOUDEVENTS = "github", "gitlab", "cloudevents"
WORD = 100
ENDED = {"success": False, "failure": True, "error": True, "failed": True}
"""The states of a deployment that has ended → whether it failed; in others nothing is there yet."""


def is_authentic(incoming: Incoming, secrets: Sequence[str]) -> bool:
    headers = incoming.headers
    if "x-github-event" in headers:
        return is_signed([headers.get("x-hub-signature-256", "").removeprefix("sha256=")], secrets, incoming.body)
    if "x-gitlab-event" in headers:
        return is_one_of([headers.get("x-gitlab-token", "")], secrets)
    return knows_secret(incoming, secrets)


def delivery_id(incoming: Incoming) -> str:
    """What the delivery is known by when it is sent again."""
    headers = incoming.headers
    own = headers.get("x-github-delivery") or headers.get("x-gitlab-event-uuid")
    return f"changes/{digest(own or incoming.body.decode('utf-8', 'replace'))}"


def read(incoming: Incoming) -> list[Change]:
    """The deployments that it tells of; none where it tells of something else. Raises Unreadable, whatever came."""
    try:
        if "x-github-event" in incoming.headers:
            found = _github(incoming)
        elif "x-gitlab-event" in incoming.headers:
            found = _gitlab(incoming)
        else:
            found = [one for event in events_of(incoming) if (one := _event(event)) is not None]
    except Unreadable:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise Unreadable("It is nothing that GitHub, GitLab or a sender of CloudEvents sends.") from None
    service = one_line(incoming.query.get("service"), WORD)
    return [_of(one, service) for one in found]


def _of(change: Change, service: str) -> Change:
    if not service:
        return change
    return Change(
        change.source,
        service,
        change.what,
        change.at,
        change.has_failed,
        change.environment,
        change.by_whom,
        change.link,
    )


def _github(incoming: Incoming) -> list[Change]:
    if incoming.headers["x-github-event"] != "deployment_status":
        return []
    content = as_object(incoming.body)
    status, deployment = part(content, "deployment_status"), part(content, "deployment")
    state, at = status.get("state"), instant(status.get("created_at") or status.get("updated_at"))
    if state not in ENDED or at is None:
        return []
    return [
        Change(
            GITHUB,
            one_line(part(content, "repository").get("name"), WORD),
            first(deployment.get("ref"), str(deployment.get("sha") or "")[:7]),
            at,
            ENDED[state],
            one_line(deployment.get("environment"), WORD),
            one_line(part(deployment, "creator").get("login"), WORD),
            address(status.get("target_url") or status.get("log_url") or part(content, "repository").get("html_url")),
        )
    ]


def _gitlab(incoming: Incoming) -> list[Change]:
    content = as_object(incoming.body)
    state, at = content.get("status"), _gitlab_time(content.get("status_changed_at"))
    if content.get("object_kind") != "deployment" or state not in ENDED or at is None:
        return []
    return [
        Change(
            GITLAB,
            one_line(part(content, "project").get("name"), WORD),
            first(content.get("ref"), content.get("short_sha"), content.get("commit_title")),
            at,
            ENDED[state],
            one_line(content.get("environment"), WORD),
            one_line(part(content, "user").get("username"), WORD),
            address(content.get("deployable_url") or content.get("commit_url")),
        )
    ]


def _gitlab_time(said: Any) -> Any:
    """`2026-03-02 14:01:09 +0100`: a space before the zone."""
    return instant(said.replace(" +", "+").replace(" -", "-") if isinstance(said, str) else said)


def _event(event: dict[str, Any]) -> Change | None:
    data, at = part(event, "data"), instant(event.get("time"))
    content = part(data, "subject", "content") or data
    service = first(data.get("service"), part(content, "service").get("id"), part(data, "subject").get("id"))
    if at is None:
        raise Unreadable("It does not say when: `time` is missing.")
    failed = one_line(data.get("status") or data.get("state"), WORD).lower()
    return Change(
        CLOUDEVENTS,
        service or first(event.get("subject")),
        first(data.get("version"), content.get("artifactId"), data.get("title"), event.get("type")),
        at,
        ENDED.get(failed, False),
        first(data.get("environment"), part(content, "environment").get("id")),
        first(data.get("by"), data.get("user")),
        address(data.get("link") or data.get("url")),
    )
