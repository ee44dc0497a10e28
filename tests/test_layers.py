"""The rooms of the house import downward only, and only the libraries that are theirs."""

import ast
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What of ours each room may import, beside itself.
DOWNWARD = {
    "cli": {"server", "settings", "web", "jobs", "schema", "resolvers", "graph"},
    "server": {"settings", "web", "jobs", "schema", "resolvers", "graph"},
    "settings": {"web", "resolvers", "graph"},
    "web": {"schema", "resolvers"},  # never graph: readiness is handed to it
    "jobs": {"graph"},
    "schema": {"resolvers", "graph"},
    "resolvers": {"graph"},
    "graph": set(),
}
LIBRARIES = {
    "cli": {"click", "msgspec", "rich", "structlog", "uvloop"},
    "server": {"starlette"},
    "settings": {"pydantic", "pydantic_settings"},
    "web": {"msgspec", "opentelemetry", "prometheus_client", "starlette", "uvicorn"},
    "jobs": {"msgspec"},
    "schema": {"graphql", "strawberry"},
    "resolvers": {"graphql", "joserfc", "msgspec", "strawberry"},
    "graph": {
        "h3",
        "highspy",
        "neo4j",
        "numpy",
        "openpyxl",
        "pypinyin",
        "scipy",
        "shapely",
    },
}
# The library that only one file may know.
ONLY = {
    "neo4j": "graph/bolt.py",
    "openpyxl": "graph/intake/file.py",
    "pypinyin": "graph/spelling.py",
    "highspy": "graph/analysis/plan/program.py",
    "joserfc": "resolvers/token.py",
    "prometheus_client": "web/watch.py",
    "opentelemetry": "web/span.py",
    "uvicorn": "web/listener.py",
    "structlog": "cli/log.py",
}
# cli hands the environment to server.settings, which alone reads it.
ENVIRONMENT = {"server.py", "cli/command.py"}


@dataclass(frozen=True)
class Import:
    """`module` as it is written, or «graph.grid» for `from graph import grid`."""

    file: str
    module: str
    main: bool

    @property
    def room(self) -> str:
        return self.file.partition("/")[0].removesuffix(".py")

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.file} imports {self.module}"


def sources(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for room in DOWNWARD:
        found = sorted((root / room).rglob("*.py")) if (root / room).is_dir() else []
        single = root / f"{room}.py"
        for path in [*found, *([single] if single.exists() else [])]:
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imports(root: Path) -> Iterator[Import]:
    for file, tree in sources(root):
        run = [n for n in tree.body if isinstance(n, ast.If) and "__main__" in ast.unparse(n.test)]
        inside = {id(node) for block in run for node in ast.walk(block)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for name in node.names:
                    yield Import(file, name.name, id(node) in inside)
            elif isinstance(node, ast.ImportFrom):
                package = file.split("/")[: -node.level] if node.level else []
                base = ".".join([*package, *([node.module] if node.module else [])])
                for name in node.names:
                    whole = f"{base}.{name.name}" if base in DOWNWARD else base
                    yield Import(file, whole, id(node) in inside)


def entities(root: Path) -> set[str]:
    """The modules that graph/__init__.py names as ENTITIES."""
    tree = dict(sources(root))["graph/__init__.py"]
    named = (
        n.value for n in tree.body if isinstance(n, ast.Assign) and "ENTITIES" in ast.unparse(n)
    )
    return set(ast.literal_eval(next(named)))


def wrong(root: Path) -> list[str]:
    """Every import that is not as the house wants it."""
    kinds, found = entities(root), []
    for each in imports(root):
        if each.top in DOWNWARD:
            if not (allowed(each) and apart(each, kinds)):
                found.append(str(each))
        elif each.top not in sys.stdlib_module_names and each.top not in LIBRARIES[each.room]:
            found.append(str(each))
        elif each.file != ONLY.get(each.top, each.file):
            found.append(str(each))
    return found


def allowed(each: Import) -> bool:
    if each.file.startswith("graph/analysis/"):
        return each.module.startswith("graph.analysis")
    if each.file == "server.py" and each.module == "cli":
        return each.main
    return each.top == each.room or each.top in DOWNWARD[each.room]


def apart(each: Import, kinds: set[str]) -> bool:
    """Entities of graph/ name each other by label, never by module."""
    importer = each.file.removeprefix("graph/").removesuffix(".py")
    imported = each.module.removeprefix("graph.").partition(".")[0]
    return importer not in kinds or each.top != "graph" or imported not in kinds


def readers(root: Path) -> set[str]:
    """The files in which the environment is read."""
    names = ("environ", "environb", "getenv", "getenvb")
    return {
        file
        for file, tree in sources(root)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.ImportFrom) and any(n.name in names for n in node.names))
    }


