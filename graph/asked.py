"""When and how people are asked to come."""

from dataclasses import dataclass
from enum import StrEnum


class InvitationChannel(StrEnum):
    """By which means somebody is asked."""

    APP = "APP"
    MESSAGE = "MESSAGE"
    PHONE = "PHONE"
    IN_PERSON = "IN_PERSON"


class Circumstance(StrEnum):
    """What may matter beside who is asked."""

    HOUR = "HOUR"
    CHANNEL = "CHANNEL"


@dataclass(frozen=True)
class Asked:
    """How people are asked: for which hour of the day, by which means; None = whichever."""

    hour: int | None = None
    channel: InvitationChannel | None = None

    def __bool__(self) -> bool:
        return self.hour is not None or self.channel is not None


ANYHOW = Asked()
