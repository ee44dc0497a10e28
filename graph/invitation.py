"""How invitations are kept and found: who was asked to come, for when, by which means; the answer.

What people answered is counted of each of them (`Person.answered`, `agreed`), beside what they
were asked before single invitations were kept (`invited`, `accepted`). Whoever sees where they were
asked to come keeps their invitation.
"""

from enum import StrEnum

from graph.asked import InvitationChannel
from graph.kind import Moment
from graph.model import Link, Node, Tie
from graph.registry import declare


class InvitationAnswer(StrEnum):
    """What came of an invitation."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    NO_REPLY = "NO_REPLY"


INVITATION = declare(
    Node(
        "Invitation",
        place=("ASKS_TO",),
        properties={
            "code": str,
            "at": Moment,
            "channel": InvitationChannel,
            "answer": InvitationAnswer | None,
            "version": int,
        },
        links={
            "grid": Link("ASKS_TO", "out", "Grid", many=False),
            "invitee": Link("INVITES", "out", "Person", many=False),
        },
        given=("at", "channel", "answer"),
        ties={
            "grid": Tie("ASKS_TO", "out", "Grid", needed=True, dated=False),
            "invitee": Tie("INVITES", "out", "Person", needed=True, dated=False),
        },
        # The first SET is the lock: of two who count at once, the second waits, or starts again.
        settles="MATCH (n)-[:INVITES]->(p:Person) "
        "WITH DISTINCT p SET p.answered = coalesce(p.answered, 0) "
        "WITH p MATCH (p)<-[:INVITES]-(i:Invitation) "
        "WITH p, count(i.answer) AS answered, "
        "sum(CASE WHEN i.answer = 'ACCEPTED' THEN 1 ELSE 0 END) AS agreed "
        "SET p.answered = answered, p.agreed = agreed",
    )
)
