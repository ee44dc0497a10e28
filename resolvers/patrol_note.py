"""Who may ask for PatrolNotes, and which reading answers it."""

from resolvers.lookup import by_code, listed

patrol_note = by_code("PatrolNote")
patrol_notes = listed("PatrolNote")
