"""How fast does a large roster load, in how much memory, and does a killed load come out whole?

    python benchmarks/loading.py [--rows 1000000] [--kill] [--once] [--keep FOLDER]

Makes a roster (CSV) of so many invented people in organizations, and loads it by the command into
an embedded engine of its own in a temporary home, or into the empty Neo4j that
`scripts/neo4j/with-neo4j` brings. `--kill`: the command (and with it an embedded engine) is killed
(SIGKILL) in the middle of writing, the same command is given again, and everything is counted.
Unless `--once`, it is loaded again at the end, which changes nothing. Shown are rows a second and
the peak of resident memory (MB) of both processes; one JSON line.
"""

import argparse
import asyncio
import csv
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import server  # noqa: E402

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁"
)
SIGNS = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲建国文辉力博宇浩欣怡梓涵子轩诗雨晨曦"
)
PER_ORGANIZATION = 200
WRITING = re.compile(r"writing ([\d,]+)/([\d,]+) rows")

BATCH = 10_000
COUNTS: tuple[tuple[str, LiteralString], ...] = (
    ("people", "MATCH (n:Person) RETURN count(n)"),
    ("organizations", "MATCH (n:SocialOrganization) RETURN count(n)"),
)
# Of some of the roster's codes: those that somebody has, and with exactly one of each relationship.
EACH: LiteralString = """
UNWIND $codes AS code MATCH (n:Person {code: code})
WITH COUNT { (n)-[:MEMBER_OF]->(:SocialOrganization) } AS memberships,
     COUNT { (n)-[:DERIVED_FROM]->(:DataSource) } AS sources
RETURN [count(*), sum(memberships), sum(sources),
        sum(CASE WHEN memberships = 1 AND sources = 1 THEN 1 ELSE 0 END)]
"""
PARTS = ("codes", "memberships", "sources", "whole members")


@dataclass
class Peak:
    """The highest resident memory (MB) that the command and its engine were seen to have."""

    home: Path
    pid: int
    command: float = 0.0
    engine: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.stopping.wait(0.5):
            self.command = max(self.command, _peak(self.pid))
            if "NEO4J_PID" in os.environ:
                self.engine = max(self.engine, _peak(int(os.environ["NEO4J_PID"])))
                continue
            try:
                pid = json.loads((self.home / "endpoint.json").read_bytes())["pid"]
            except (OSError, ValueError, KeyError):
                continue
            self.engine = max(self.engine, _peak(pid))


def _peak(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def roster(path: Path, rows: int) -> int:
    """Writes the roster, the same on every run; how many organizations are in it."""
    draw = random.Random("commongrid loading")
    organizations = max(1, rows // PER_ORGANIZATION)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        header = ("编号", "姓名", "手机", "党员", "所属组织", "入会日期", "经度", "纬度", "坐标系")
        writer.writerow(header)
        for number in range(rows):
            name = draw.choice(SURNAMES) + "".join(draw.choices(SIGNS, k=2))
            place = (
                (f"{113 + draw.random():.6f}", f"{34 + draw.random():.6f}", "GCJ02")
                if number % 3
                else ("", "", "")
            )
            writer.writerow(
                (
                    f"BENCH-{number:07d}",
                    name,
                    f"1{draw.randrange(10**10):010d}",
                    "是" if draw.random() < 0.09 else "否",
                    f"示例组织{draw.randrange(organizations):05d}",
                    f"20{15 + draw.randrange(10)}/{1 + draw.randrange(12)}/{number % 28 + 1}",
                    *place,
                )
            )
    return organizations


def loaded(home: Path, files: list[Path], kill_at: float | None) -> tuple[Peak, float, bool]:
    """Runs the command; killed once this share of the rows is written, if it is given."""
    environment = {**os.environ, "COMMONGRID_HOME": str(home)}
    command = [sys.executable, str(ROOT / "server.py"), "load", *map(str, files)]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    peak = Peak(home, process.pid)
    watcher = threading.Thread(target=peak.watch)
    watcher.start()
    killed = False
    assert process.stderr is not None
    for line in process.stderr:
        print(f"{time.perf_counter() - began:7.1f} s  {line.rstrip()}", file=sys.stderr)  # noqa: T201
        found = WRITING.search(line)
        if found and kill_at is not None and not killed:
            done, total = (int(part.replace(",", "")) for part in found.groups())
            if done >= total * kill_at:
                os.kill(process.pid, signal.SIGKILL)
                killed = True
    code = process.wait()
    peak.stopping.set()
    watcher.join()
    if code and not killed:
        raise SystemExit(f"the command ended with {code}")
    return peak, time.perf_counter() - began, killed


async def counted(home: Path, rows: int) -> dict[str, int]:
    """What is in the graph; `codes`: how many of the roster's codes somebody has."""
    chosen = server.settings({}, home=home)
    async with server.connected(chosen, lambda _: None, server.PATIENT) as graph:
        found = {name: int(await graph.read("count", text, {})) for name, text in COUNTS}
        found |= dict.fromkeys(PARTS, 0)
        for start in range(0, rows, BATCH):
            codes = [f"BENCH-{number:07d}" for number in range(start, min(start + BATCH, rows))]
            numbers = await graph.read("count", EACH, {"codes": codes})
            for name, number in zip(PARTS, numbers, strict=True):
                found[name] += int(number)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kill", action="store_true", help="kill it in the middle, and resume")
    parser.add_argument("--once", action="store_true", help="do not load it a second time")
    parser.add_argument("--keep", type=Path, help="work in this folder, and leave it")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="commongrid-bench-") as temporary:
        folder = wanted.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        result = measured(folder, wanted.rows, wanted.kill, wanted.once)
    table = Table("what", "found")
    for name, value in result.items():
        table.add_row(name, f"{value:,}" if isinstance(value, int | float) else str(value))
    console = Console()
    console.print(table)
    console.print_json(json.dumps(result), indent=None)
    return 0 if result["whole"] else 1


def measured(folder: Path, rows: int, kill: bool, once: bool) -> dict[str, Any]:
    people, mapping = folder / "花名册.csv", folder / "mapping.json"
    organizations = roster(people, rows)
    mapping.write_text(json.dumps({"kind": "Person", "make": ["organizations"]}))
    files = [people, Path("--map"), mapping]
    home, took, killed = folder / "home", 0.0, False
    if kill:
        _, before, killed = loaded(home, files, 0.5)
        took += before
    peak, seconds, _ = loaded(home, files, None)
    took += seconds
    again, repeated, _ = (None, None, None) if once else loaded(home, files, None)
    found = asyncio.run(counted(home, rows))
    wanted = dict.fromkeys(("people", *PARTS), rows)
    wanted["organizations"] = found["organizations"] if rows < 10 * organizations else organizations
    return {
        "benchmark": "loading",
        "engine": "neo4j" if "COMMONGRID_GRAPH_URI" in os.environ else "embedded",
        "rows": rows,
        "killed": killed,
        "seconds": round(took, 1),
        "rows_per_second": round(rows / took),
        "repeat_seconds": round(repeated, 1) if repeated else None,
        "command_peak_mb": round(max(each.command for each in (peak, again) if each)),
        "engine_peak_mb": round(max(each.engine for each in (peak, again) if each)),
        **found,
        "whole": found == wanted,
    }


if __name__ == "__main__":
    sys.exit(main())
