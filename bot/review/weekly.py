"""The picture of a weekly digest: how many incidents there were, beside the weeks before."""

from bot.domain.dates import a_short_date
from bot.domain.vocabulary import Priority
from bot.domain.weekly import Weekly
from bot.review.charts import PRIORITY_COLOURS, Chart, columns


def weeks_chart(found: Weekly) -> Chart:
    """A column for each week, named by its first day."""
    labels = [a_short_date(one.first) for one in found.weeks]
    series = {name.value: [one.by_priority[name.value] for one in found.weeks] for name in Priority}
    told = ", ".join(
        f"{label}: {sum(one.by_priority.values())}" for label, one in zip(labels, found.weeks, strict=True)
    )
    return columns(f"Incidents by week, from its first day. {told}.", labels, series, PRIORITY_COLOURS)
