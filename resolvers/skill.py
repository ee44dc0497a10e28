"""Who may ask for Skills, and which reading answers it: a dictionary, open to every caller."""

from resolvers.lookup import by_code, everywhere

skill = by_code("Skill")
skills = everywhere("Skill")
