"""Everything one effect needs to be performed: what caused it, and the incident then and now."""

from dataclasses import dataclass, replace

from bot.domain.folding import fold
from bot.domain.ids import ChannelId
from bot.domain.incident import Incident
from bot.domain.timeline import Recorded
from bot.store import Claimed, Reading


@dataclass(frozen=True, slots=True)
class Scene:
    """`then` is the incident as of the event that caused the effect; `now` is the incident as it stands."""

    effect: Claimed
    then: Incident
    now: Incident
    cause: Recorded
    timeline: tuple[Recorded, ...] = ()
    is_repeat: bool = False
    """It may have been delivered before, and Slack cannot be asked."""

    @property
    def channel(self) -> ChannelId:
        """The incident's channel; an effect that needs it is never claimed before it is known."""
        if self.now.channel is None:
            raise LookupError(f"{self.now.ref} has no channel yet")
        return self.now.channel

    def as_a_repeat(self) -> "Scene":
        return replace(self, is_repeat=True)


async def set_scene(tx: Reading, effect: Claimed) -> Scene:
    """Read what an effect is about. Raises LookupError when its incident is gone."""
    if effect.number is None:
        raise LookupError("an effect belongs to an incident")
    timeline = await tx.timeline(effect.number)
    if not timeline:
        raise LookupError("the effect's incident has no timeline")
    seq = effect.seq or timeline[-1].seq
    until = tuple(one for one in timeline if one.seq <= seq)
    return Scene(effect, fold(until), fold(timeline), until[-1], timeline)
