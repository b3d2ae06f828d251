"""The check-up of the service catalogue: it is read as a running bot reads it, and nothing of it is kept."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.config.catalog import GROUP_OF, READER, read_catalog
from bot.config.settings import Settings
from bot.config.yaml_lines import nearest
from bot.delivery.backlog import out_of_date
from bot.domain.policy import Policy
from bot.domain.policy_people import named_services
from bot.domain.telling import few
from bot.integrations.outgoing import Outgoing
from bot.jobs.catalog import Fetching, contents_of
from bot.operator.commands import is_there
from bot.operator.finding import SHOWN, Finding
from bot.store import Database, DatabaseUnreachable, FeedCopy, Store


async def examine_catalog(policy: Policy, settings: Settings, findings: list[Finding]) -> Policy:
    """The policy with the services of its catalogue, which is read as a running bot reads it."""
    catalog = policy.catalog
    if catalog is None:
        return policy
    token = settings.catalog_token.get_secret_value() if settings.catalog_token else None
    async with Outgoing(otherwise=policy.outgoing, proxies=settings.proxy_addresses) as outgoing:
        known = await _kept(settings.database_url)
        copies = await Fetching(READER, outgoing, token).everything(catalog, known, datetime.now(UTC))
    read = read_catalog(contents_of(copies), policy)
    if failed := {place: copy for place, copy in copies.items() if copy.error is not None}:
        findings.append(Finding("catalog", out_of_date(failed)))
    elif not read.services:
        text = f"The service catalogue lists no component of the type {' or '.join(sorted(catalog.types))}"
        findings.append(Finding("catalog", f"{text}, and only these are services: `catalog.types`.", must_mend=False))
    problems = [Finding("catalog_entry", str(one), must_mend=False) for one in read.problems]
    findings += problems[:SHOWN]
    if more := len(problems) - SHOWN if len(problems) > SHOWN else 0:
        findings.append(Finding("catalog_entry", f"The catalogue has {more} more such entries.", must_mend=False))
    if read.without_group:
        owners = "; ".join(f"{owner} ({few(names, SHOWN)})" for owner, names in [*read.without_group.items()][:SHOWN])
        text = f"The catalogue leads from these owners to no Slack group: {owners}"
        more_owners = "; …" if len(read.without_group) > SHOWN else ""
        way = f'Annotate the Group, or the component: `{GROUP_OF}: "@handle"`.'
        findings.append(Finding("catalog_owner", f"{text}{more_owners}. {way}", must_mend=False))
    found = replace(policy, services=catalog.laid_under(read.services))
    for place, slug in named_services(policy):
        if slug not in found.services:
            text = f"{place} names the service {slug}, which neither the policy nor the catalogue lists"
            findings.append(Finding("unknown_service", f"{text}; {nearest(slug, list(found.services)[:SHOWN])}."))
    return found


async def _kept(url: str) -> dict[str, FeedCopy]:
    """The last good copies of a running bot; none where there is no database yet."""
    if not is_there(url):
        return {}
    try:
        database = await Database.open(url, migrate=False)
    except DatabaseUnreachable:
        return {}
    found: dict[str, FeedCopy] = {}
    try:
        if await database.revision_is_current():
            for workspace in await database.workspaces():
                async with Store(database, workspace).read() as tx:
                    found |= await tx.catalog()
    except DatabaseUnreachable:
        pass
    finally:
        await database.close()
    return found
