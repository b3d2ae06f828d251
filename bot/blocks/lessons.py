"""What an incident teaches about runbooks: choosing what is proposed, and what stands beside the file."""

from collections.abc import Iterable, Sequence

from bot.blocks import facts, limits
from bot.blocks.forms import View, choice, option, text_input, view
from bot.blocks.message import Rendered, actions, button, rendered, section
from bot.blocks.text import code, link, safe, shorten
from bot.domain.incident import Incident
from bot.domain.lessons import Kind, Lesson
from bot.domain.runbook import Runbook
from bot.domain.sections import mark_of
from bot.domain.timeline import AnyEvent, PullRequestRefused, RunbookProposed
from bot.domain.vocabulary import Offer

SHOWN = 300
"""Characters of a lesson that are shown."""
MOST_LISTED = 20
WHAT = {
    Kind.SKIPPED: "skipped",
    Kind.FAILED: "failed",
    Kind.NOT_HELPFUL: "did not help",
    Kind.WRITTEN: "from the review",
    Kind.BY_HAND: "done by hand",
}
LESSON, RUNBOOK = "Propose a change to a runbook", "Propose a runbook"


def of_lesson(one: Lesson, *, beside_its_key: bool = False) -> str:
    """`database-failover, step 3 failed: the replica lagged`; its key says of which runbook."""
    about = f"{one.slug}, " if one.slug and not beside_its_key else ""
    step = f"step {one.step} " if one.step else ""
    return f"{about}{step}{WHAT[one.kind]}: {facts.one_line(one.text)}"


def lesson_form(incident: Incident, lessons: Sequence[Lesson], runbooks: Iterable[Runbook]) -> View:
    """What is to be said by which runbook; the value of a runbook says as what it was seen."""
    known = [one for one in runbooks if not one.is_withdrawn]
    linked = [one.slug for one in incident.runbooks]
    ordered = sorted(known, key=lambda one: (linked.index(one.slug) if one.slug in linked else len(linked), one.title))
    about = next((one.slug for one in lessons if one.slug), linked[0] if linked else None)
    options = [option(one.title, f"{one.slug}:{mark_of(one.body)}") for one in ordered]
    first = next((one["value"] for one in options if one["value"].startswith(f"{about}:")), None)
    hint = "Empty: as it stands above"
    learned = choice("lesson", "What was learned", [option(of_lesson(one), one.key) for one in lessons])
    wanted = choice("runbook", "Which runbook should say so?", options, chosen=first)
    blocks = [*({**one, "optional": False} for one in (*learned, *wanted)), text_input("text", "In other words", hint)]
    return view("Change a runbook", blocks, "review", "Propose", f"{incident.ref} lesson")


def lesson_list(incident: Incident, lessons: Sequence[Lesson]) -> Rendered:
    """What can be typed."""
    told = [(one.key, of_lesson(one, beside_its_key=True)) for one in lessons[:MOST_LISTED]]
    lines = [f"• {code(key)} {safe(shorten(said, SHOWN))}" for key, said in told]
    text = "\n".join([f"What {incident.ref} teaches:", *lines])
    return rendered(text, [section(text), *offers(incident, Offer.CHANGE)])


def offers(incident: Incident, *wanted: Offer) -> list[View | None]:
    """The buttons that lead to a proposal."""
    ways = {Offer.CHANGE: (LESSON, "review lesson"), Offer.RUNBOOK: (RUNBOOK, "review runbook")}
    return [actions([button(ways[one][0], f"{incident.ref} {ways[one][1]}") for one in wanted])] if wanted else []


def offered(incident: Incident, offer: Offer) -> str:
    """One line below what is said of an approved review."""
    if offer is Offer.RUNBOOK:
        return f"No runbook was used. To keep what you did as one: {code(f'/incident {incident.ref} review runbook')}."
    way = code(f"/incident {incident.ref} review lesson")
    return f"Not every step of the runbook fitted. To propose a change to it: {way}."


def proposed(incident: Incident, event: RunbookProposed, cause: AnyEvent) -> str:
    """What stands beside the file."""
    who, title = facts.who(event.actor), safe(event.title)
    what = f"a change to the runbook “{title}”: {safe(event.text)}" if event.text else f"a runbook: “{title}”"
    why = f"No pull request could be opened: {safe(cause.why)} " if isinstance(cause, PullRequestRefused) else ""
    way = code(f"git apply {incident.ref}-{event.slug}.diff")
    return shorten(f"{why}{who} proposes {what}\nTo take it, in the folder of the runbooks: {way}", limits.SECTION_TEXT)


def opened(url: str, number: int) -> str:
    """`<https://…|#12>`."""
    return link(url, f"#{number}")
