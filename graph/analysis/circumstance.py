"""How likely a person says yes, given when and how they are asked.

An hour or a channel at which the same people come more often, or more rarely, than at others moves
what is expected of each of them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.analysis.acceptance import PRIOR, PRIOR_NO, PRIOR_YES, Counts, Floats, mean

# One more person, who was invited ten times, half of them so, and accepted as the prior says: what
# a few invitations tell of a circumstance is hardly believed.
DOUBT = PRIOR_YES / 2 * PRIOR_NO / 2 / PRIOR


@dataclass(frozen=True)
class Answers:
    """Invitations that were answered, each of a person, with 1 for yes, else 0; shapes (n,).

    `invited`, `accepted`: how often each person was invited in all and accepted, these invitations
    among others of which nobody knows how they were made; shapes (people,).
    """

    person: Counts
    yes: Counts
    invited: Counts
    accepted: Counts

    @property
    def by_person(self) -> Floats:
        """How likely each was accepted by all others of the same person, however they were made."""
        return mean(self.invited[self.person] - 1, self.accepted[self.person] - self.yes)

    def of(self, at: Counts) -> tuple[Counts, Counts]:
        """Of each invitation, how many are in the same group, and how many of these accepted."""
        yes = np.bincount(at, self.yes).astype(np.int64)
        return np.bincount(at)[at], yes[at]


@dataclass(frozen=True)
class Effect:
    """How invitations under each of several circumstances were answered; shapes (m,).

    `odds`: of a yes of the same person under each, against those under all others; 1 = no
    difference. Each person is a stratum (Mantel & Haenszel 1959, Journal of the National Cancer
    Institute 22, 719-748), so that it does not matter who was asked when.
    """

    number: Counts
    odds: Floats


def effect(answers: Answers, at: Counts, m: int) -> Effect:
    """Of each of m circumstances; `at`: under which each invitation was made."""
    cells = _Cells.of(answers, at)
    more, less = cells.weighed(at, m)
    return Effect(np.bincount(at, minlength=m), (more + DOUBT) / (less + DOUBT))


def under(answers: Answers, alike: Counts) -> Floats:
    """How likely each person accepts under a circumstance; shape (people,).

    `alike`: 1 for the invitations that were made under it, else 0. What is known of a person from
    elsewhere, moved by the odds, counts as so many invitations as that was, the prior's ten among
    them; then comes what they did under it themselves. Where the odds are 1 this is the mean.
    """
    people, found = len(answers.invited), effect(answers, alike, 2)
    known = np.bincount(answers.person, minlength=people)
    own = np.bincount(answers.person, alike, people).astype(np.int64)
    yes = np.bincount(answers.person, alike * answers.yes, people).astype(np.int64)
    past = _Past(answers.invited, answers.accepted, own, yes, known - own)
    return past.moved(found.odds[1], found.number[1] / max(1, len(alike)))


def foretold(answers: Answers, at: Counts, m: int) -> Floats:
    """Each invitation predicted from all others, of everybody, under its circumstance; (n,).

    `at`: under which of m each was made.
    """
    cells, yes = _Cells.of(answers, at), answers.yes
    invited, accepted = answers.invited[answers.person], answers.accepted[answers.person]
    rest = cells.all - cells.here
    past = _Past(invited - 1, accepted - yes, cells.here - 1, cells.here_yes - yes, rest)
    share = (np.bincount(at, minlength=m)[at] - 1) / max(1, len(at) - 1)
    return past.moved(_odds_without(cells, yes, at, m), share)


@dataclass(frozen=True)
class _Past:
    """How often people were invited in all, and accepted; how often under the circumstance, and
    accepted; and how often, as far as is known, under another one.
    """

    invited: Counts
    accepted: Counts
    own: Counts
    yes: Counts
    rest: Counts

    def moved(self, odds: Any, share: Any) -> Floats:
        """How likely each accepts under it; `share` of all invitations is made under it.

        What was said under other circumstances is moved by the odds against these; the prior, and
        what was said nobody knows how, by the odds against the usual mixture of both.
        """
        others = PRIOR + self.invited - self.own
        said = PRIOR_YES + self.accepted - self.yes
        usual = odds / (share * odds + 1 - share)
        moved = said / (others - said) * (self.rest * odds + (others - self.rest) * usual) / others
        found: Floats = (others * moved / (1 + moved) + self.yes) / (PRIOR + self.invited)
        return found


@dataclass(frozen=True)
class _Cells:
    """Of each invitation, those of the same person: all, and those under the same circumstance."""

    all: Counts
    all_yes: Counts
    here: Counts
    here_yes: Counts

    @staticmethod
    def of(answers: Answers, at: Counts) -> "_Cells":
        keys = answers.person * (int(at.max(initial=0)) + 1) + at
        same = np.unique(keys, return_inverse=True)[1]
        return _Cells(*answers.of(answers.person), *answers.of(same))

    def without(self, yes: Counts) -> "_Cells":
        """The same, each without the invitation itself."""
        return _Cells(self.all - 1, self.all_yes - yes, self.here - 1, self.here_yes - yes)

    def weights(self) -> tuple[Floats, Floats]:
        """What the person's cell says for the circumstance, and against it."""
        elsewhere, yes = self.all - self.here, self.all_yes - self.here_yes
        of = np.maximum(self.all, 1)
        return self.here_yes * (elsewhere - yes) / of, (self.here - self.here_yes) * yes / of

    def weighed(self, at: Counts, m: int) -> tuple[Floats, Floats]:
        """What all people say for each circumstance, and against it; each cell counts once."""
        more, less = self.weights()
        return _sums(at, more / self.here, m), _sums(at, less / self.here, m)


def _sums(at: Counts, weights: Floats, m: int) -> Floats:
    """As `np.bincount`, which gives numbers of another type for no invitations."""
    return np.bincount(at, weights, m).astype(np.float64)


def _odds_without(cells: _Cells, yes: Counts, at: Counts, m: int) -> Floats:
    """The odds of the circumstance of each invitation, learned from all others."""
    more, less = cells.weighed(at, m)
    mine, against = cells.weights()
    left, left_against = cells.without(yes).weights()
    found: Floats = (more[at] - mine + left + DOUBT) / (less[at] - against + left_against + DOUBT)
    return found
