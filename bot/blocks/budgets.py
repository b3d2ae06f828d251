"""Error budgets in Slack: all of them as a table."""

from collections.abc import Mapping, Sequence

from bot.blocks.message import Rendered, context, rendered, said, section, table
from bot.blocks.text import plural, safe, shorten
from bot.domain.budgets import Budget
from bot.domain.ids import ref
from bot.domain.telling import listed, spell_rate

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
