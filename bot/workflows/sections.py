"""Keep what people write in a review."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import sections as rules
from bot.domain.actor import Person
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.refusal import Refusal
from bot.domain.sections import ReviewIsSettled, Written
from bot.domain.vocabulary import Section
from bot.door.caller import Seen
from bot.store import Audited
from bot.workflows.context import Context, require_unmoved, require_writable


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wants a section to say, the revision they began from (0 for none), and the mark of its text."""

    text: str
    seen: int
    began_from: str | None = None


class NotSaved(Refusal):
    """Some of the texts could not be kept, so none was. `why` says it by section."""

    def __init__(self, why: Mapping[Section, Refusal]) -> None:
        super().__init__("; ".join(map(str, why.values())))
        self.why = why


async def write_sections(
    context: Context,
    number: IncidentNumber,
    by: SlackUserId,
    texts: Mapping[Section, Text],
    incident_seen: Seen | None = None,
) -> tuple[Written, ...]:
    """All or nothing; returns what was new. Raises ReviewIsSettled, NotFound, NotSaved, MovedOn."""
    now = context.now()
    async with context.store.write() as tx:
        incident = require_writable(await tx.load(number), number)
        await require_unmoved(tx, incident_seen)
        if incident.review_state not in rules.OPEN:
            raise ReviewIsSettled(ref=incident.ref, state=incident.review_state)
        before = await tx.written(number)
        changed, refused = list[Written](), dict[Section, Refusal]()
        for section, wanted in texts.items():
            try:
                new = rules.write(section, before.get(section), wanted.seen, wanted.text, by, now, wanted.began_from)
            except Refusal as why:
                refused[section] = why
                continue
            if new is not None:
                changed.append(new)
        if refused:
            raise NotSaved(refused)
        for one in changed:
            await tx.keep_written(number, one)
            last = before.get(one.section)
            if last is None or last.revision != one.revision:
                await tx.keep_audit(Audited.of(now, Person(by), "review", number, "done", f"wrote {one.section}"))
        return tuple(changed)
