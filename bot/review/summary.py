"""What the channel is told when the review is posted: two or three sentences of our own, in mrkdwn."""

from datetime import timedelta

from bot.domain.document import Review
from bot.domain.telling import ended, spell
from bot.review.reading import count


def summary(review: Review) -> str:
    """How long it took, how many updates came on time, what is left to do. Holds nothing that people wrote."""
    return " ".join(ended(part) for part in (_durations(review), _updates(review), _rest(review)))


def _durations(review: Review) -> str:
    incident, spans = review.incident, review.durations
    known = (
        ("command accepted", spans.time_to_acknowledge),
        ("mitigated", None if "mitigated_at" in review.times.inferred else spans.time_to_mitigate),
        ("resolved", spans.time_to_resolve),
        ("closed", spans.time_to_close),
    )
    told = ", ".join(f"{what} {_after(span)}" for what, span in known if span is not None)
    return f"*{incident.ref}* ({incident.priority}) is {incident.status}{f': {told}' if told else ''}"


def _after(span: timedelta) -> str:
    return f"{spell(-span)} before it was declared" if span < timedelta() else f"after {spell(span)}"


def _updates(review: Review) -> str:
    posted = len(review.updates)
    if not posted:
        return "No update was posted"
    on_time = sum(update.is_on_time for update in review.updates)
    return f"{on_time} of {count(posted, 'update')} came on time"


def _rest(review: Review) -> str:
    agreed = len(review.follow_ups)
    followed = f"{count(agreed, 'follow-up').capitalize()} {'was' if agreed == 1 else 'were'} agreed"
    entries = count(len(review.timeline), "timeline entry", "timeline entries")
    return f"{followed}; the review holds {entries} and {count(len(review.transcript), 'message')}"
