"""Who may ask for Visits, and which reading answers it."""

from resolvers.lookup import by_code, listed

visit = by_code("Visit")
visits = listed("Visit")
