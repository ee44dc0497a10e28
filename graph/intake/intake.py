"""A load from beginning to end: files in, an account of what was found and done out.

Nothing is written before everything was checked, and nothing at all where something is wrong unless
the right rows are asked for. Killed, it is completed by the same order: what was kept already is
found unchanged. Files must stay as they are while they are loaded.
"""

import asyncio
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString

from graph import load, merge, write
from graph.bolt import Graph
from graph.intake import compare, duplicate, file, header, interval, keep, land, reference
from graph.intake.dictionary import Dictionaries, dictionaries
from graph.intake.duplicate import LIKELY, Pair
from graph.intake.fault import Fault, IntakeError
from graph.intake.header import Unclear
from graph.intake.mapping import Book
from graph.intake.row import Reader
from graph.intake.stage import Stage
from graph.intent import Intent
from graph.model import Asking, Key

FAULTS = 100_000  # so many are listed; all are counted
TOLD = 5_000  # rows between two reports
ROUNDS = 20

Report = Callable[[str], None]

SECRET: LiteralString = "MATCH (s:Store {key: 'network'}) RETURN s.secret"
KEEP_SECRET: LiteralString = (
    "MERGE (s:Store {key: 'network'}) SET s.secret = coalesce(s.secret, $secret) RETURN s.secret"
)


@dataclass(frozen=True)
class Order:
    """What is to be loaded, and how. `today`: ISO date; `actor`: who is written down for it.

    `skip`: load the right rows and list the others. `abandon`: forget another load that was begun
    and not ended. `merge`: pairs `{keep, merge}` of codes that are confirmed to be one person, and
    `merge_above` the score from which on likely pairs are.
    """

    paths: Sequence[Path]
    book: Book = field(default_factory=Book)
    dry: bool = False
    skip: bool = False
    abandon: bool = False
    today: str = ""
    actor: str = "command"
    likely: float = LIKELY
    merge: Sequence[Mapping[str, Any]] = ()
    merge_above: float | None = None


@dataclass(frozen=True)
class Source:
    file: str
    sha256: str
    rows: int

    @property
    def code(self) -> str:
        return f"DS-{self.sha256[:24]}"


@dataclass(frozen=True)
class Account:
    """What was found, and whether it was `written`. `counts`: by kind, how many rows of the graph
    are (or would be) new, changed and unchanged; rows at fault are not among them.

    `wrong`: how many faults there are, of which `faults` lists the first. `refused`: confirmed
    merges that could not be made.
    """

    sources: Sequence[Source]
    counts: Mapping[str, Mapping[str, int]]
    faults: Sequence[Fault]
    wrong: int
    duplicates: Sequence[Pair]
    written: bool = False
    merged: int = 0
    refused: Sequence[str] = ()


async def take(graph: Graph, order: Order, report: Report) -> Account:
    """Load, or say what loading would do. Raises IntakeError for what is not begun at all."""
    names = [path.name for path in order.paths]
    for path in order.paths:
        if not path.is_file():
            raise IntakeError(f"{path} is no file")
    if len(set(names)) < len(names):
        raise IntakeError("two files have the same name; rows could not be told apart")
    report("reading files")
    digests = [await asyncio.to_thread(file.digest, path) for path in order.paths]
    name = f"files {hashlib.sha256(''.join(sorted(digests)).encode()).hexdigest()[:24]}"
    begun = await load.interrupted(graph)
    if begun not in (None, name) and not order.abandon and not order.dry:
        raise IntakeError(
            f"another load was begun and not ended ({begun}): repeat its command to complete it, "
            "or give it up by --abandon"
        )
    known = await graph.read("intake.secret", SECRET, {})
    secret = known or secrets.token_hex(32)
    with TemporaryDirectory(prefix="commongrid-load-") as folder:
        stage = Stage(Path(folder) / "stage.sqlite", begun == name)
        try:
            known_terms = await dictionaries(graph)
            work = Work(graph, order, report, stage, known_terms, bytes.fromhex(secret))
            sources = await asyncio.to_thread(work.read, digests)
            return await work.done(name, sources, secret)
        finally:
            stage.close()


