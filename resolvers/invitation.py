"""Who may ask for Invitations, and which reading answers it."""

from resolvers.auth import PEOPLE
from resolvers.lookup import by_code, listed

invitation = by_code("Invitation", PEOPLE)
invitations = listed("Invitation", PEOPLE)
