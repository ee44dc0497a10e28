"""Who may ask for Alliances, and which reading answers it."""

from resolvers.lookup import by_code, listed

alliance = by_code("Alliance")
alliances = listed("Alliance")
