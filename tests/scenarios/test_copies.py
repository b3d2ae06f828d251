"""What was copied from a message goes with it: looked for wherever Muster shows or keeps anything."""

from pathlib import Path

from sqlalchemy import select

from bot.operator.export import EXPORTS
from bot.review import RENDERERS, redact
from bot.review.as_csv import as_csv
from bot.store.schema import metadata
from bot.workflows.compiling import compile_for
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import said_by_bot
from tests.scenarios.test_forms import form_of
from tests.scenarios.test_home import home_of

OUTPUTS = ("incidents", "timeline", "followups")


async def shown(company: Company) -> dict[str, str]:
    """Everything that shows the incident, by what it is."""
    store, dana = company.bot.context.store, company.dana
    incident = await company.incident()
    review = redact(await compile_for(company.bot.context, incident))
    found = {f"review as {name}": str(render(review)) for name, render in RENDERERS.items()}
    found |= {f"export {name}": as_csv(await EXPORTS[name](store)) for name in OUTPUTS}
    for typed in ("timeline", "followup", "status"):
        found[typed] = str(await dana.types(f"/incident INC-1 {typed}", in_="general"))
    found["home"] = (await home_of(company, dana)).plain
    found["posted"] = " ".join(
        one.plain for channel in company.sandbox.channels for one in said_by_bot(company, channel)
    )
    async with store.database.read() as connection:
        found["database"] = repr([list(await connection.execute(select(table))) for table in metadata.sorted_tables])
    return found


async def test_a_deleted_message_is_in_no_output_whatever_was_made_of_it(tmp_path: Path, sqlite_url: str) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        source = await company.chen.says("the vault opens with swordfish", in_="general")
        await company.dana.runs_shortcut("declare_from_message", on=source, in_="general")
        await form_of(company, company.dana)
        assert (await company.dana.submits({"title": "checkout fails", "service": "checkout"})).ok
        channel = await company.channel()
        await company.chen.joins(channel.id)
        said = await company.chen.says("swap the swordfish lock", in_=channel.id)
        await company.settle()
        await company.dana.reacts("white_check_mark", to=said, in_=channel.id)
        await company.settle()
        await company.dana.types("/incident followup change 1 @dana due:2026-12-01", in_=channel.id)
        before = await shown(company)
        assert [name for name, text in before.items() if "swordfish" not in text] == ["export incidents", "status"]

        await company.chen.edits(said, "swap the padlock", in_=channel.id)
        await company.chen.edits(source, "the vault was open", in_="general")
        await company.settle()
        edited = await shown(company)
        assert [name for name, text in edited.items() if "swordfish" in text] == []
        for name in ("review as md", "export timeline", "timeline", "posted"):
            assert "swap the padlock" in edited[name]
            assert "the vault was open" in edited[name]

        await company.chen.deletes(said, in_=channel.id)
        await company.chen.deletes(source, in_="general")
        await company.settle()
        after = await shown(company)
        assert [name for name, text in after.items() if "padlock" in text or "the vault" in text] == []
        for name in ("review as md", "export timeline", "export followups", "timeline", "followup", "posted"):
            assert "(deleted)" in after[name], name
        assert "A message was deleted; its words are gone from entries" in after["timeline"]
