"""What must be true in the end, by a small model of its own: what people were told, against what there is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.domain import timeline as t
from bot.domain.asking import LATE
from bot.domain.folding import fold
from bot.sandbox import Channel, Message
from tests.chaos.evidence import Evidence, Recorded, key
from tests.chaos.laboratory import Act, Answer, number_in
from tests.chaos.plan import TYPED

LEASE = 30.0
"""Seconds after which what a dead or frozen process had taken is taken by another."""
SLACK = 15.0
"""Seconds that a start, or a busy machine, may take besides."""
WITHOUT_DATABASE = "Muster cannot reach its database right now."
"""What a channel is told that is opened past the outbox."""
POSTED = frozenset({"Announce", "PostCard", "PostRunbook", "TellPerson", "TellBroadcast"})
"""Effects that leave a message of their own."""
DONE_BY: dict[str, type[t.TimelineEvent]] = {
    "accept": t.CommandAccepted,
    "click": t.CommandAccepted,
    "takeover": t.CommandTakenOver,
    "handover": t.HandoverOffered,
    "role": t.RoleAssigned,
    "follow": t.Followed,
    "unfollow": t.Unfollowed,
}
"""What commands without words of their own leave on the timeline."""
WORDED = frozenset(name for name, (_, text) in TYPED.items() if "{t}" in text) | {"form"}
"""Commands whose words can be found again."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be."""

    kind: str
    """`lost`, `doubled`, `disorder`, `untrue`, `late` or `stuck`."""
    text: str
    incident: int | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {f'INC-{self.incident}: ' if self.incident else ''}{self.text}"


def check(evidence: Evidence) -> list[Finding]:
    """Everything that is wrong; empty when nothing is."""
    found = [Finding("stuck", complaint) for complaint in evidence.complaints]
    for one in CHECKS:
        found += one(evidence)
    return found


def people_got_on(evidence: Evidence) -> Iterator[Finding]:
    """Where hardly anything was answered, that nothing is wrong proves nothing."""
    answered = sum(act.answer in (Answer.DONE, Answer.REFUSED) for act in evidence.acts)
    if answered < len(evidence.acts) / 4:
        yield Finding("stuck", f"only {answered} of {len(evidence.acts)} operations were answered")


def one_channel_each(evidence: Evidence) -> Iterator[Finding]:
    ours = [one for one in evidence.channels if one.creator == evidence.bot and not one.is_im]
    by_number = Counter(number_in(one.name) or 0 for one in ours)
    for number in evidence.incidents:
        yield from _counted("channel", by_number[number], 1, 1, number)
    for number in by_number.keys() - evidence.incidents.keys():
        yield Finding("doubled", "a channel of no incident", number)


def declared_once(evidence: Evidence) -> Iterator[Finding]:
    titles = [_first(one).title for one in evidence.incidents.values()]
    for act in evidence.acts:
        if act.operation.verb == "declare":
            times = sum(act.operation.word in title for title in titles)
            yield from _counted(f"declared by “{act}”", times, *_allowed([act]), act.incident)
    references = [act.incident for act in evidence.acts if act.operation.verb == "declare" and act.incident]
    for number, times in Counter(references).items():
        yield from _counted("declaration that was told this reference", times, 1, 1, number)


def applied_once(evidence: Evidence) -> Iterator[Finding]:
    """On the timeline: what was acknowledged, once; what was refused, not; anything else once at the most."""
    for number, acts in _by_incident(evidence).items():
        events = _events(evidence.incidents[number])
        wordless: dict[tuple[type[t.TimelineEvent], str], list[Act]] = defaultdict(list)
        for act in acts:
            verb, word = act.operation.verb, act.operation.word
            if verb in WORDED:
                times = sum(_tells(event, word) for event in events)
                yield from _counted(f"event of “{act}”", times, *_allowed([act]), number)
            elif verb in DONE_BY:
                wordless[DONE_BY[verb], act.operation.who].append(act)
        for (kind, who), done in wordless.items():
            times = sum(type(event) is kind and event.by == evidence.people[who] for event in events)
            yield from _counted(f"{kind.__name__} by {who}", times, *_allowed(done), number)


