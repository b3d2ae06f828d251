"""A local Slack: a faithful emulator of the part of Slack that bots use, over real HTTP and WebSocket.

It knows nothing of Muster: any Bolt app can be pointed at it. What is assumed rather than documented by Slack is
labelled "Assumed" where it stands.
"""

from bot.sandbox.answers import ClickAnswer, CommandAnswer, NotThere, SubmitAnswer
from bot.sandbox.client import Client
from bot.sandbox.faults import Fault
from bot.sandbox.manifest import ManifestError
from bot.sandbox.messages import File, Message
from bot.sandbox.people import Person
from bot.sandbox.seed import SeedError
from bot.sandbox.server import Sandbox
from bot.sandbox.state import Channel, View
from bot.sandbox.suggestion import Suggestion

__all__ = [
    "Channel",
    "ClickAnswer",
    "Client",
    "CommandAnswer",
    "Fault",
    "File",
    "ManifestError",
    "Message",
    "NotThere",
    "Person",
    "Sandbox",
    "SeedError",
    "SubmitAnswer",
    "Suggestion",
    "View",
]
