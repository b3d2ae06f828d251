"""Personal links to Muster's pages: signed, for one person and one place, used once, and soon over."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from itsdangerous import BadSignature, URLSafeSerializer

from bot.domain.ids import IncidentNumber, SlackUserId, ref

LINK_LASTS: Final = timedelta(hours=1)
SESSION_LASTS: Final = timedelta(hours=12)
SIGN_IN_LASTS: Final = timedelta(minutes=10)
"""How long somebody may take at Slack."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a link leads: to the review of an incident; without a number, to the dashboard."""

    number: IncidentNumber | None = None

    @property
    def path(self) -> str:
        return "/" if self.number is None else f"/reviews/{ref(self.number)}"

    @property
    def typed(self) -> str:
        """What somebody types in Slack for a link of their own."""
        return "/incident dashboard" if self.number is None else f"/incident {ref(self.number)} review"


DASHBOARD: Final = Destination()


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is good: whom it was given to. `id`: one of its own, whichever way its key is spelled – the last
    character of a signature in base64 has spellings that mean the same."""

    user: SlackUserId
    id: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever came by a link: who they are, and until when that is believed (machine time)."""

    user: SlackUserId
    until: datetime


class Links:
    """Signs with the workspace's own key, so that every replica reads what another wrote."""

    def __init__(self, public_url: str, workspace: str, key: bytes, now: Callable[[], datetime]) -> None:
        """`now`: machine time."""
        self.public_url = public_url
        self._now = now
        self._workspace = workspace
        self._signers = {
            purpose: URLSafeSerializer(key, salt=f"muster.{purpose}")
            for purpose in ("link", "session", "form", "signin")
        }

    @property
    def is_secure(self) -> bool:
        """Whether cookies travel by https alone."""
        return self.public_url.startswith("https://")

    def link(self, user: SlackUserId, to: Destination) -> str:
        """The address to give to one person."""
        key = self._sign("link", [user, _meant(to), secrets.token_urlsafe(12)], LINK_LASTS)
        return f"{self.public_url}{to.path}?key={key}"

    def read(self, key: str, to: Destination) -> Link | None:
        """The link of that key; None when it leads elsewhere, or is over."""
        match self._read("link", key):
            case ([str(user), int(meant), str(own)], _) if meant == _meant(to):
                return Link(SlackUserId(user), f"link/{own}")
        return None

    def session(self, user: SlackUserId) -> str:
        """What to keep in the cookie of whoever opened a link, or signed in."""
        return self._sign("session", [user], SESSION_LASTS)

    def visitor(self, session: str) -> Visitor | None:
        found = self._read("session", session)
        return Visitor(SlackUserId(found[0][0]), found[1]) if found else None

    def begin_sign_in(self, nonce: str, path: str) -> str:
        """The state that Slack gives back: what the browser's cookie holds, and where to go then."""
        return self._sign("signin", [nonce, path], SIGN_IN_LASTS)

    def begun_sign_in(self, state: str) -> tuple[str, str] | None:
        """What such a state holds; None when it is not one of ours, or over."""
        match self._read("signin", state):
            case ([str(nonce), str(path)], _):
                return nonce, path
        return None

    def form_token(self, session: str) -> str:
        """What a page sends back with everything it changes: another site cannot know it."""
        return self._made("form", session)

    def is_form_token(self, session: str, token: str) -> bool:
        try:
            return bool(self._signers["form"].loads(token) == session)
        except BadSignature:
            return False

    def _sign(self, purpose: str, facts: list[Any], lasts: timedelta) -> str:
        return self._made(purpose, [self._workspace, facts, int((self._now() + lasts).timestamp())])

    def _made(self, purpose: str, facts: Any) -> str:
        return str(self._signers[purpose].dumps(facts))

    def _read(self, purpose: str, signed: str) -> tuple[list[Any], datetime] | None:
        now = self._now()
        try:
            workspace, facts, until = self._signers[purpose].loads(signed)
        except (BadSignature, ValueError, TypeError):
            return None
        if workspace != self._workspace or now.timestamp() >= until:
            return None
        return facts, datetime.fromtimestamp(until, now.tzinfo)


def _meant(to: Destination) -> int:
    """How a key names it. Incidents are numbered from 1."""
    return 0 if to.number is None else int(to.number)
