"""Files: what Slack says of them, and the field of a form that takes them."""

import base64
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Client, NotThere
from bot.sandbox.pictures import size_of, square
from tests.sandbox.bolt_app import Office, office, plain, workspace

GIF = b"GIF89a" + (30).to_bytes(2, "little") + (20).to_bytes(2, "little") + b"\x00" * 10
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x14\x00\x1e\x01\x01\x11\x00"
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "choice",
    "title": plain("Claim"),
    "submit": plain("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "receipts",
            "label": plain("Receipts"),
            "element": {"type": "file_input", "action_id": "scans", "filetypes": ["png", "txt"], "max_files": 2},
        }
    ],
}


@pytest.mark.parametrize(
    ("name", "mimetype", "filetype", "pretty"),
    [
        ("a.txt", "text/plain", "text", "Plain Text"),
        ("run.log", "text/plain", "text", "Plain Text"),
        ("a.py", "text/x-python", "python", "Python"),
        ("notes.md", "text/markdown", "markdown", "Markdown"),
        ("a.jpeg", "image/jpeg", "jpg", "JPEG"),
        ("a.png", "image/png", "png", "PNG"),
        ("core.x1z", "application/octet-stream", "binary", "Binary"),
    ],
)
async def test_a_file_is_of_slacks_types(name: str, mimetype: str, filetype: str, pretty: str) -> None:
    async with workspace() as found:
        await found.dana.says("here", in_="general", files=[(name, b"abc")])
        (file,) = (await found.client.files_list())["files"]
        assert (file["mimetype"], file["filetype"], file["pretty_type"]) == (mimetype, filetype, pretty)
        assert not [one for one in file if one.startswith(("thumb_", "original_"))]


async def test_a_file_can_be_downloaded_and_a_picture_has_thumbnails() -> None:
    async with workspace() as found:
        await found.dana.says("here", in_="general", files=[("a.png", square(90, 0xAA3300))])
        (file,) = (await found.client.files_list())["files"]
        assert (file["original_w"], file["original_h"], file["thumb_360_w"], file["thumb_360_h"]) == (90, 90, 90, 90)
        headers = {"Authorization": f"Bearer {found.client.token}"}
        async with aiohttp.ClientSession() as session:
            for name in ("url_private_download", "thumb_64", "thumb_80", "thumb_160", "thumb_360"):
                async with session.get(file[name], headers=headers) as answer:
                    assert (answer.status, answer.content_type) == (200, "image/png")
                async with session.get(file[name]) as answer:
                    assert answer.status == 403


def test_the_size_of_pictures_is_read_from_their_heads() -> None:
    assert [size_of(one) for one in (square(7, 0), GIF, JPEG)] == [(7, 7), (30, 20), (30, 20)]
    assert [size_of(one) for one in (b"", b"text", b"\x89PNG\r\n\x1a\n", JPEG[:9], b"\xff\xd8\x00")] == [None] * 5


async def _asked(found: Office) -> None:
    await found.client.views_open(trigger_id=found.sandbox.new_trigger(found.dana.id), view=FORM)


async def test_a_field_takes_files_which_the_app_can_read() -> None:
    async with office() as found, Client(found.sandbox.url) as slack:
        await _asked(found)
        scan = {"name": "a.png", "base64": base64.b64encode(square(9, 0)).decode()}
        await slack.user("dana").act("submits", values={"scans": [scan, {"name": "b.txt", "text": "two beers"}]})
        entry = found.submissions[-1]["view"]["state"]["values"]["receipts"]["scans"]
        assert entry["type"] == "file_input"
        assert [(one["name"], one["filetype"], one["user"]) for one in entry["files"]] == [
            ("a.png", "png", found.dana.id), ("b.txt", "text", found.dana.id)
        ]  # fmt: skip
        about = (await found.client.files_info(file=entry["files"][1]["id"]))["file"]
        headers = {"Authorization": f"Bearer {found.client.token}"}
        async with aiohttp.ClientSession() as session, session.get(about["url_private"], headers=headers) as answer:
            assert await answer.text() == "two beers"


async def test_a_field_takes_no_other_files_than_it_asks_for() -> None:
    async with office() as found:
        await _asked(found)
        dana = found.dana
        with pytest.raises(NotThere, match="png, txt"):
            await dana.submits({"scans": [("a.exe", b"x")]})
        with pytest.raises(NotThere, match="no more than 2"):
            await dana.submits({"scans": [(f"{one}.txt", b"x") for one in range(3)]})
        with pytest.raises(NotThere, match="name"):
            await dana.submits({"scans": "a.txt"})
        assert found.sandbox.workspace.files == {}
        assert (await dana.submits()).errors.keys() == {"receipts"}
