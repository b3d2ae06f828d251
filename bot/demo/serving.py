"""What `muster sandbox` and `muster demo --live` share: starting on a port, and working until told to stop."""

import asyncio
import errno
import signal

from bot.sandbox import Sandbox

WHY_NOT = {
    errno.EADDRINUSE: "port {port} is taken already. Choose another with --port; 0 takes a free one.",
    errno.EACCES: "port {port} needs more rights than you have. Choose one above 1023 with --port.",
}


class NoPort(Exception):
    """The port cannot be had; the text says why and what to do."""


def told_to_stop() -> asyncio.Event:
    """Set by SIGTERM or SIGINT (Ctrl-C), from now on."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def open_on(sandbox: Sandbox, port: int) -> None:
    """Serve on a port of the loopback address; 0 takes a free one. Raises NoPort."""
    try:
        await sandbox.start(port=port)
    except OSError as error:
        await sandbox.stop()
        text = WHY_NOT.get(error.errno or 0, f"port {{port}} cannot be used: {error.strerror or error}")
        raise NoPort(text.format(port=port)) from error
