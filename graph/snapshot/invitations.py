"""Invitations in columns: who was asked, for when, by which means, and what they answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

import numpy as np

from graph.analysis import circumstance
from graph.analysis.circumstance import Answers
from graph.asked import Asked, Circumstance, InvitationChannel
from graph.invitation import InvitationAnswer
from graph.snapshot.column import Columns, Floats, Ints, Places, portions
from graph.snapshot.people import People

CHANNELS = list(InvitationChannel)
SIZES = {Circumstance.HOUR: 24, Circumstance.CHANNEL: len(CHANNELS)}
OPEN = -1  # an answer that is still to come, or that nobody can place
QUARTER = 900  # seconds; since 1972 every offset of a time zone from UTC is a number of these

_COLUMNS: LiteralString = "[p.code, i.at, i.channel, i.answer]"
EVERYTHING: LiteralString = f"MATCH (p:Person)<-[:INVITES]-(i:Invitation) RETURN {_COLUMNS} AS row"
CERTAIN: LiteralString = (
    "UNWIND $codes AS code MATCH (p:Person {code: code})<-[:INVITES]-(i:Invitation) "
    f"RETURN collect({_COLUMNS}) AS rows"
)
INVITED: LiteralString = (
    "UNWIND $codes AS code MATCH (:Invitation {code: code})-[:INVITES]->(p:Person) "
    "RETURN collect(DISTINCT p.code) AS people"
)


@dataclass(frozen=True)
class Invitations(Columns):
    """Of each invitation: whom, as a place among the people; the moment in quarters of an hour
    since 1970 (UTC); a place in CHANNELS; 1 = accepted, 0 = not, OPEN; shapes (n,).
    """

    person: Ints
    quarter: Ints
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

    def with_(
        self, touched: Sequence[str], rows: Sequence[Any], before: People, after: People
    ) -> "Invitations":
        """With these rows in the place of what was known of those touched."""
        at = [before.index[code] for code in touched if code in before.index]
        gone, fresh = np.isin(self.person, at), Invitations.of(rows, after.index)
        if not gone.any() and not len(fresh):
            return self
        return self.at(~gone).joined(fresh)

    def replies(self, people: People) -> "Replies":
        """Those that were answered."""
        kept, n = self.at(self.answer != OPEN), len(people.codes)
        person, yes = kept.person.astype(np.int64), kept.answer.astype(np.int64)
        here = np.bincount(person, yes, n).astype(np.int64)
        # At least these: whoever wrote past this software may have counted otherwise.
        accepted = np.maximum(people.accepted, here)
        invited = np.maximum(people.invited, accepted + np.bincount(person, minlength=n) - here)
        return Replies(kept, Answers(person, yes, invited, accepted))


@dataclass(frozen=True)
class Replies:
    """Invitations that were answered, and what that says of everybody."""

    invitations: Invitations
    answers: Answers

    def under(self, what: Circumstance, zone: str) -> Places:
        """Under which of SIZES each was made: an hour of the day in a time zone, or a channel."""
        if what is Circumstance.CHANNEL:
            return self.invitations.channel.astype(np.intp)
        quarters, place = np.unique(self.invitations.quarter, return_inverse=True)
        local = ZoneInfo(zone)
        moments = (datetime.fromtimestamp(at * QUARTER, UTC) for at in quarters.tolist())
        hours = np.fromiter((moment.astimezone(local).hour for moment in moments), np.intp)
        found: Places = hours[place]
        return found

    def chances(self, asked: Asked, zone: str) -> Floats:
        """How likely each person says yes when they are asked so; shape (people,)."""
        alike = np.ones(len(self.invitations), np.bool_)
        if asked.hour is not None:
            alike &= self.under(Circumstance.HOUR, zone) == asked.hour
        if asked.channel is not None:
            alike &= self.under(Circumstance.CHANNEL, zone) == CHANNELS.index(asked.channel)
        return circumstance.under(self.answers, alike.astype(np.int64))


def _told(rows: Sequence[Any], people: Mapping[str, int]) -> Iterator[tuple[int, int, int, int]]:
    """Each as numbers; one that others wrote so that it cannot be placed counts as unanswered."""
    for code, at, channel, answer in rows:
        if code not in people:  # somebody new, whose event is still to be looked at
            continue
        quarter = _quarter(at)
        yes = OPEN if answer is None else int(answer == InvitationAnswer.ACCEPTED)
        if quarter is None or channel not in CHANNELS:
            yield people[code], 0, 0, OPEN
        else:
            yield people[code], quarter, CHANNELS.index(channel), yes


def _quarter(at: Any) -> int | None:
    """A moment as it is kept; None for what is none, or has no local time everywhere."""
    try:
        moment = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None or moment.year in (MINYEAR, MAXYEAR):
        return None
    return int(moment.timestamp()) // QUARTER
