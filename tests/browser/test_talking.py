"""Talking in channels: threads, edits, reactions, what is unread, who sees what."""

from playwright.async_api import expect

from bot.sandbox import Sandbox
from tests.browser.company import Company
from tests.browser.conftest import Opens


async def test_a_reply_is_written_in_a_thread_and_also_sent_to_the_channel(slack: Sandbox, opens: Opens) -> None:
    await slack.person("bo").says("Is the checkout slow for anyone else?", in_="general")
    dana = await opens(slack, "dana", channel="general")
    root = dana.message("Is the checkout slow")
    await root.hover()
    await root.get_by_role("button", name="Reply").click()
    thread = dana.part("thread")
    reply = thread.locator('[data-test="composer"]')
    await reply.fill("Yes, since nine.")
    await reply.press("Enter")
    await expect(thread).to_contain_text("Yes, since nine.")
    await expect(root).to_contain_text("1 reply")
    await expect(thread.locator(".reply-rule")).to_have_text("1 reply")
    await thread.get_by_label("Also send to").check()
    await reply.fill("And from Lisbon too.")
    await reply.press("Enter")
    await expect(dana.message("And from Lisbon too.")).to_be_visible()
    await expect(root).to_contain_text("2 replies")
    await dana.shot("thread")
    await dana.page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()


async def test_an_edit_and_a_deletion_are_shown_at_once_to_others(slack: Sandbox, opens: Opens) -> None:
    dana = await opens(slack, "dana", channel="general")
    bo = await opens(slack, "bo", channel="general")
    await dana.says("Errors fell at 9:14")
    await dana.says("Never mind this one")
    await expect(bo.message("Errors fell at 9:14")).to_be_visible()

    await dana.acts_on("Errors fell at 9:14", "Edit")
    field = dana.page.get_by_label("Edit the message")
    await field.fill("Errors fell at 9:41")
    await field.press("Enter")
    await expect(bo.message("Errors fell at 9:41")).to_contain_text("(edited)")
    await dana.acts_on("Never mind this one", "Delete")
    await dana.page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(bo.message("Never mind this one")).to_have_count(0)
    await bo.shot("edited-and-deleted")


async def test_a_shared_document_opens_beside_the_page_and_runs_nothing(slack: Sandbox, opens: Opens) -> None:
    document = "<h1>What happened</h1><script>document.title = 'it ran'</script>"
    await slack.person("bo").says("The review", in_="general", files=[("review.html", document.encode())])
    dana = await opens(slack, "dana", channel="general")
    dana.forgives("Blocked script execution")
    async with dana.page.expect_popup() as opened:
        await dana.message("review.html").get_by_role("link").click()
    beside = await opened.value
    await expect(beside.get_by_role("heading", name="What happened")).to_be_visible()
    assert await beside.title() == ""


async def test_what_is_unread_is_counted_until_it_is_seen(slack: Sandbox, opens: Opens) -> None:
    slack.add_channel("shop", members=[slack.person("dana"), slack.person("bo")])
    dana = await opens(slack, "dana", channel="general")
    await expect(dana.part("channel-shop")).to_be_visible()
    await slack.person("bo").says("The till is down", in_="shop")
    await slack.person("bo").says("@dana can you look?", in_="shop")
    await expect(dana.part("channel-shop")).to_contain_text("1")
    await dana.shot("unread")
    await dana.goes_to("shop")
    await expect(dana.message("can you look?")).to_be_visible()
    await expect(dana.part("channel-shop")).not_to_contain_text("1")


async def test_reactions_are_chips_that_everybody_may_add_to(slack: Sandbox, opens: Opens) -> None:
    ts = await slack.person("bo").says("Fixed.", in_="general")
    await slack.person("bo").reacts("tada", ts, in_="general")
    dana = await opens(slack, "dana", channel="general")
    chip = dana.message("Fixed.").get_by_role("button", name="tada")
    await expect(chip).to_contain_text("1")
    await chip.click()
    await expect(chip).to_contain_text("2")
    await dana.acts_on("Fixed.", "React")
    await dana.page.get_by_role("button", name="eyes").first.click()
    await expect(dana.message("Fixed.").get_by_role("button", name="eyes")).to_contain_text("1")
    await dana.shot("reactions")
    await chip.click()
    await expect(chip).to_contain_text("1")


async def test_a_private_channel_is_there_only_for_its_members(company: Company, opens: Opens) -> None:
    channel = await company.declares("data is leaking --private")
    await company.slack.person("dana").says("Nobody else may know yet", in_=channel.name)
    dana = await opens(company.slack, "dana", channel=channel.name)
    await expect(dana.message("Nobody else may know yet")).to_be_visible()
    await dana.shot("private-to-its-members")
    await dana.becomes("Gus Moreno")
    await expect(dana.part("channel-general")).to_be_visible()
    await expect(dana.part(f"channel-{channel.name}")).to_have_count(0)
    await expect(dana.page.get_by_text("Nobody else may know yet")).to_have_count(0)
    await dana.shot("private-to-others")


async def test_an_answer_for_one_person_is_marked_and_seen_by_nobody_else(company: Company, opens: Opens) -> None:
    dana = await opens(company.slack, "dana", channel="general")
    bo = await opens(company.slack, "bo", channel="general")
    await dana.says("/incident list")
    await expect(dana.message("Only visible to you")).to_be_visible()
    await dana.shot("ephemeral")
    await bo.says("Anything open?")
    await expect(bo.message("Anything open?")).to_be_visible()
    await expect(bo.page.get_by_text("Only visible to you")).to_have_count(0)
