"""Trends on paper: one document for whoever reads figures once a month, with the table of its figures below each
chart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.domain.dates import a_month, a_span
from bot.domain.trends import NONE, Selection, Trends
from bot.review import as_pdf
from bot.web.pages import templates
from bot.web.trend_pages import Names, charts, left_out, tiles

PUBLIC: Final = "Private incidents are not counted."
OF_A_VIEWER: Final = "Of the incidents that {} can read."


@dataclass(frozen=True, slots=True)
class Report:
    """A selection on paper. `whose`: in a sentence, whose incidents count; `address`: of our pages, None where there
    are none."""

    found: Trends
    names: Names
    whose: str
    written_on: date
    address: str | None

    @property
    def pdf(self) -> bytes:
        """It takes a second or two. Raises NoPdf."""
        return as_pdf(self.page, self.address)

    @property
    def page(self) -> str:
        return (
            templates()
            .get_template("report.html")
            .render(
                title=title_of(self.found.selection),
                about=[*_filters(self.found.selection, self.names), self.whose],
                tiles=tiles(self.found),
                charts=charts(self.found, self.names) if self.found.whole.incidents else [],
                left_out=left_out(self.found),
                written_on=a_span(self.written_on, self.written_on),
                has_links=self.address is not None,
            )
        )


def on_paper(wanted: Selection) -> Selection:
    return replace(wanted, is_on_paper=True)


def whole_month(day: date) -> Selection:
    """The calendar month of a day."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Selection(first=first, last=following - timedelta(days=1), is_on_paper=True)


def last_month(today: date) -> Selection:
    """The month before this one."""
    return whole_month(today.replace(day=1) - timedelta(days=1))


def title_of(wanted: Selection) -> str:
    noun = "Drills" if wanted.drills else "Incidents"
    month = whole_month(wanted.first)
    if (wanted.first, wanted.last) == (month.first, month.last):
        return f"{noun} in {a_month(wanted.first)}"
    return f"{noun} from {a_span(wanted.first, wanted.last)}"


def file_name(wanted: Selection) -> str:
    return f"muster-report-{wanted.first}-{wanted.last}.pdf"


def _filters(wanted: Selection, names: Names) -> Iterator[str]:
    if wanted.priority:
        yield f"Priority: {wanted.priority}."
    if wanted.service:
        yield f"Service: {names.service(wanted.service)}."
    if wanted.category:
        yield f"Category: {'none' if wanted.category == NONE else wanted.category}."
