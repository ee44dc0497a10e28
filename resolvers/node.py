"""Who may fetch objects by id, search for them, and see who they themselves are."""

from typing import Annotated

import strawberry

import graph.search
import graph.viewer
from graph.bolt import Graph
from graph.model import Asking, Finding, Key
from resolvers import identity
from resolvers.auth import ANYONE, READ, policy
from resolvers.context import Context, Info, Within
from resolvers.enum import NodeType
from resolvers.errors import Code, Refusal, bad_input

MOST_IDS = 100
LONGEST_TEXT = 64


def seen(context: Context, keys: list[Key]) -> list[Key | None]:
    """None for those of a kind that is not seen: absent and out of sight are told alike."""
    return [key if context.sees(key.label) else None for key in keys]


def found(value: Key | list[Key | None] | None) -> Finding:
    """Keys that need no search: only what is selected of them is read."""

    async def find(_: Graph, __: Asking) -> Key | list[Key | None] | None:
        return value

    return Finding(find)


@policy(READ)
def node(
    info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="标识 · Its id")]
) -> Finding:
    return found(seen(info.context, [identity.key(id, "id")])[0])


@policy(READ)
def nodes(
    info: Info,
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="标识 · Ids, 100 at most")],
) -> Finding:
    if len(ids) > MOST_IDS:
        message = f"up to {MOST_IDS} ids can be asked together"
        raise Refusal(Code.LIMIT_EXCEEDED, message, "ids", limit="IDS", most=MOST_IDS)
    return found(seen(info.context, [identity.key(each, "ids") for each in ids]))


@policy(READ)
def search(
    info: Info,
    text: Annotated[
        str,
        strawberry.argument(
            description="文本 · Any part of a code or name, as written or in pinyin, 1 to 64 "
            "characters; case, width, tones, spaces and punctuation do not count"
        ),
    ],
    types: Annotated[
        list[NodeType] | None,
        strawberry.argument(description="类型 · Only these kinds; all if not given"),
    ] = None,
    within: Within = None,
) -> Finding:
    said = text.strip()
    if not 1 <= len(said) <= LONGEST_TEXT:
        raise bad_input(f"text has 1 to {LONGEST_TEXT} characters", "text")
    wanted = NodeType if types is None else [t for t in NodeType if t in types]
    labels = tuple(kind.value for kind in wanted if info.context.sees(kind.value))
    return graph.search.search(said, labels, info.context.territory(within))


@policy(ANYONE)
def viewer(info: Info) -> Finding:
    caller = info.context.caller
    return graph.viewer.viewer(caller.name, caller.roles, info.context.limits.told())
