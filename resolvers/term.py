"""Who may ask for terms of dictionaries, and which reading answers it: open to every caller."""

from typing import Annotated

import strawberry

from graph import term as terms_
from graph.model import Reading
from resolvers.auth import READ, policy
from resolvers.context import Info
from resolvers.lookup import by_code

DictionaryOf = Annotated[
    str | None,
    strawberry.argument(description="字典 · Only terms of this dictionary, such as TRADE"),
]

term = by_code("Term")


@policy(READ)
def terms(info: Info, dictionary: DictionaryOf = None) -> Reading:
    return terms_.listed(dictionary)