@dataclass
class Work:
    """One load under way."""

    graph: Graph
    order: Order
    report: Report
    stage: Stage
    dictionaries: Dictionaries
    secret: bytes

    def read(self, digests: Sequence[str]) -> list[Source]:
        """Stages every row of every file; what is wrong with one is noted."""
        return [self.file(p, d) for p, d in zip(self.order.paths, digests, strict=True)]

    def file(self, path: Path, digest: str) -> Source:
        count = 0
        source = Source(path.name, digest, 0)
        self.stage.sheet(path.name, "", source.code)

        def header_row(sheet: str) -> int:
            self.stage.sheet(path.name, sheet, source.code)
            return self.order.book.of(path.name, sheet).header_row

        for sheet in file.sheets(path, header_row, self.stage.refuse):
            number = self.stage.sheet(sheet.file, sheet.name, source.code)
            mapped = self.order.book.of(sheet.file, sheet.name)
            try:
                meant = header.meaning(sheet.file, sheet.name, sheet.headers, mapped)
                reader = Reader(self.stage, number, meant, mapped, self.dictionaries, self.secret)
            except Unclear as unclear:
                row = mapped.header_row if unclear.column else 0
                fault = Fault(sheet.file, sheet.name, row, unclear.column, str(unclear))
                self.stage.refuse(fault)
                continue
            for at, cells in sheet.rows:
                reader.take(at, cells)
                count += 1
                if count % TOLD == 0:
                    self.report(f"reading {path.name}: {count:,} rows")
        self.stage.flush()
        return Source(path.name, digest, count)

    async def done(self, name: str, sources: Sequence[Source], secret: str) -> Account:
        kinds, within = await self.judged()
        faults, wrong = self.stage.faults(FAULTS)
        self.report("looking for duplicate people")
        pairs = await duplicate.pairs(self.stage, self.graph, self.order.likely)
        counts = self.counts()
        account = Account(sources, counts, faults, wrong, pairs)
        if self.order.dry or (wrong and not self.order.skip):
            return account
        chosen = duplicate.chosen(pairs, self.order.merge_above, self.order.merge)
        rows = await self.sources(sources)
        parts, total = keep.parts(self.stage, kinds, within, rows)
        if not parts and not chosen and not self.stage.resuming:
            return Account(sources, counts, faults, wrong, pairs, written=True)
        await self.begin(name, secret, _changes(counts))
        told = lambda what, done, of: self.report(f"writing {done:,}/{of:,} rows ({what})")  # noqa: E731
        if total:
            await load.carry(self.graph, parts, told)
        merged, refused = await self.merge(chosen)
        files = [Key(keep.SOURCE, source.code) for source in sources]
        await load.finish(self.graph, name, files, self.order.actor, self.order.today)
        return Account(sources, counts, faults, wrong, pairs, True, merged, refused)

    async def judged(self) -> tuple[list[interval.Kind], list[dict[str, Any]]]:
        """Judges all that was staged; asked to skip, again without the rows at fault."""
        for _ in range(ROUNDS):
            if self.order.skip:
                self.drop()
            before = self.stage.faults(0)[1]
            self.report("looking up references")
            await reference.resolve(self.stage, self.graph, self.secret)
            self.report("comparing with the graph")
            await compare.nodes(self.stage, self.graph)
            kinds = await compare.links(self.stage, self.graph)
            for kind in kinds:
                interval.check(self.stage, kind)
            within = await land.within(self.stage, self.graph)
            if not self.order.skip or self.stage.faults(0)[1] == before:
                return kinds, within
        raise IntakeError("rows depend on wrong rows without an end; correct these first")

    def drop(self) -> None:
        """Forgets the rows at fault, as if they were not in the files."""
        self.stage.flush()
        for table in ("said", "link", "person"):
            self.stage.run(
                f"DELETE FROM {table} WHERE place IN (SELECT place FROM fault WHERE place > 0)"
            )

    def counts(self) -> dict[str, dict[str, int]]:
        """By kind and state, without what only rows at fault say."""
        found: dict[str, Counter[str]] = {}
        right = "place NOT IN (SELECT place FROM fault WHERE place > 0)"
        nodes = f"""SELECT label, state, count(*) FROM node WHERE EXISTS (SELECT 1 FROM said
                    WHERE said.label = node.label AND said.code = node.code AND {right})
                    GROUP BY label, state"""
        links = f"""SELECT type, state, count(*) FROM link
                    WHERE state != 'SAME' AND {right} GROUP BY type, state"""
        for text in (nodes, links):
            for kind, state, count in self.stage.rows(text):
                if state is not None:
                    found.setdefault(kind, Counter())[state.lower()] += count
        names = ("new", "changed", "unchanged", "merged")
        return {
            kind: {name: states[name] for name in names if states[name] or name != "merged"}
            for kind, states in sorted(found.items())
        }

    async def sources(self, sources: Sequence[Source]) -> list[dict[str, Any]]:
        """Rows of the files that the graph does not know yet."""
        codes = [each.code for each in sources]
        text = reference.there(keep.SOURCE)
        known = await self.graph.read("intake.sources", text, {"codes": codes})
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return [
            {"code": each.code, "name": each.file, "sha256": each.sha256, "loadedAt": at}
            for each in sources
            if each.code not in known
        ]

    async def begin(self, name: str, secret: str, changes: Sequence[str]) -> None:
        """Marks the load as begun, and keeps the key that its codes were made with."""

        async def keep_secret(tx: Any) -> Any:
            return await tx.run("intake.secret", KEEP_SECRET, {"secret": secret})

        await load.begin(self.graph, name, changes)
        kept, _ = await self.graph.write(keep_secret)
        if kept[0] != secret:
            raise IntakeError("another load was begun at the same moment; start again")

    async def merge(self, chosen: Sequence[tuple[str, str]]) -> tuple[int, list[str]]:
        """Makes the confirmed pairs one; who was merged before is no failure."""
        merged, refused = 0, list[str]()
        today = self.order.today
        for number, (keep_code, merge_code) in enumerate(chosen, 1):
            self.report(f"merging {number:,}/{len(chosen):,} people")
            former = await self.graph.read("intake.former", merge.FORMER, {"codes": [merge_code]})
            if any(kept == keep_code for _, kept in former):
                continue
            said = {"keep": keep_code, "merge": merge_code}
            intent = Intent("mergePeople", Asking(None, today, today), said)
            keys = Key(merge.PERSON, keep_code), Key(merge.PERSON, merge_code)
            record, _ = await write.run(self.graph, merge.people(intent, *keys), self.order.actor)
            errors = record["userErrors"]
            merged += not errors
            refused += [f"{keep_code} + {merge_code}: {error['message']}" for error in errors]
        return merged, refused


def _changes(counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What is new and what changes, in words and without values: «Person new 12»."""
    return [
        f"{kind} {state} {count}"
        for kind, found in counts.items()
        for state, count in found.items()
        if state in ("new", "changed") and count
    ]
