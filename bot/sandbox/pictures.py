"""Pictures: those of people and of the bot, which are squares in a colour of their own; and how large an image is."""

import struct
import zlib
from collections.abc import Iterable
from zlib import crc32

from aiohttp import web

LARGEST = 1024
"""Pixels of a side."""
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers in a JPEG behind which its size stands."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def addresses(url: str, owner: str, sizes: Iterable[int]) -> dict[str, str]:
    """`image_48` and so on → where the picture of somebody, by id, is."""
    return {f"image_{size}": f"{url}/avatars/{owner}/{size}.png" for size in sizes}


async def give(request: web.Request) -> web.Response:
    """A picture is there for everybody, as Slack's are."""
    owner, size = request.match_info["owner"], int(request.match_info["size"])
    if not 0 < size <= LARGEST:
        return web.Response(status=404, text="there is no picture of that size")
    return web.Response(body=square(size, crc32(owner.encode()) & 0xFFFFFF), content_type="image/png")


def square(size: int, color: int) -> bytes:
    """A PNG of one colour, as 0xRRGGBB; https://www.w3.org/TR/png-3/."""
    header = struct.pack(">IIBBBBB", size, size, 8, 3, 0, 0, 0)
    row = b"\x00" * (1 + size)
    parts = (
        (b"IHDR", header),
        (b"PLTE", color.to_bytes(3, "big")),
        (b"IDAT", zlib.compress(row * size)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(name, content) for name, content in parts)


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG, as its head tells them; None for anything else."""
    if content.startswith(SIGNATURE) and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    return _size_of_jpeg(content) if content.startswith(b"\xff\xd8") else None


def _size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    """From segment to segment until the frame; ITU-T T.81, annex B."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in FRAMES:
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))
