"""Canvases, over the wire."""

from typing import Any

import pytest

from tests.sandbox.bolt_app import Office, workspace
from tests.sandbox.test_conversations import refusal


def words(markdown: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": markdown}


async def a_plan(office: Office) -> str:
    made = await office.client.canvases_create(title="Plan", document_content=words("# Plan\n\nEat soup.\n\n## Later"))
    return str(made["canvas_id"])


async def section(office: Office, canvas: str, **criteria: Any) -> str:
    found = (await office.client.canvases_sections_lookup(canvas_id=canvas, criteria=criteria))["sections"]
    assert len(found) == 1
    return str(found[0]["id"])


async def test_a_canvas_is_changed_one_step_at_a_time() -> None:
    async with workspace() as office:
        plan = await a_plan(office)
        canvas = office.sandbox.workspace.canvases[plan]
        soup = await section(office, plan, contains_text="soup")
        steps: list[dict[str, Any]] = [
            {"operation": "insert_after", "section_id": soup, "document_content": words("Then cake.")},
            {"operation": "insert_before", "section_id": soup, "document_content": words("Wash hands.")},
            {"operation": "insert_at_start", "document_content": words("First.")},
            {"operation": "insert_at_end", "document_content": words("Last.")},
            {"operation": "replace", "section_id": soup, "document_content": words("Eat salad.")},
            {"operation": "rename", "title_content": words("A plan")},
        ]
        for step in steps:
            await office.client.canvases_edit(canvas_id=plan, changes=[step])
        assert canvas.markdown.split("\n\n") == [
            "First.", "# Plan", "Wash hands.", "Eat salad.", "Then cake.", "## Later", "Last."
        ]  # fmt: skip
        assert canvas.title == "A plan"
        later = await section(office, plan, section_types=["h2"])
        await office.client.canvases_edit(canvas_id=plan, changes=[{"operation": "delete", "section_id": later}])
        assert "Later" not in canvas.markdown
        await office.client.canvases_edit(
            canvas_id=plan, changes=[{"operation": "replace", "document_content": words("New.")}]
        )
        assert canvas.markdown == "New."


async def test_a_channel_has_one_canvas() -> None:
    async with workspace() as office:
        made = await office.client.conversations_canvases_create(channel_id=office.general, document_content=words("x"))
        assert office.sandbox.workspace.canvases[made["canvas_id"]].channel == office.general
        again = office.client.conversations_canvases_create(channel_id=office.general, document_content=words("x"))
        assert await refusal(again) == "channel_canvas_already_exists"
        about = await office.client.conversations_info(channel=office.general)
        assert about["channel"]["properties"]["canvas"] == {"file_id": made["canvas_id"], "is_empty": False}


async def test_access_is_for_people_or_for_channels() -> None:
    async with workspace() as office:
        plan, give = await a_plan(office), office.client.canvases_access_set
        await give(canvas_id=plan, access_level="write", channel_ids=[office.general])
        await give(canvas_id=plan, access_level="owner", user_ids=[office.dana.id])
        assert office.sandbox.workspace.canvases[plan].owner == office.dana.id
        both = give(canvas_id=plan, access_level="read", channel_ids=[office.general], user_ids=[office.dana.id])
        assert await refusal(both) == "invalid_parameters"
        assert await refusal(give(canvas_id=plan, access_level="read", user_ids=["U0NOBODY"])) == "user_not_found"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"operation": "paint"}, "invalid_arguments"),
        ({"operation": "insert_at_end"}, "invalid_arguments"),
        ({"operation": "delete"}, "invalid_arguments"),
        ({"operation": "delete", "section_id": "temp:C:none"}, "canvas_editing_failed"),
        ({"operation": "insert_at_end", "document_content": words("x" * 100_001)}, "canvas_too_large"),
    ],
)
async def test_a_change_that_cannot_be_is_refused(change: dict[str, Any], error: str) -> None:
    async with workspace() as office:
        plan = await a_plan(office)
        assert await refusal(office.client.canvases_edit(canvas_id=plan, changes=[change])) == error


async def test_what_is_gone_is_not_found() -> None:
    async with workspace() as office:
        plan = await a_plan(office)
        await office.client.canvases_delete(canvas_id=plan)
        assert await refusal(office.client.canvases_delete(canvas_id=plan)) == "canvas_not_found"
