"""Who may ask for Places, and which reading answers it."""

from resolvers.lookup import by_code, listed

place = by_code("Place")
places = listed("Place")
