"""How much may be asked: every limit with its default, and how one that is exceeded is told."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from graphql import GraphQLError
from graphql.validation.rules import overlapping_fields_can_be_merged as overlapping
from graphql.validation.validate import ValidationAbortedError
from strawberry.utils.str_converters import to_camel_case

from resolvers.errors import Code

ERRORS = 10
# Fields under one key are compared in pairs; the library's own budget allows 0.7 s of that.
COMPARISONS = 25_000
overlapping.MAX_COMPLEXITY_BUDGET = COMPARISONS


def _most(default: Any, description: str) -> Any:
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True)
class Limits:
    """What one document, one request and one caller may ask; fragments count where spread."""

    characters: int = _most(15_000, "字符数 · Characters of a document")
    tokens: int = _most(1_000, "词元数 · Tokens of a document")
    depth: int = _most(15, "嵌套层数 · Levels of fields within fields")
    roots: int = _most(20, "根字段数 · Root fields of an operation")
    aliases: int = _most(30, "别名数 · Aliases of an operation, fragments counted where spread")
    directives: int = _most(20, "指令数 · Directives of an operation, counted likewise")
    fragments: int = _most(40, "片段数 · Fragments that a document defines")
    operations: int = _most(10, "操作数 · Operations of a document")
    variables: int = _most(100, "变量数 · Variables that an operation declares")
    same_name_fields: int = _most(20, "同名字段数 · Fields under one name in one selection")
    page: int = _most(100, "每页行数 · Rows of a page: first, last")
    nodes: int = _most(10_000, "节点数 · Nodes that an answer can hold, pages multiplied")
    cost: int = _most(5_000, "单次点数 · Points that one request may cost")
    points_per_minute: int = _most(
        0, "每分钟点数 · Points of one caller in a minute; 0 = any number"
    )
    items: int = _most(250, "列表项数 · Items of one list in variables")
    inputs: int = _most(200, "输入对象数 · Input objects in the variables of a request")
    query_seconds: float = _most(5.0, "查询秒数 · Seconds for a root field of a query")
    mutation_seconds: float = _most(15.0, "变更秒数 · Seconds for the change a mutation makes")

    def exceeded(self, name: str, nodes: Any = None) -> GraphQLError:
        most, limit = getattr(self, name), name.upper()
        message = f"this document exceeds the limit of {most} {name.replace('_', ' ')}"
        return _too_much(message, limit, most, nodes)

    def told(self) -> dict[str, float]:
        """Each limit under its name in the schema."""
        return {to_camel_case(name): value for name, value in asdict(self).items()}

    def parse_failure(self, error: GraphQLError) -> dict[str, Any]:
        """The extensions of a syntax error, which may be the parser's own token limit."""
        if "token" in error.message and str(self.tokens) in error.message:
            return {"code": Code.LIMIT_EXCEEDED.value, "limit": "TOKENS", "most": self.tokens}
        return {"code": Code.GRAPHQL_PARSE_FAILED.value}

    def oversized(self, variables: Mapping[str, Any]) -> list[GraphQLError]:
        """What variables exceed by themselves: a long list, or a filter of many conditions.

        How many corners a geometry may have is said by what keeps it (graph/boundary.py).
        """
        waiting: list[Any] = list(variables.values())
        inputs = 0
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                if len(value) > self.items:
                    return [self.exceeded("items")]
                waiting.extend(value)
            elif isinstance(value, dict):
                inputs += 1
                waiting.extend(each for name, each in value.items() if name != "coordinates")
        return [self.exceeded("inputs")] if inputs > self.inputs else []


DEFAULTS = Limits()


def validation_failures(errors: Iterable[GraphQLError]) -> list[GraphQLError]:
    """Errors of validation under their codes; the same thing in several places is one error."""
    alike: dict[str, list[GraphQLError]] = {}
    for each in map(validation_failure, errors):
        alike.setdefault(each.message, []).append(each)
    return [_at_all(found) for found in alike.values()]


def _at_all(alike: list[GraphQLError]) -> GraphQLError:
    """One error for several of the same message, located at all their places."""
    places = [node for each in alike for node in each.nodes or ()]
    return GraphQLError(alike[0].message, places or None, extensions=alike[0].extensions)


def validation_failure(error: GraphQLError) -> GraphQLError:
    """An error of validation under its code, which may be that the comparisons were too many."""
    if isinstance(error, ValidationAbortedError) and error.message == "Validation aborted.":
        message = f"this document exceeds the limit of {COMPARISONS} comparisons"
        return _too_much(message, "COMPARISONS", COMPARISONS, None)
    # What Python said of a literal, such as of 5,000 digits, is no matter of the client's.
    message = error.message.partition(", but encountered error ")[0]
    code = {"code": Code.GRAPHQL_VALIDATION_FAILED.value}
    return GraphQLError(message, error.nodes, extensions={**(error.extensions or {}), **code})


def _too_much(message: str, limit: str, most: int, nodes: Any) -> GraphQLError:
    told = {"code": Code.LIMIT_EXCEEDED.value, "limit": limit, "most": most}
    return GraphQLError(message, nodes, extensions=told)