def told_once(evidence: Evidence) -> Iterator[Finding]:
    """In the channel: what stands on the timeline in somebody's words is announced once."""
    for number, acts in _by_incident(evidence).items():
        said = _announced(evidence, number)
        events = _events(evidence.incidents[number])
        for act in acts:
            word = act.operation.word
            if act.operation.verb in WORDED:
                recorded = sum(_tells(event, word) for event in events)
                times = sum(word in one.plain for one in said)
                yield from _counted(f"announcement of “{act}”", times, recorded, recorded, number)


def everything_sent_stands_once(evidence: Evidence) -> Iterator[Finding]:
    """By the trace that each message carries: also what has no words of anybody, and what is told by DM."""
    shown = Counter(key(message) for _, message in evidence.shown)
    for row in evidence.outbox:
        if row.state == "dead":
            yield Finding("lost", f"{row.kind} to {row.lane} was given up: {row.error}", row.number)
        elif row.kind in POSTED:
            times = 1 if row.state == "done" and "ts" in row.result else 0
            yield from _counted(f"{row.kind} to {row.lane}, {row.state}", shown[row.key], times, 1, row.number)
    known = {row.key for row in evidence.outbox}
    rooms = Counter(channel.id for channel, message in evidence.shown if WITHOUT_DATABASE in message.text)
    for channel, message in evidence.shown:
        if WITHOUT_DATABASE in message.text and key(message) not in known:
            yield from _counted("word that the database is away", rooms[channel.id], 1, 1, number_in(channel.name))
        elif key(message) not in known:
            yield Finding("doubled", f"nothing caused “{message.text[:80]}” in #{channel.name}")
        if "may be a repeat" in message.plain:
            yield Finding("doubled", f"may be a repeat in #{channel.name}: “{message.text[:80]}”")


def in_order(evidence: Evidence) -> Iterator[Finding]:
    """As the timeline has it; and what was answered before something else was asked stands before that."""
    seq = {row.key: row.seq or 0 for row in evidence.outbox if row.kind == "Announce"}
    for number, acts in _by_incident(evidence).items():
        said = _announced(evidence, number)
        for earlier, later in pairwise(said):
            if seq[key(earlier)] > seq[key(later)]:
                yield Finding("disorder", f"“{later.text[:60]}” stands after “{earlier.text[:60]}”", number)
        stood = [(act, place) for act in acts for place in _places(said, act)]
        for first, its_place in stood:
            for second, place in stood:
                is_answered = first.answer is Answer.DONE and first.answered_at < second.began_at
                if is_answered and its_place > place:
                    yield Finding("disorder", f"“{second}” stands before “{first}”", number)


def deadlines_kept(evidence: Evidence) -> Iterator[Finding]:
    """Said once each, in the channel too, and not later than the fault and a lease explain."""
    for number, one in evidence.incidents.items():
        for nag, times in nags(one.timeline).items():
            if times > 1:
                yield Finding("doubled", f"{times} times {nag}", number)
        overdue = {recorded.seq for recorded in one.timeline if isinstance(recorded.event, t.UpdateOverdue)}
        told = overdue - _left_out(evidence, number)
        times = sum("has not come yet" in message.plain for message in _announced(evidence, number))
        yield from _counted("word of an update that is overdue", times, len(told), len(told), number)
        for due, recorded in lateness(one.timeline):
            if recorded - due - _broken(evidence, due, recorded) > LEASE + SLACK:
                yield Finding("late", f"due {recorded - due:.1f} s before it was said", number)
        yield from _acceptance_missed(evidence, number, one)


def _acceptance_missed(evidence: Evidence, number: int, one: Recorded) -> Iterator[Finding]:
    """Nobody was even tried to take command in time: then that has to be said."""
    acts = _by_incident(evidence).get(number, [])
    first = _first(one)
    ends = {"accept", "click", "takeover", "priority", "impact", "update", "form", "mitigate", "resolve", "cancel"}
    due = first.acknowledge.due_at.timestamp()
    until = due + LEASE + SLACK + _broken(evidence, due, due + LEASE + SLACK)
    touched = any(act.operation.verb in ends and act.began_at < until for act in acts)
    if first.priority == "P1" and not touched:
        said = sum(isinstance(recorded.event, t.AcknowledgementOverdue) for recorded in one.timeline)
        yield from _counted("word that nobody took command", said, 1, 1, number)


