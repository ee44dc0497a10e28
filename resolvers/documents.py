"""Documents that are registered, known by the digest of their text; how much else may be asked.

Registering is a matter of deployment (`python server.py documents sync`); nothing that a request
says registers anything.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

PREFIX = "sha256:"


class Mode(StrEnum):
    """Which documents are answered."""

    OPEN = "open"  # every one
    HYBRID = "hybrid"  # registered ones, by id or by text
    ALLOWLIST = "allowlist"  # registered ones, by id alone


class UnknownDocument(Exception):
    """What was named or sent is not registered, and is not answered without."""


def identified(text: str) -> str:
    """The id of a document: of its text, byte for byte."""
    return PREFIX + hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Documents:
    """`known`: texts by id; replaced as a whole when others are registered."""

    mode: Mode = Mode.OPEN
    known: Mapping[str, str] = field(default_factory=dict)

    def text(self, identifier: str | None, text: str | None) -> str:
        """The document that is meant; UnknownDocument where it may not be asked."""
        if identifier is not None:
            found = self.known.get(identifier)
            if found is None or text not in (None, found):
                raise UnknownDocument
            return found
        registered = self.mode == Mode.OPEN or (
            self.mode == Mode.HYBRID and text is not None and identified(text) in self.known
        )
        if text is None or not registered:
            raise UnknownDocument
        return text


class Unreadable(ValueError):
    """A file that holds no documents, and why."""


def read(paths: Iterable[Path]) -> dict[str, tuple[str, str]]:
    """Id -> (text, where it stands), of files and folders; Unreadable for one that holds none.

    `.graphql` and `.gql`: one document each. `.json`: the registers that Relay and the client
    preset of GraphQL Code Generator write ({id: text}), and Apollo's ({operations: [{body}]}).
    """
    found: dict[str, tuple[str, str]] = {}
    for path in paths:
        for file in sorted(_files(path)):
            for text in _texts(file):
                found.setdefault(identified(text), (text, str(file)))
    return found


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for end in ("graphql", "gql") for file in path.rglob(f"*.{end}")]
    return [path]


def _texts(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix != ".json":
            return [text]
        return _registered(json.loads(text))
    except (OSError, ValueError) as error:
        raise Unreadable(f"{file}: {error}") from None


def _registered(said: Any) -> list[str]:
    operations = said.get("operations") if isinstance(said, dict) else None
    if isinstance(operations, list):
        found = [each.get("body") if isinstance(each, dict) else None for each in operations]
    else:
        found = list(said.values()) if isinstance(said, dict) else [None]
    texts = [text for text in found if isinstance(text, str)]
    if len(texts) < len(found):
        raise ValueError("it is no register of documents")
    return texts
