"""Error budgets in Slack: all of them as a table, and in a line that of the service an incident is about."""

from collections.abc import Mapping, Sequence

from bot.blocks.facts import when
from bot.blocks.message import Rendered, context, rendered, said, section, table
from bot.blocks.text import plural, safe, shorten
from bot.domain.budgets import Budget
from bot.domain.ids import ref
from bot.domain.incident import Incident
from bot.domain.telling import listed, spell, spell_rate

HEADS = ("Service", "Objective", "Error budget", "Burn rate", "Used now by")
MOST = 20
NAME = 60
NONE = "–"


def budget_report(found: Sequence[Budget], names: Mapping[str, str]) -> Rendered:
    """`names`: of the services, by slug."""
    if not found:
        return said("No service has an objective. `slos:` in the policy names the files that hold them.")
    rows = [
        (
            shorten(names.get(one.objective.service, one.objective.service), NAME),
            one.objective.words,
            one.words,
            NONE if one.rate is None else spell_rate(one.rate),
            listed([ref(number) for number in one.burning]) if one.burning else NONE,
        )
        for one in found[:MOST]
    ]
    told = "; ".join(f"{safe(name)} {left}" for name, _, left, *_ in rows)
    more = f"{plural(len(found) - MOST, 'more service')}: `muster export budgets` has all." if len(found) > MOST else ""
    about = "By the incidents that you can see. Burn rate: of the last quarter of the window; at 1 it just lasts."
    blocks = [section("*Error budgets*"), table(HEADS, rows), context(f"{about} {more}".rstrip())]
    return rendered(f"Error budgets: {told}.", blocks)


def line(one: Budget, incident: Incident) -> str:
    """What is left as of now, what the incident used of it, and when it is used up if it goes on; empty where it uses
    nothing. Whoever reads it later reads as of when it was so."""
    if not one.concerns(incident.number):
        return ""
    parts = [f"{one.words} at {when(one.at, one.at)}", f"{spell(one.used_by(incident.number))} used by {incident.ref}"]
    if one.used_up_at is not None and one.burning:
        parts.append(f"used up at {when(one.used_up_at, one.at)} if it goes on like this")
    return " · ".join(parts)
