"""What a declaration said is put right: title, channel name, drill, priority; and no secret names a channel."""

from pathlib import Path

from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import review_of

SECRET = "AKIA" + "IOSFODNN7EXAMPLE"


async def test_a_title_is_corrected_everywhere_and_names_the_channel_on_request(company: Company) -> None:
    channel = await company.declares("P1 chekout fails")
    assert channel.name == "inc-1-chekout-fails"
    answer = await company.dana.types("/incident title Checkout fails in the EU", in_=channel.id)
    assert "The title is now: Checkout fails in the EU." in answer.text
    await company.settle()
    assert "Checkout fails in the EU" in channel.topic
    assert "chekout" not in company.broadcast.messages[-1].plain
    assert channel.name == "inc-1-chekout-fails"
    await company.dana.clicks("Rename the channel too", in_=channel.id)
    await company.settle()
    assert channel.name == "inc-1-checkout-fails-in-the-eu"
    assert (await company.incident()).channel_name == channel.name
    assert "is now called #inc-1-checkout-fails-in-the-eu" in str((await review_of(company))["timeline"])
    again = await company.dana.types("/incident title channel:rename", in_=channel.id)
    assert "will be named after the title" in again.text
    await company.settle()
    assert channel.name == "inc-1-checkout-fails-in-the-eu"
    await company.dana.renames(channel.id, "inc-1-by-hand")
    await company.settle()
    assert (await company.incident()).channel_name == "inc-1-by-hand"
    review = await review_of(company)
    assert review["incident"]["channel"]["name"] == "inc-1-by-hand"
    (renamed,) = [one for one in review["timeline"] if one["kind"] == "ChannelRenamed" and "by-hand" in one["text"]]
    assert renamed["by"] == company.dana.id
    wordless = await company.dana.types("/incident title", in_=channel.id)
    assert "Say what the title should be" in wordless.text


async def test_the_answer_to_a_declaration_corrects_it_with_one_tap(tmp_path: Path, sqlite_url: str) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        await company.declares("P3 --drill checkout fails")
        await company.dana.clicks("Not a drill", in_="general")
        await company.dana.clicks("Make it P1", in_="general")
        await company.settle()
        incident = await company.incident()
        assert (incident.is_drill, incident.priority) == (False, "P1")


async def test_a_secret_in_a_title_names_neither_channel_nor_file(tmp_path: Path, sqlite_url: str) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        channel = await company.declares(f"P2 key {SECRET} is public")
        assert SECRET.lower() not in channel.name
        assert channel.name == "inc-1-key-redacted-is-public"
        await company.dana.types("/incident resolve revoked it", in_=channel.id)
        await company.dana.types("/incident close unverified it is revoked", in_=channel.id)
        await company.settle()
        names = [file.name for message in channel.messages for file in message.files]
        assert names
        assert not [name for name in names if SECRET.lower() in name.lower()]
