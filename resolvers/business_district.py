"""Who may ask for BusinessDistricts, and which reading answers it."""

import graph.business_district
from graph.model import Reading
from resolvers.auth import policy
from resolvers.context import CodeOf, Info


@policy("territory:read")
def business_district(info: Info, code: CodeOf) -> Reading:
    return graph.business_district.by_code(code)