def test_imports_go_downward_and_every_room_knows_its_own_libraries_only() -> None:
    assert wrong(ROOT) == []


def test_every_room_is_looked_at() -> None:
    assert {file.partition("/")[0].removesuffix(".py") for file, _ in sources(ROOT)} == set(
        DOWNWARD
    )
    assert {"grid", "person", "skill"} <= entities(ROOT)
    assert len(list(imports(ROOT))) > 300


def test_the_environment_is_read_by_the_composition_root() -> None:
    assert readers(ROOT) <= ENVIRONMENT


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("graph/grid.py", "from resolvers import errors"),
        ("graph/grid.py", "import schema.grid"),
        ("graph/grid.py", "from graph import person"),
        ("graph/grid.py", "from . import person"),
        ("graph/grid.py", "import graph.person"),
        ("graph/grid.py", "from graph.person import PERSON"),
        ("graph/grid.py", "def late():\n    from schema import build"),
        ("graph/grid.py", "import strawberry"),
        ("graph/grid.py", "import neo4j"),
        ("graph/cypher.py", "from neo4j import exceptions"),
        ("graph/bolt.py", "import starlette"),
        ("graph/analysis/sphere.py", "from graph import model"),
        ("graph/analysis/sphere.py", "from graph.model import Key"),
        ("graph/analysis/sphere.py", "import resolvers"),
        ("resolvers/grid.py", "from schema.grid import Grid"),
        ("resolvers/grid.py", "import starlette"),
        ("resolvers/grid.py", "from neo4j import Query"),
        ("schema/grid.py", "import web.app"),
        ("schema/grid.py", "import server"),
        ("web/app.py", "import graph.bolt"),
        ("web/app.py", "from graph import bolt"),
        ("web/app.py", "import strawberry"),
        ("web/app.py", "import jobs"),
        ("jobs/drill.py", "import resolvers"),
        ("server.py", "import cli"),
        ("web/app.py", "import cli"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, file: str, text: str) -> None:
    registered = "ENTITIES = ('grid', 'person')"
    seed(tmp_path, {"graph/__init__.py": registered, file: f"import os\n{text}\n"})
    assert len(wrong(tmp_path)) == 1


def test_what_is_right_is_let_be(tmp_path: Path) -> None:
    files = {
        "graph/__init__.py": "ENTITIES = ('grid', 'person')",
        "graph/grid.py": "from graph import registry\nfrom graph.model import Link\nimport numpy",
        "graph/bolt.py": "import neo4j",
        "graph/load.py": "from graph import grid, person",
        "graph/analysis/team.py": "from graph.analysis import sphere\nimport numpy as np",
        "resolvers/grid.py": "import graph.grid\nimport strawberry",
        "schema/grid.py": "from graph.crs import Crs\nimport resolvers.grid",
        "web/app.py": "from resolvers.errors import Code",
        "server.py": "import web.app, graph\nif __name__ == '__main__':\n    import cli",
    }
    seed(tmp_path, files)
    assert wrong(tmp_path) == []


@pytest.mark.parametrize(
    "text", ["import os\nos.environ['X']", "import os\nos.getenv('X')", "from os import environ"]
)
def test_who_else_reads_the_environment_is_found(tmp_path: Path, text: str) -> None:
    seed(tmp_path, {"graph/engine.py": text, "graph/grid.py": "import os\nos.getpid()"})
    assert readers(tmp_path) == {"graph/engine.py"}


def seed(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.mark.parametrize("room", DOWNWARD)
def test_a_room_is_our_own_folder_and_no_package_of_the_same_name(room: str) -> None:
    found = importlib.import_module(room).__file__
    assert found
    assert Path(found).resolve() in (ROOT / f"{room}.py", ROOT / room / "__init__.py")


def test_tests_are_no_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
