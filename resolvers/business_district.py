"""Who may ask for BusinessDistricts, and which reading answers it."""

import graph.business_district
from graph.model import Reading
from graph.scope import listed
from resolvers.auth import policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso


@policy("territory:read")
def business_district(info: Info, code: CodeOf) -> Reading:
    return graph.business_district.by_code(code)


@policy("territory:read")
def business_districts(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
    context = info.context
    return listed("BusinessDistrict", context.territory(within), context.bounded, iso(as_of))
