"""The table of docs/reliability.md: what was done, what broke, what came of it."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from tests.chaos.checking import lags, lateness
from tests.chaos.evidence import Evidence
from tests.chaos.laboratory import Answer
from tests.chaos.rounds import Round


def report(rounds: Sequence[Round]) -> str:
    """In Markdown: what each round came to, and how soon all was well after each kind of trouble."""
    return f"{_rounds(rounds)}\n\n{_recoveries([one.evidence for one in rounds])}"


def _rounds(rounds: Sequence[Round]) -> str:
    lines = [
        "| Round | Operations | Done, refused, unsure, skipped | Incidents | Broken | Killed | Lost | Doubled | Other "
        "| Without an answer, longest | Acknowledged → in the channel: median, 99 %, longest | Latest deadline |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in rounds:
        found = Counter(finding.kind for finding in one.findings)
        plan, evidence = one.plan, one.evidence
        answers = Counter(act.answer for act in evidence.acts)
        kills = Counter(broke.trouble.kind for broke in evidence.broke)
        late = sorted(lag for _, lag in lags(evidence)) or [0.0]
        due = max(
            (said - at for each in evidence.incidents.values() for at, said in lateness(each.timeline)), default=0
        )
        other = sum(found.values()) - found["lost"] - found["doubled"]
        cells = (
            f"{plan.engine}, {plan.replicas}, seed {plan.seed}",
            f"{len(plan.operations):,}",
            ", ".join(f"{answers[each]:,}" for each in Answer),
            str(len(evidence.incidents)),
            str(len(evidence.broke)),
            str(kills["kill"] + kills["terminate"] + kills["freeze"]),
            str(found["lost"]),
            str(found["doubled"]),
            str(other),
            f"{_silence(evidence):.1f} s",
            f"{statistics.median(late):.1f}, {late[int(len(late) * 0.99)]:.1f}, {late[-1]:.1f} s",
            f"{due:.1f} s",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _silence(evidence: Evidence) -> float:
    """The longest time in which people asked and nobody got an answer, in seconds."""
    answered = sorted(act.answered_at for act in evidence.acts if act.answer in (Answer.DONE, Answer.REFUSED))
    return max((later - earlier for earlier, later in pairwise(answered)), default=0.0)


def _recoveries(all_evidence: Sequence[Evidence]) -> str:
    """From the end of what broke until a command that was given after it is acknowledged; and until everything that was
    acknowledged while it lasted stands in its channel. Others broke meanwhile."""
    again: dict[str, list[float]] = defaultdict(list)
    told: dict[str, list[float]] = defaultdict(list)
    for evidence in all_evidence:
        answered = sorted(
            (act.began_at, act.answered_at)
            for act in evidence.acts
            if act.answer in (Answer.DONE, Answer.REFUSED) and not act.operation.verb.startswith(CHATS)
        )
        behind = [(act.answered_at, act.answered_at + lag) for act, lag in lags(evidence)]
        for broke in evidence.broke:
            kind, over = broke.trouble.kind, broke.ended_at
            first = min((until for began, until in answered if began >= over), default=None)
            again[kind] += [] if first is None else [first - over]
            stood = [at for given, at in behind if broke.began_at <= given <= over]
            told[kind] += [max(0.0, max(stood) - over)] if stood else []
    lines = [
        "| Broken | Times | Commands answered again: median, longest | All told: median, longest |",
        "|---|---|---|---|",
    ]
    for kind in sorted(again):
        lines.append(f"| {kind} | {len(again[kind])} | {_both(again[kind])} | {_both(told[kind])} |")
    return "\n".join(lines)


CHATS = ("say", "reply", "edit", "delete", "react", "join", "leave")


def _both(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.1f} s, {max(seconds):.1f} s" if seconds else "–"
