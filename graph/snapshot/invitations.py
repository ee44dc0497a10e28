"""Invitations in columns: who was asked, for when, by which means, and what they answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

import numpy as np

from graph.analysis import acceptance, circumstance
from graph.analysis.circumstance import Answers
from graph.asked import Asked, InvitationChannel
from graph.invitation import InvitationAnswer
from graph.snapshot.column import Floats, Ints, Mask, Places, portions
from graph.snapshot.people import People

HOURS = 24
CHANNELS = list(InvitationChannel)
PENDING = -1
QUARTER = 900  # seconds; every offset of a time zone from UTC is a number of these

_COLUMNS: LiteralString = "[p.code, i.at, i.channel, i.answer]"
EVERYTHING: LiteralString = f"MATCH (i:Invitation)-[:INVITES]->(p:Person) RETURN {_COLUMNS} AS row"
CERTAIN: LiteralString = (
    "UNWIND $codes AS code MATCH (i:Invitation)-[:INVITES]->(p:Person {code: code}) "
    f"RETURN collect({_COLUMNS}) AS rows"
)
INVITED: LiteralString = (
    "UNWIND $codes AS code MATCH (:Invitation {code: code})-[:INVITES]->(p:Person) "
    "RETURN collect(DISTINCT p.code) AS people"
)


@dataclass(frozen=True)
class Invitations:
    """Of each invitation: whom, as a place among the people; the moment in quarters of an hour
    since 1970 (UTC); a place in CHANNELS; 1 = accepted, 0 = not, -1 = no answer yet; shapes (n,).
    """

    person: Ints
    at: Ints
    channel: Ints
    answer: Ints

    @staticmethod
    def of(rows: Sequence[Any], people: Mapping[str, int]) -> "Invitations":
        """Of rows as `EVERYTHING` gives them."""
        told = portions(_told(rows, people))
        parts = [np.asarray(part, np.int32).reshape(-1, 4) for part in told]
        return Invitations(*np.concatenate(parts).T.copy())

    def __len__(self) -> int:
        return len(self.person)

    def with_(self, people: Places, fresh: "Invitations") -> "Invitations":
        """Those of these people replaced."""
        kept = self._some(~np.isin(self.person, people))
        return Invitations(
            *(
                np.concatenate([getattr(kept, column.name), getattr(fresh, column.name)])
                for column in fields(self)
            )
        )

    def answered(self, people: People) -> "Told":
        """Those that were answered."""
        kept, n = self._some(self.answer != PENDING), len(people.codes)
        person, yes = kept.person.astype(np.int64), kept.answer.astype(np.int64)
        here = np.bincount(person, yes, n).astype(np.int64)
        # At least these: whoever wrote past this software may have counted otherwise.
        accepted = np.maximum(people.accepted, here)
        invited = np.maximum(people.invited, accepted + np.bincount(person, minlength=n) - here)
        return Told(kept, Answers(person, yes, invited, accepted))

    def _some(self, which: Mask) -> "Invitations":
        return Invitations(*(getattr(self, column.name)[which] for column in fields(self)))

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return sum(getattr(self, column.name).nbytes for column in fields(self))


@dataclass(frozen=True)
class Told:
    """Invitations that were answered, and what that says of everybody."""

    invitations: Invitations
    answers: Answers

    def hour(self, zone: str) -> Places:
        """The hour of the day on the clocks of a time zone, 0 to 23, for which each was."""
        quarters, place = np.unique(self.invitations.at, return_inverse=True)
        local = ZoneInfo(zone)
        moments = (datetime.fromtimestamp(at * QUARTER, UTC) for at in quarters.tolist())
        hours = np.fromiter((moment.astimezone(local).hour for moment in moments), np.intp)
        found: Places = hours[place]
        return found

    def circumstances(
        self, zone: str, by: tuple[bool, bool] = (True, True)
    ) -> list[tuple[Places, int]]:
        """By hour and by channel, each if asked: under which of how many each invitation was."""
        hours = [(self.hour(zone), HOURS)] if by[0] else []
        channels = [(self.invitations.channel.astype(np.intp), len(CHANNELS))] if by[1] else []
        return hours + channels

    def chances(self, asked: Asked, zone: str) -> Floats:
        """How likely each person says yes when they are asked so; shape (people,)."""
        channel = None if asked.channel is None else CHANNELS.index(asked.channel)
        said = [value for value in (asked.hour, channel) if value is not None]
        by = (asked.hour is not None, channel is not None)
        alike, odds = np.ones(len(self.invitations), np.int64), 1.0
        for (at, m), value in zip(self.circumstances(zone, by), said, strict=True):
            alike &= at == value
            odds *= float(circumstance.effect(self.answers, at, m).odds[value])
        return circumstance.under(self.answers, alike, odds)


def chances(people: People, invitations: Invitations, asked: Asked, zone: str) -> Floats:
    """How likely each person says yes when they are asked so, whichever way if nothing is said."""
    if not asked:
        return acceptance.mean(people.invited, people.accepted)
    return invitations.answered(people).chances(asked, zone)


def _told(rows: Sequence[Any], people: Mapping[str, int]) -> Iterator[tuple[int, int, int, int]]:
    for code, at, channel, answer in rows:
        if code in people and channel in CHANNELS:
            moment = int(datetime.fromisoformat(at).timestamp()) // QUARTER
            yes = PENDING if answer is None else int(answer == InvitationAnswer.ACCEPTED)
            yield people[code], moment, CHANNELS.index(channel), yes
