"""A row becomes what it says: of its own node, and of relationships to others. Every cell checked.

A row that is wrong in part is staged as far as it is right, so that what refers to it is not told
as wrong, too; whether it is written is decided elsewhere. Knows no graph.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph import boundary, registry
from graph.crs import Crs, PlaceError, in_china, to_wgs84
from graph.intake import secret, value
from graph.intake.dictionary import Dictionaries
from graph.intake.fault import Wrong
from graph.intake.header import Meaning, Target, Unclear, column, words
from graph.intake.mapping import Mapped
from graph.intake.relation import Relation
from graph.intake.stage import Stage, dumped
from graph.intent import NOWHERE
from graph.kind import Level
from graph.merge import PERSON
from graph.model import Vocabulary

LEVELLED = re.compile(r"(.+?)\s*[(（:：]\s*(\d+)\s*[级級]?\s*[)）]?")
# What belongs to a property without being declared; it is written when that property is.
COMPANIONS: Mapping[str, str] = {
    "sourceCrs": "longitude",
    **dict.fromkeys(("west", "south", "east", "north"), "boundary"),
}
CELL = 0.002  # degrees; 100 m are less everywhere in China

NO_CRS = "缺少坐标系:请加「坐标系」列或在映射中声明 · no CRS is declared: add a column, or map it"
OUTSIDE = "坐标不在中国范围内 · the place does not lie in China; degrees swapped?"
HALF = "经度与纬度须同时给出 · longitude and latitude go together"
UNLIKE = "代码不符合该编码规则 · the code does not look as its dictionary says"
ORDER = "截止日须晚于起始日 · until must be later than since"


def cell(x: float | None, y: float | None) -> tuple[int | None, int | None]:
    """The cell in which people are looked for together; of no place, none."""
    return (None, None) if x is None or y is None else (int(x / CELL), int(y / CELL))


@dataclass
class Said:
    """What one row says, while it is read: values by property, and by link and property."""

    own: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: list[tuple[Relation, str, list[tuple[str, dict[str, Any]]]]] = field(
        default_factory=list
    )
    keys: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    right: bool = True


class Reader:
    """Reads the rows of one sheet into the stage; `key` is the graph's secret."""

    def __init__(
        self,
        stage: Stage,
        sheet: int,
        meaning: Meaning,
        mapped: Mapped,
        dictionaries: Dictionaries,
        key: bytes,
    ) -> None:
        self.stage, self.sheet, self.meaning, self.mapped = stage, sheet, meaning, mapped
        self.dictionaries, self.secret = dictionaries, key
        declared = {} if meaning.relation else registry.node(meaning.label).terms
        self.terms: dict[str, Vocabulary] = {**declared}
        self.columns = dict(meaning.columns)
        self.key = mapped.key or tuple(words()["keys"].get(meaning.label, ()))
        every = [target for target in self.columns.values() if target]
        if meaning.relation:
            return
        if not self.key and not any(target.name == "code" for target in every):
            raise Unclear(
                "",
                "没有代码列,请用 --key 指明识别列 · there is no code column; say by --key which "
                "columns tell one row from another",
            )

    def take(self, number: int, cells: Mapping[str, Any]) -> None:
        place = self.sheet << 32 | number
        said = Said(right=place != self.stage.spoiled)
        for header, cell in cells.items():
            try:
                target = self.target(header, cells)
                if target is not None:
                    said.headers[target.name] = header
                    self.read(said, target, header, cell)
            except (Wrong, Unclear) as wrong:
                self.wrong(said, place, header, str(wrong))
        self.defaults(said, place)
        if self.meaning.relation:
            self.related(said, place, self.meaning.relation)
        else:
            self.node(said, place)

    def wrong(self, said: Said, place: int, column: str, message: str) -> None:
        said.right = False
        self.stage.note(place, column, message)

    def target(self, header: str, cells: Mapping[str, Any]) -> Target | None:
        """What a column is of; JSON Lines may bring new ones with any row."""
        if header not in self.columns:
            left: list[Relation] = []
            for before in cells:
                known = self.columns.get(before)
                if before == header:
                    break
                if known and known.link and not known.property:
                    left.append(known.link)
            self.columns[header] = column(self.meaning, header, self.mapped, left)
        return self.columns[header]

    def read(self, said: Said, target: Target, header: str, cell: Any) -> None:
        for name in (header, target.name):
            if name in self.key:
                said.keys[name] = self.identifying(target, cell)
        if target.link is None:
            said.own[target.name] = self.own(target, cell)
        elif target.property:
            part = said.parts.setdefault(target.link.name, {})
            part[target.property] = self.part(target.link, target.property, target.hint, cell)
        else:
            texts = value.several(cell) if target.link.many else [value.plain(cell)]
            said.links.append((target.link, header, [self.named(target.link, t) for t in texts]))

    def identifying(self, target: Target, cell: Any) -> str:
        """A cell as it tells one row from another, however it was typed."""
        texts = [value.small(text) for text in value.several(cell)]
        return secret.phone("".join(texts)) if target.name == "phone" else "\x1e".join(texts)

    def own(self, target: Target, cell: Any) -> Any:
        if target.name == "crs":
            return value.one(Crs, cell, words()["values"]["crs"])
        if target.name in ("phone", "start", "end"):
            return value.string(cell)
        if target.name in ("since", "until"):
            return value.day(cell)
        if target.property in self.terms:
            said = self.dictionaries.key(self.terms[target.property], cell)
            return self.checked(self.meaning.name, target.property, target.hint, said)
        owner = self.meaning.name
        return self.checked(owner, target.property, target.hint, cell)

    def part(self, link: Relation, name: str, hint: Any, cell: Any) -> Any:
        if name in ("since", "until"):
            return value.day(cell)
        return self.checked(link.type, name, hint, cell)

    def checked(self, owner: str, name: str, hint: Any, cell: Any) -> Any:
        said = words()["values"].get(f"{owner}.{name}", {})
        return value.checked(name, hint, cell, said)

    def named(self, link: Relation, text: str) -> tuple[str, dict[str, Any]]:
        """A code or name of another node, and the level that may stand behind it: 急救(3)."""
        levelled = LEVELLED.fullmatch(text) if "level" in link.properties else None
        if levelled is None:
            return value.string(text), {}
        level = self.checked(link.type, "level", Level, levelled[2])
        return value.string(levelled[1]), {"level": level}

    def defaults(self, said: Said, place: int) -> None:
        """The mapping's values where a cell is empty."""
        for name, given in self.mapped.defaults.items():
            link, _, part = name.partition(".")
            try:
                if not part:
                    hint = self.hint(name)
                    if name not in said.own and hint is not None:
                        said.own[name] = self.own(Target(name, name, None, hint), given)
                    continue
                for relation, _, _ in said.links:
                    if relation.name == link and part not in said.parts.setdefault(link, {}):
                        hint = {**relation.properties}.get(part)
                        said.parts[link][part] = self.part(relation, part, hint, given)
            except Wrong as wrong:
                self.wrong(said, place, name, str(wrong))

    def hint(self, name: str) -> Any:
        if self.meaning.relation:
            declared: Mapping[Any, Any] = self.meaning.relation.properties
        else:
            declared = registry.node(self.meaning.label).properties
        return declared.get(name)

    # Nodes

    def node(self, said: Said, place: int) -> None:
        self.located(said, place)
        said.own.pop("crs", None)
        for first, last in words()["intervals"]:
            since, until = said.own.get(first), said.own.get(last)
            if since and until and until <= since:
                self.wrong(said, place, str(said.headers.get(last) or last), ORDER)
        number = said.own.pop("phone", None)
        code = said.own.pop("code", None) or self.derived(said, place)
        if code is None:
            return
        for name, of in self.terms.items():
            if name in said.own and not self.dictionaries.fits(of, said.own[name], code):
                self.wrong(said, place, said.headers.get("code", "code"), UNLIKE)
        label = self.meaning.label
        self.stage.say(label, code, place, said.own)
        if label == PERSON:
            self.person(said, code, place, number)
        for link, header, targets in said.links:
            for text, more in targets:
                properties = {**said.parts.get(link.name, {}), **more}
                own = (None, None, None), (label, code)
                other = ("|".join(link.targets), text, header), (None, None)
                first, last = (own, other) if link.outward else (other, own)
                self.link(said, place, link, properties, first, last)

    def derived(self, said: Said, place: int) -> str | None:
        """A code out of the identifying values; None, noted, where one of them is missing."""
        missing = [name for name in self.key if not said.keys.get(name)]
        if not missing:
            values = [said.keys[name] for name in self.key]
            return secret.code(self.secret, self.mapped.prefix, self.meaning.label, values)
        if said.right:
            name = missing[0] if self.key else "code"
            self.wrong(said, place, name, "缺少识别值 · what tells this row from others is missing")
        return None

    def located(self, said: Said, place: int) -> None:
        """Makes the coordinates WGS-84, or notes what is wrong with them and forgets them."""
        own = said.own
        at = {target.name: header for header, target in self.columns.items() if target}
        given: list[str] = [name for name in ("longitude", "latitude") if name in own]
        crs = own.get("crs") or self.mapped.crs
        if given or "boundary" in own:
            problem = self.misplaced(said, given, crs)
            if problem and said.right:
                self.wrong(said, place, at.get(problem[0], problem[0]), problem[1])
            if problem or not said.right:
                for name in ("longitude", "latitude", "boundary"):
                    own.pop(name, None)

    def misplaced(self, said: Said, given: list[str], crs: str | None) -> tuple[str, str] | None:
        """The column and what is wrong, None if nothing is: then the place is a WGS-84 one."""
        own = said.own
        if len(given) == 1:
            return ("latitude" if given == ["longitude"] else "longitude"), HALF
        if crs is None:
            return (given or ["boundary"])[0], NO_CRS
        system = Crs(crs)
        try:
            if given:
                east, north = to_wgs84(own["longitude"], own["latitude"], system)
                if not in_china(east, north):
                    return "longitude", OUTSIDE
                own |= {"longitude": east, "latitude": north, "sourceCrs": system.value}
            if "boundary" in own:
                own |= boundary.properties(boundary.polygon(own["boundary"], system))
        except boundary.BoundaryError as wrong:
            return "boundary", f"{wrong.chinese} · {wrong.message}"
        except PlaceError as error:
            return error.field, f"{NOWHERE[error.field]} · {error.message}"
        return None

    def person(self, said: Said, code: str, place: int, number: str | None) -> None:
        """What people are compared by; of the phone only a digest, and only here."""
        name, digits = said.own.get("name"), secret.phone(number or "")
        known = secret.digest(self.secret, "phone", digits) if digits else None
        x, y = said.own.get("longitude"), said.own.get("latitude")
        self.stage.add("person", (code, place, name, None, known, x, y, *cell(x, y)))

    # Relationships

    def related(self, said: Said, place: int, relation: Relation) -> None:
        """A row that is a relationship."""
        ends: list[tuple[tuple[Any, ...], tuple[Any, ...]]] = []
        for name, labels in (("start", relation.starts), ("end", relation.ends)):
            if name in said.own:
                header = said.headers[name]
                ends.append((("|".join(labels), said.own.pop(name), header), (None, None)))
            elif said.right:
                self.wrong(said, place, name, "缺少一端 · an end of the relationship is missing")
        if len(ends) == 2:
            self.link(said, place, relation, said.own, ends[0], ends[1])

    def link(
        self,
        said: Said,
        place: int,
        link: Relation,
        properties: Mapping[str, Any],
        first: tuple[tuple[Any, ...], tuple[Any, ...]],
        last: tuple[tuple[Any, ...], tuple[Any, ...]],
    ) -> None:
        kept = dict(properties)
        since, until = kept.pop("since", None), kept.pop("until", None)
        if since and until and until <= since:
            at = said.headers.get(f"{link.name}.until") or said.headers.get("until") or "until"
            self.wrong(said, place, at, ORDER)
            return
        make = self.mapped.prefix if link.name in self.mapped.make else None
        self.stage.add(
            "link",
            (
                *(link.type, place, since, until, dumped(kept)),
                *(*first[0], *last[0], make, *first[1], *last[1]),
            ),
        )
