"""Who may ask how well acceptance is foretold."""

from typing import Annotated

import strawberry

import graph.calibration
from graph.calibration import Question
from graph.model import Finding
from resolvers import identity
from resolvers.auth import PEOPLE, policy
from resolvers.context import TERRITORIES, AsOf, Info, iso
from resolvers.enum import Circumstance
from resolvers.errors import bad_input

MOST_BINS = 100


@policy(PEOPLE)
def response_calibration(
    info: Info,
    within: Annotated[strawberry.ID, strawberry.argument(description="辖区 · Its id")],
    bins: Annotated[
        int,
        strawberry.argument(
            description="分组数 · The table has so many bins of equal width, 1 to 100"
        ),
    ] = 10,
    by: Annotated[
        list[Circumstance] | None,
        strawberry.argument(
            description="情形 · Predicted by the hour, the channel or both, as well; of the "
            "invitations that are kept singly"
        ),
    ] = None,
    as_of: AsOf = None,
) -> Finding:
    key = identity.key(within, "within", *TERRITORIES)
    if not 1 <= bins <= MOST_BINS:
        raise bad_input(f"bins is from 1 to {MOST_BINS}", "bins")
    return graph.calibration.report(Question(key, bins, tuple(dict.fromkeys(by or ()))), iso(as_of))
