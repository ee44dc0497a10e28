"""Who may ask for Divisions, and which reading answers it."""

from resolvers.lookup import by_code, listed

division = by_code("Division")
divisions = listed("Division")
