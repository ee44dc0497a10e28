"""Who may ask for Persons, which reading answers it, and how two entries become one person."""

from typing import Annotated

import strawberry

import graph.merge
from graph.write import Change
from resolvers.auth import PEOPLE, policy
from resolvers.change import Resolver, built, may, needed
from resolvers.context import Info
from resolvers.intent import EXPECTED, INPUT, given, intended, key, said_of
from resolvers.lookup import by_code, listed

person = by_code("Person", PEOPLE)
people = listed("Person", PEOPLE)


def merge() -> Resolver:
    made = built(
        "MergePeopleInput",
        "合并人员 · Two entries that are one person",
        {
            "keep": (strawberry.ID, needed("保留 · The person who stays")),
            "merge": (strawberry.ID, needed("并入 · The person who becomes part of the other")),
            "expectedVersion": may(int, EXPECTED),
            "expectedMergeVersion": may(
                int,
                "并入者预期版本 · The version of the merged person that the request was made for",
            ),
        },
    )

    @policy("person:merge")
    def resolver(info: Info, input: Annotated[made, INPUT]) -> Change:  # type: ignore[valid-type]
        intent = intended(info, input)
        return graph.merge.people(
            intent,
            key(intent, "keep", said_of(input, "keep"), "Person"),
            key(intent, "merge", said_of(input, "merge"), "Person"),
            given(said_of(input, "expectedMergeVersion")),
        )

    return resolver
