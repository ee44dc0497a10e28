"""A small town of a test's own, and what mutations do to it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

import schema
from resolvers.auth import DEVELOPER, PERMISSIONS, Caller, Granted
from resolvers.context import Context
from resolvers.identity import global_id
from resolvers.operation import Request

TODAY = date(2026, 11, 24)

SHOWN = {
    "grid": "code name level codeScheme households population version "
    "parent { code } division { code } spans { nodes { code } } "
    "centroid { longitude latitude crs } heads { edges { since until deputy node { code } } }",
    "person": "code name isVolunteer isPartyMember isInvented version grid { code } "
    "location { longitude latitude } acceptance { mean invited accepted } "
    "skills { edges { since until level verified node { code } } }",
    "invitation": "code at channel answer version grid { code } "
    "invitee { code acceptance { mean invited accepted } }",
    "visit": "code grid { code } visitor { code }",
    "patrolNote": "code grid { code } author { code }",
    "division": "code name level version parent { code } boundary",
    "socialOrganization": "code name version memberCount "
    "members { edges { since until node { code } } }",
    "merchant": "code name trade creditCode version grid { code } location { longitude latitude }",
    "alliance": "code version merchantCount seats { edges { since until node { code } } }",
}


def payload(name: str) -> str:
    """What the mutation shows."""
    kind: Any = schema.build()._schema.mutation_type
    fields: list[str] = [*kind.fields[name].type.of_type.fields]
    return next(field for field in fields if field in SHOWN)


def document(name: str) -> str:
    shown, input = payload(name), name[0].upper() + name[1:] + "Input!"
    return (
        f"mutation ($input: {input}) {{ {name}(input: $input) {{ "
        f"{shown} {{ {SHOWN[shown]} }} userErrors {{ code message field }} clientMutationId }} }}"
    )


@dataclass
class Town:
    """A division P with two subdistricts, in each a grid; people, a shop and an alliance."""

    ask: Any
    prefix: str

    def code(self, name: str) -> str:
        return f"{self.prefix}-{name}" if name else self.prefix

    def id(self, label: str, name: str) -> str:
        return global_id(label, self.code(name))

    def caller(self, name: str) -> Caller:
        """Someone who sees one subdistrict only."""
        path = f"/{self.prefix}/{self.code(name)}/"
        return Caller(f"{self.prefix} narrow", (Granted("ORGANIZER", PERMISSIONS, (path,)),))

    def do(self, name: str, input: Mapping[str, Any], **how: Any) -> Any:
        """The payload of a mutation."""
        return self.ask.data(document(name), {"input": dict(input)}, **how)[name]

    def done(self, name: str, input: Mapping[str, Any], **how: Any) -> Any:
        """What a mutation shows, which must have worked."""
        found = self.do(name, input, **how)
        assert found["userErrors"] == []
        return found[payload(name)]

    def refused(
        self, name: str, input: Mapping[str, Any], code: str, *field: str, **how: Any
    ) -> str:
        """The message of a mutation that must fail with this code and field, leaving nothing."""
        before = self.everything()
        found = self.do(name, input, **how)
        assert [(code, list(field))] == [(e["code"], e["field"]) for e in found["userErrors"]]
        assert found[payload(name)] is None
        assert before == self.everything()
        return str(found["userErrors"][0]["message"])

    def read(self, text: str, **parameters: Any) -> Any:
        return self.ask.run(self.ask.graph.read("test", text, parameters))

    def write(self, text: Any, **parameters: Any) -> None:
        """Past the service."""
        self.ask.run(self.ask.graph.write(lambda tx: tx.run("test", text, parameters)))

    def forget(self, label: str) -> None:
        """Other tests look at all there is of a label."""
        own = "coalesce(n.touched, n.code) STARTS WITH $prefix"
        self.write(f"MATCH (n:{label}) WHERE {own} DETACH DELETE n", prefix=self.prefix)

    def everything(self) -> list[Any]:
        """How much there is of all that belongs to this town, with versions."""
        counts = (
            "MATCH (n) WHERE n.code STARTS WITH $prefix "
            "RETURN [count(n), sum(coalesce(n.version, 0))]",
            "MATCH (n)-[r]->() WHERE n.code STARTS WITH $prefix RETURN count(r)",
            "MATCH (r:Receipt) RETURN count(r)",
        )
        return [self.read(text, prefix=self.prefix) for text in counts]

    def recorded(self, name: str, code: str) -> list[int]:
        """How many events and audit entries there are of a mutation on a node."""
        entries = ("Event {name: $n, code: $c}", "AuditEntry {operation: $n, touched: $c}")
        return [
            self.read(f"MATCH (e:{entry}) RETURN count(e)", n=name, c=code) for entry in entries
        ]

    def above(self, code: str, label: str = "Grid") -> Any:
        """A territory's path, and depth and code of each territory that it lies within."""
        return self.read(
            f"MATCH (n:{label}:Territory {{code: $c}})-[w:WITHIN]->(t:Territory) "
            "WITH n, w, t ORDER BY w.depth, t.code RETURN collect([n.path, w.depth, t.code])",
            c=code,
        )

    def together(self, name: str, inputs: list[dict[str, Any]]) -> list[Any]:
        """The payloads of requests that are all under way at once."""

        async def all_of_them() -> list[Any]:
            return await asyncio.gather(*(self.answer(name, each) for each in inputs))

        found: list[Any] = self.ask.run(all_of_them())
        return found

    async def answer(self, name: str, input: Mapping[str, Any]) -> Any:
        """The payload of a request beside which others may be under way."""
        context = Context(self.ask.graph, DEVELOPER, TODAY, "r")
        asked = self.ask.operations.question(Request(document(name), {"input": dict(input)}))
        response = await self.ask.operations.answer(asked, context)
        found = msgspec.json.decode(msgspec.json.encode(response.body))
        assert "errors" not in found
        return found["data"][name]
