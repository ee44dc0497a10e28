"""Who may ask for skills, and which reading answers it: a dictionary, open to every caller."""

import graph.skill
from graph.model import Reading
from resolvers.auth import policy
from resolvers.context import CodeOf, Info


@policy("territory:read")
def skill(info: Info, code: CodeOf) -> Reading:
    return graph.skill.by_code(code)


@policy("territory:read")
def skills(info: Info) -> Reading:
    return graph.skill.everywhere()
