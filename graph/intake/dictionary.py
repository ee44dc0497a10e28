"""The dictionaries of the graph as cells are read by them: a term's key, or one of its names.

Knows no file and no kind of node.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from graph.bolt import Graph
from graph.intake.fault import Wrong
from graph.intake.value import plain, small
from graph.model import Vocabulary

TERMS: LiteralString = "MATCH (n:Term) RETURN collect([n.code, n.name, n.nameEn, n.pattern]) AS row"
SHOWN = 12


@dataclass(frozen=True)
class Dictionaries:
    """`words`: by dictionary, the key that a text in small letters means; `patterns`: by code."""

    words: Mapping[str, Mapping[str, str]]
    patterns: Mapping[str, str]

    def key(self, of: Vocabulary, cell: Any) -> str:
        """The key of the term that a cell names, or the cell where it may stand for itself."""
        known = self.words.get(of.dictionary, {})
        found = known.get(small(plain(cell)))
        if found is None and of.closed:
            some = ", ".join(sorted(set(known.values()))[:SHOWN])
            raise Wrong(
                f"字典 {of.dictionary} 中无此项,可先以 --kind Term 导入 · no term of "
                f"{of.dictionary} (such as {some}); load it first by --kind Term"
            )
        return plain(cell) if found is None else found

    def fits(self, of: Vocabulary, key: str, code: str) -> bool:
        """Whether a code looks as the term says that codes look."""
        pattern = self.patterns.get(f"{of.dictionary}.{key}")
        return pattern is None or re.fullmatch(pattern, code) is not None


async def dictionaries(graph: Graph) -> Dictionaries:
    """All dictionaries; keys go before names where one is spelled like another."""
    words: dict[str, dict[str, str]] = {}
    patterns: dict[str, str] = {}
    names: list[tuple[str, str, str]] = []
    for code, name, english, pattern in await graph.read("intake.terms", TERMS, {}) or ():
        dictionary, _, key = code.partition(".")
        words.setdefault(dictionary, {})[small(key)] = key
        names += [(dictionary, small(said), key) for said in (name, english) if said]
        if pattern:
            patterns[code] = pattern
    for dictionary, said, key in names:
        words[dictionary].setdefault(said, key)
    return Dictionaries(words, patterns)
