"""What the channel is told when the review is posted: two or three sentences of our own, in mrkdwn."""

from bot.domain.review import Review
from bot.domain.telling import ended, spell
from bot.review.reading import count


def summary(review: Review) -> str:
    """How long it took, how many updates came on time, what is left to do. Holds nothing that people wrote."""
    parts = [
        f"*{review.incident.ref}*, {review.incident.priority}: {_durations(review)}",
        _updates(review),
        _rest(review),
    ]
    return " ".join(ended(part) for part in parts)


def _durations(review: Review) -> str:
    spans = review.durations
    known = (
        ("command accepted", spans.time_to_acknowledge),
        ("mitigated", None if "mitigated_at" in review.times.inferred else spans.time_to_mitigate),
        ("resolved", spans.time_to_resolve),
        ("closed", spans.time_to_close),
    )
    told = [f"{what} after {spell(span)}" for what, span in known if span is not None]
    return ", ".join(told) or f"still {review.incident.status}"


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