def cards_are_true(evidence: Evidence) -> Iterator[Finding]:
    """What the cards and the topic show in the end; and that the database is of one mind."""
    for number, one in evidence.incidents.items():
        incident, summary = one.folded, one.summary
        kept = (summary.status, summary.priority, summary.commander, summary.title)
        if kept != (incident.status, incident.priority, incident.commander, incident.title):
            yield Finding("untrue", f"the list has {kept}, the timeline tells otherwise", number)
        wanted = (f"INC-{number} · {incident.priority} {incident.status}", incident.title)
        cards = [(event.channel, event.ts) for event in _events(one) if isinstance(event, t.CardPosted)]
        if not cards:
            yield Finding("lost", "no card", number)
        for place, ts in cards:
            found = next((each for each in evidence.channels if each.id == place), None)
            text = found.by_ts[ts].plain if found and ts in found.by_ts else ""
            if not all(words in text for words in wanted):
                yield Finding("untrue", f"the card says “{text[:120]}”, not {wanted}", number)
        channel = _channel(evidence, number)
        if channel and not channel.is_archived:
            topic = f"{incident.priority} · {incident.status}"
            if topic not in channel.topic or incident.title not in channel.topic:
                yield Finding("untrue", f"the topic is “{channel.topic}”, not “{topic} … {incident.title}”", number)


def transcripts_are_whole(evidence: Evidence) -> Iterator[Finding]:
    """Every message of a person with its last wording, nothing of one that was deleted, all reactions, who is there."""
    for number, one in evidence.incidents.items():
        channel = _channel(evidence, number)
        if channel is None:
            continue
        kept = {str(message.ts): message for message in one.transcript}
        for message in channel.posted:
            if message.user == evidence.bot or message.subtype not in (None, "thread_broadcast"):
                continue
            found = kept.get(message.ts)
            if found is None or (found.deleted_at is not None) != message.is_deleted:
                if found is not None or not message.is_deleted:
                    yield Finding("lost", f"“{message.text}” ({message.ts}) is not in the transcript as it is", number)
            elif not message.is_deleted and found.text != message.text:
                yield Finding("untrue", f"the transcript has “{found.text}”, not “{message.text}”", number)
            elif not message.is_deleted:
                reactions = {each.name: set(each.users) for each in found.reactions if each.users}
                if reactions != {name: set(users) for name, users in message.reactions.items() if users}:
                    yield Finding("lost", f"reactions to “{message.text}”: {reactions} not {message.reactions}", number)
        if one.members - {evidence.bot} != set(channel.members) - {evidence.bot}:
            yield Finding("untrue", f"members are {channel.members}, not {sorted(one.members)}", number)


def replicas_agree(evidence: Evidence) -> Iterator[Finding]:
    """Each tells the same of every incident, and it is what the database has."""
    wanted = {f"INC-{number}": str(one.summary.status) for number, one in evidence.incidents.items()}
    for told in evidence.told_by:
        if told != evidence.told_by[0]:
            yield Finding("untrue", "the replicas' lists of incidents differ")
        if {name: one["status"] for name, one in told.items()} != wanted:
            yield Finding("untrue", "a replica's list of incidents is not what there is")


CHECKS: tuple[Callable[[Evidence], Iterable[Finding]], ...] = (
    people_got_on,
    one_channel_each,
    declared_once,
    applied_once,
    told_once,
    everything_sent_stands_once,
    in_order,
    deadlines_kept,
    cards_are_true,
    transcripts_are_whole,
    replicas_agree,
)


def nags(events: Sequence[t.Recorded]) -> Counter[tuple[object, ...]]:
    """What may be said only once of each promise."""
    said: Counter[tuple[object, ...]] = Counter()
    for one in events:
        match one.event:
            case t.UpdateOverdue(due_at=due_at) | t.AcknowledgementOverdue(due_at=due_at):
                said[type(one.event).__name__, due_at] += 1
            case t.DeadlineReminded(deadline=kind, due_at=due_at):
                said["reminded", kind, due_at] += 1
            case t.EscalationTold(deadline=kind, due_at=due_at, rungs=rungs):
                said["told", kind, due_at, rungs.taken] += 1
            case _:
                pass
    return said


