"""Who may ask for Persons, and which reading answers it."""

from resolvers.lookup import by_code, listed

person = by_code("Person", "person:read")
people = listed("Person", "person:read")
