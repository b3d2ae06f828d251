"""Regulators' clocks in Slack: whoever decides is asked, what they say counts, and nothing that becomes of the incident
stops a clock."""

from pathlib import Path

from bot.sandbox.answers import CommandAnswer
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import said_by_bot

POLICY = {
    "regulations": {
        "nis2": {
            "decide": ["manager"],
            "authority": "CSIRT X",
            "suggest": [{"priority": "P1"}],
            "escalation": [{"after": "20m", "tell": ["channel", "secondary"]}],
        },
        "dora": {"decide": ["manager"]},
    }
}


def plain(answer: CommandAnswer) -> str:
    return f"{answer.text}\n{answer.blocks}".replace("`", "").replace("*", "")


def dms(company: Company, name: str, words: str) -> list[str]:
    return [one.plain for one in company.sandbox.person(name).dms if words in one.plain]


async def test_nis2_is_asked_about_counted_from_what_is_said_and_never_stopped_by_the_incident(
    tmp_path: Path, database_url: str
) -> None:
    async with company_at_work(tmp_path, database_url, POLICY) as company:
        channel = await company.declares("P1 checkout fails service:checkout")

        async def types(text: str) -> str:
            answer = await company.fay.types(f"/incident INC-1 {text}", in_="general")
            await company.settle()
            return plain(answer)

        [asked] = dms(company, "fay", "Does this have to be reported?")
        assert "NIS2: Is it significant" in asked.replace("*", "")
        assert "/incident INC-1 clock nis2 aware at:14:05 &lt;why&gt;" in asked
        assert "DORA" not in asked
        assert channel.shows("Does this have to be reported?")
        await company.later(minutes=25)
        assert len(dms(company, "bo", "Nobody has said yet")) == 1

        assert "There is no regulation “nis3”. The policy has: dora, nis2." in await types("clock nis3 aware it is")
        assert "NIS2 is not running for INC-1" in await types("clock nis2 submitted early_warning ref:FI-1")
        assert "Say why, in a few words" in await types("clock nis2 aware")
        await types("clock nis2 aware payments fail in two countries")
        assert channel.shows("recorded for NIS2: awareness")
        shown = await types("clock")
        assert "early warning (early_warning): due by" in shown
        assert "final report (final): due one month after submission of the incident notification" in shown
        assert "Not legal advice" in shown
        drafted = await types("clock nis2 draft early-warning")
        assert "NIS2: early warning on INC-1" in drafted
        assert "Not legal advice" in drafted
        assert "What happened\\ncheckout fails" in drafted
        assert "There are: early_warning, notification, final" in await types("clock nis2 draft first")
        assert "Reporting: NIS2 early warning by" in channel.messages[0].plain.replace("*", "")

        await company.dana.types("/incident resolve rolled back", in_=channel.id)
        await company.later(hours=20, minutes=1)
        assert len(dms(company, "fay", "NIS2 early warning* is due by")) == 1
        await company.later(hours=4)
        assert len(dms(company, "fay", "NIS2 early warning* was due by")) == 1
        await types("clock nis2 submitted early_warning ref:FI-88213 by phone, the portal was down")
        last = said_by_bot(company, channel)[-1].plain
        assert "(reference FI-88213)" in last
        assert "late: by phone, the portal was down." in last
        assert "reference FI-88213" in await types("clock")
        assert "Reporting: NIS2 incident notification by" in channel.messages[0].plain.replace("*", "")
        await types("clock nis2 none it was one country after all")
        assert "Nothing to report: it was one country after all" in await types("clock")
        await company.later(days=3)
        assert dms(company, "fay", "NIS2 incident notification") == []


async def test_dora_counts_from_classification_and_each_report_from_the_one_before(
    tmp_path: Path, database_url: str
) -> None:
    async with company_at_work(tmp_path, database_url, POLICY) as company:
        channel = await company.declares("P2 --private card data leaked")
        await company.dana.types("/incident cancel it was a test system", in_=channel.id)
        await company.dana.types("/incident clock dora aware the bank called", in_=channel.id)
        await company.settle()
        shown = plain(await company.dana.types("/incident clock", in_=channel.id))
        assert "due 4 hours after classification as major" in shown
        await company.later(hours=1)
        await company.dana.types("/incident clock dora major 40 % of payments fail", in_=channel.id)
        await company.settle()
        assert channel.shows("Due: initial notification by")
        assert dms(company, "fay", "INC-1") == []  # nobody outside hears of a private incident yet

        await company.later(hours=3, minutes=30)
        [told] = dms(company, "fay", "DORA initial notification* is due by")
        assert "/incident INC-1 clock dora submitted initial ref:&lt;reference&gt;" in told
        assert company.fay.id in channel.members
        await company.dana.types("/incident clock dora submitted initial ref:B-7", in_=channel.id)
        await company.later(hours=61)
        assert len(dms(company, "fay", "DORA intermediate report* is due by")) == 1
        answer = await company.dana.types("/incident clock dora submitted final", in_=channel.id)
        assert "The intermediate report comes before the final report." in answer.text
        await company.dana.types("/incident clock dora submitted intermediate", in_=channel.id)
        await company.settle()
        clock = (await company.incident()).reporting_under("dora")
        assert clock is not None
        assert clock.next_due is not None
        assert clock.next_due.stage == "final"