def lateness(events: Sequence[t.Recorded]) -> list[tuple[float, float]]:
    """Of each promise that was broken: when that had to be said, and when it was recorded, in seconds since the
    epoch."""
    found: list[tuple[float, float]] = []
    snoozed_until = 0.0
    for place, one in enumerate(events):
        match one.event:
            case t.RemindersSnoozed(until=until):
                snoozed_until = until.timestamp()
            case t.UpdateOverdue(due_at=due_at):
                late_at = (due_at + fold(events[:place]).update_grace).timestamp()
                found.append((max(late_at, snoozed_until), one.recorded_at.timestamp()))
            case t.AcknowledgementOverdue(due_at=due_at):
                found.append((max(due_at.timestamp(), snoozed_until), one.recorded_at.timestamp()))
            case _:
                pass
    return found


def lags(evidence: Evidence) -> list[tuple[Act, float]]:
    """Of what was acknowledged: seconds until it stood in the channel."""
    found = []
    for number, acts in _by_incident(evidence).items():
        said = _announced(evidence, number)
        for act in acts:
            if act.answer is Answer.DONE and act.operation.verb in WORDED:
                ts = next((float(one.ts) for one in said if act.operation.word in one.plain), None)
                found += [] if ts is None else [(act, max(0.0, ts - act.answered_at))]
    return found


def _counted(what: str, times: int, least: int, most: int, number: int | None) -> Iterator[Finding]:
    if times < least:
        yield Finding("lost", f"{times} instead of {least}: {what}", number)
    elif times > most:
        yield Finding("doubled", f"{times} instead of {most}: {what}", number)


def _allowed(acts: Iterable[Act]) -> tuple[int, int]:
    """How often at least, and at the most, what was done by these may be there."""
    answers = Counter(act.answer for act in acts)
    return answers[Answer.DONE], answers[Answer.DONE] + answers[Answer.UNSURE]


def _by_incident(evidence: Evidence) -> dict[int, list[Act]]:
    """Commands about an incident, in the order in which they were given."""
    found: dict[int, list[Act]] = defaultdict(list)
    for act in sorted(evidence.acts, key=lambda one: one.began_at):
        if act.incident is not None and act.incident in evidence.incidents and act.operation.verb != "declare":
            found[act.incident].append(act)
    return found


def _tells(event: t.TimelineEvent, word: str) -> bool:
    """Whether it is the event of the command with this word, and does not only quote it."""
    if isinstance(event, t.TitleCorrected):
        return bool(event.title) and word in str(event.title)
    return word in repr(event)


def _announced(evidence: Evidence, number: int) -> list[Message]:
    """What the incident's channel was told, in order."""
    channel = _channel(evidence, number)
    ours = {row.key for row in evidence.outbox if row.kind == "Announce" and row.number == number}
    return [one for one in channel.posted if key(one) in ours] if channel else []


def _left_out(evidence: Evidence, number: int) -> set[int | None]:
    """Events that the channel was not told any more, as nobody needed it when Slack was back after a long time."""
    if not any(
        one.trouble.kind == "slack_out" and one.ended_at - one.began_at > LATE.total_seconds() for one in evidence.broke
    ):
        return set()
    own = [row for row in evidence.outbox if row.kind == "Announce" and row.number == number]
    return {row.seq for row in own if row.state == "done" and "ts" not in row.result}


def _places(said: Sequence[Message], act: Act) -> list[int]:
    if act.operation.verb not in WORDED:
        return []
    return [place for place, one in enumerate(said) if act.operation.word in one.plain]


def _channel(evidence: Evidence, number: int) -> Channel | None:
    wanted = evidence.incidents[number].summary.channel
    return next((one for one in evidence.channels if one.id == wanted), None)


def _first(one: Recorded) -> t.IncidentDeclared:
    (first,) = [event for event in _events(one) if isinstance(event, t.IncidentDeclared)]
    return first


def _events(one: Recorded) -> list[t.AnyEvent]:
    return [recorded.event for recorded in one.timeline]


BREAKS_TIME = (
    "kill",
    "terminate",
    "freeze",
    "pause",
    "database_cut",
    "database_away",
    "database_crash",
    "database_locked",
)


def _broken(evidence: Evidence, since: float, until: float) -> float:
    """Seconds of that time in which some process or the database was not whole, or just starting."""
    spans = [
        (max(since, one.began_at), min(until, one.ended_at + SLACK))
        for one in evidence.broke
        if one.trouble.kind in BREAKS_TIME
    ]
    total, reached = 0.0, since
    for begins, ends in sorted(spans):
        total += max(0.0, ends - max(begins, reached))
        reached = max(reached, ends)
    return total
