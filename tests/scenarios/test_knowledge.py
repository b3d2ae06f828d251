"""What was learned is found again: similar incidents, problems with a workaround, and never a private one."""

from bot.sandbox import Channel
from tests.scenarios.conftest import Company
from tests.scenarios.test_forms import form_of
from tests.scenarios.test_writing_reviews import link_for, opens


async def resolved(company: Company, words: str, fix: str) -> Channel:
    channel = await company.declares(words)
    for text in ("accept", f"resolve {fix}", "close unverified nobody can test"):
        await company.dana.types(f"/incident {text}", in_=channel.id)
    await company.settle()
    await company.later(minutes=1)
    return channel


async def forgets(company: Company) -> None:
    """The index is looked at anew: without waiting for the seconds it is used as it is."""
    await company.bot.search_index.refresh()


async def test_a_new_incident_that_looks_alike_is_told_what_fixed_the_last_one(company: Company) -> None:
    await resolved(company, "checkout returns 500s service:checkout", "restarted the connection pool")
    await resolved(company, "the newsletter has the wrong logo P4", "a new logo")
    await forgets(company)
    channel = await company.declares("checkout returns many 500s service:checkout")
    told = [one for one in channel.messages if "happened before" in one.plain]
    assert len(told) == 1
    assert "INC-1" in told[0].plain
    assert "restarted the connection pool" in told[0].plain
    assert "newsletter" not in told[0].plain

    answer = await company.dana.types("/incident similar", in_=channel.id)
    assert "restarted the connection pool" in answer.text
    answer = await company.bo.types("/incident similar wrong logo", in_="general")
    assert "INC-2" in answer.text
    answer = await company.bo.types('/incident similar "AND ( title:* ~~ [', in_="general")
    assert "Nothing like it" in answer.text


async def test_the_declare_form_shows_what_happened_before(company: Company) -> None:
    await resolved(company, "checkout returns 500s service:checkout", "restarted the connection pool")
    await forgets(company)
    message = await company.chen.says("checkout returns 500s again", in_="general")
    await company.chen.runs_shortcut("declare_from_message", on=message, in_="general")
    form = await form_of(company, company.chen)
    assert "restarted the connection pool" in form.plain


async def test_a_problem_groups_incidents_and_its_workaround_is_shown_when_the_next_one_comes(
    company: Company,
) -> None:
    first = await resolved(company, "checkout returns 500s service:checkout", "restarted the pool")
    answer = await company.dana.types("/incident problem The connection pool is too small", in_=first.id)
    assert "PRB-1 is open" in answer.text
    for text in ("cause 50 connections for 80 workers", "workaround run `pool restart` on the primary"):
        assert "Added to PRB-1" in (await company.dana.types(f"/incident problem {text}", in_=first.id)).text
    await forgets(company)

    second = await company.declares("checkout returns 500s once more service:checkout")
    assert second.shows("Workaround (PRB-1): run")
    linked = await company.dana.types("/incident problem prb-1", in_=second.id)
    assert "PRB-1 is linked" in linked.text
    await company.settle()
    assert second.shows("Known workaround: run")
    again = await company.dana.types("/incident problem PRB-1", in_=second.id)
    assert "is already linked to PRB-1" in again.text

    shown = (await company.bo.types("/incident problem", in_=second.id)).text
    assert "INC-1, INC-2" in shown
    assert "50 connections" in shown
    assert "(2 incidents)" in (await company.bo.types("/incident problem list", in_="general")).text
    await company.later(minutes=1)
    measured = await company.bo.types("/incident metrics", in_="general")
    assert "Back with a known cause: 1 of 2" in str(measured.blocks)

    await company.dana.types("/incident problem solved a pool that grows", in_=second.id)
    assert "No problem is open" in (await company.bo.types("/incident problem list", in_="general")).text
    assert "Solved" in (await company.bo.types("/incident problem PRB-1", in_="general")).text
    unknown = await company.dana.types("/incident problem PRB-7", in_=second.id)
    assert "There is no problem PRB-7" in unknown.text
    await company.dana.types("/incident problem unlink it was the cache", in_=second.id)
    assert "is linked to no problem" in (await company.dana.types("/incident problem cause x", in_=second.id)).text


async def test_private_incidents_are_never_found_and_have_no_public_problem(company: Company) -> None:
    secret = await resolved(company, "checkout data was stolen --private service:checkout", "locked the account")
    await forgets(company)
    refused = await company.dana.types("/incident problem The account was shared", in_=secret.id)
    assert "is private, and everybody can read problems" in refused.text
    channel = await company.declares("checkout data was stolen again service:checkout")
    assert not channel.shows("locked the account")
    for words in ("stolen", "locked the account", "checkout data"):
        answer = await company.eli.types(f"/incident similar {words}", in_="general")
        assert "locked" not in answer.text


async def test_what_people_wrote_is_found_once_the_review_is_approved(company: Company) -> None:
    await resolved(company, "checkout returns 500s service:checkout", "restarted the pool")
    async with opens(await link_for(company, "dana")) as dana:
        await dana.writes("factors", "The garbage collector stalled under backpressure.", 0)
    await forgets(company)
    assert "INC-1" not in (await company.bo.types("/incident similar backpressure", in_="general")).text
    await company.dana.types("/incident INC-1 review start", in_="general")
    await company.bo.types("/incident INC-1 review approve anyway", in_="general")
    await company.settle()
    await forgets(company)
    assert "INC-1" in (await company.bo.types("/incident similar backpressure", in_="general")).text
