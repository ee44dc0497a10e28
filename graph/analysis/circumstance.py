"""How likely a person says yes, given when and how they are asked.

An hour or a channel at which the same people come more often, or more rarely, than at others moves
what is expected of each of them.
"""

from collections.abc import Sequence
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
    among others; shapes (people,).
    """

    person: Counts
    yes: Counts
    invited: Counts
    accepted: Counts

    @property
    def by_person(self) -> Floats:
        """How likely each was accepted by all others of the same person, whenever and however."""
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
    accepted: Counts
    odds: Floats


def effect(answers: Answers, at: Counts, m: int) -> Effect:
    """Of each of m circumstances; `at`: under which each invitation was made."""
    more, less = _weighed(_Cells.of(answers, at), at, m)
    accepted = np.bincount(at, answers.yes, m).astype(np.int64)
    return Effect(np.bincount(at, minlength=m), accepted, (more + DOUBT) / (less + DOUBT))


def under(answers: Answers, alike: Counts, odds: float) -> Floats:
    """How likely each person accepts under a circumstance whose odds are known; shape (people,).

    `alike`: 1 for the invitations that were made under it, else 0. What is known of a person from
    elsewhere, moved by the odds, counts as so many invitations as that was, the prior's ten among
    them; then comes what they did under it themselves. Where the odds are 1 this is the mean.
    """
    people = len(answers.invited)
    own = np.bincount(answers.person, alike, people).astype(np.int64)
    yes = np.bincount(answers.person, alike * answers.yes, people).astype(np.int64)
    found: Floats = _posterior(answers.invited, answers.accepted, own, yes, odds)
    return found


def foretold(answers: Answers, circumstances: Sequence[tuple[Counts, int]]) -> Floats:
    """Each invitation predicted from all others, of everybody, under its circumstances; (n,).

    `circumstances`: under which of m each was made, in as many respects as are looked at.
    """
    odds = np.ones(len(answers.yes))
    for at, m in circumstances:
        odds *= _odds_without(answers, at, m)
    own, yes = answers.of(_joint(answers.person, [at for at, _ in circumstances]))
    invited, accepted = answers.invited[answers.person], answers.accepted[answers.person]
    this = answers.yes
    found: Floats = _posterior(invited - 1, accepted - this, own - 1, yes - this, odds)
    return found


def _posterior(invited: Any, accepted: Any, own: Any, yes: Any, odds: Any) -> Any:
    """As `under`: `own` invitations, `yes` of them accepted, were made under the circumstance."""
    others = PRIOR + invited - own
    said = PRIOR_YES + accepted - yes
    moved = said / (others - said) * odds
    return (others * moved / (1 + moved) + yes) / (PRIOR + invited)


@dataclass(frozen=True)
class _Cells:
    """Of each invitation, those of the same person: all, and those under the same circumstance."""

    all: Counts
    all_yes: Counts
    here: Counts
    here_yes: Counts

    @staticmethod
    def of(answers: Answers, at: Counts) -> "_Cells":
        return _Cells(*answers.of(answers.person), *answers.of(_joint(answers.person, [at])))

    def without(self, yes: Counts) -> "_Cells":
        """The same, each without the invitation itself."""
        return _Cells(self.all - 1, self.all_yes - yes, self.here - 1, self.here_yes - yes)

    def weighed(self) -> tuple[Floats, Floats]:
        """What the person's cell says for the circumstance, and against it."""
        elsewhere, yes = self.all - self.here, self.all_yes - self.here_yes
        of = np.maximum(self.all, 1)
        return self.here_yes * (elsewhere - yes) / of, (self.here - self.here_yes) * yes / of


def _weighed(cells: _Cells, at: Counts, m: int) -> tuple[Floats, Floats]:
    """What all people say for each circumstance, and against it; each cell counts once."""
    more, less = cells.weighed()
    return _sums(at, more / cells.here, m), _sums(at, less / cells.here, m)


def _sums(at: Counts, weights: Floats, m: int) -> Floats:
    """As `np.bincount`, which gives numbers of another type for no invitations."""
    return np.bincount(at, weights, m).astype(np.float64)


def _odds_without(answers: Answers, at: Counts, m: int) -> Floats:
    """The odds of the circumstance of each invitation, learned from all others."""
    cells = _Cells.of(answers, at)
    more, less = _weighed(cells, at, m)
    mine, against = cells.weighed()
    left, left_against = cells.without(answers.yes).weighed()
    found: Floats = (more[at] - mine + left + DOUBT) / (less[at] - against + left_against + DOUBT)
    return found


def _joint(person: Counts, circumstances: Sequence[Counts]) -> Counts:
    """Which invitations were made to the same person under the same circumstances, numbered."""
    rows = np.column_stack([person, *circumstances])
    return np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)
