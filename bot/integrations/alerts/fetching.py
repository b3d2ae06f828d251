"""The one look that the door for alerts takes at the outside world: Amazon's certificates and confirmations."""

import aiohttp

WITHIN = 4.0
"""Seconds."""
LARGEST = 64 * 1024


async def fetch(url: str) -> bytes:
    """What stands at an address that was judged before; a redirect leads nowhere. Raises OSError."""
    timeout = aiohttp.ClientTimeout(total=WITHIN)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise OSError(f"status {response.status}")
            found = bytearray()
            async for chunk in response.content.iter_chunked(LARGEST):
                found += chunk
                if len(found) > LARGEST:
                    raise OSError("too large")
            return bytes(found)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise OSError(type(error).__name__) from error
