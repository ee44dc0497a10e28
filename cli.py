"""The commands; each body is one call into a room."""

import asyncio
import json
import logging
import os
import re
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import Any, TextIO, TypeVar

import click
import msgspec
import structlog
import uvloop
from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

import schema
import server
from graph.archive import BackupError, Manifest
from graph.bolt import GraphError
from graph.crs import Crs
from graph.engine import EngineError
from graph.grant import Role
from graph.intake import mapping
from graph.intake.duplicate import LIKELY, Pair
from graph.intake.fault import IntakeError
from graph.intake.intake import Account, Order
from jobs import drill as drills
from resolvers import machine
from resolvers.documents import Unreadable
from resolvers.machine import KeyRefused
from resolvers.operation import Request

T = TypeVar("T")


class Progress:
    """Tells on stderr what is going on: one line that changes on a terminal, few lines in a log."""

    QUIET = 5.0  # seconds for which a log hears nothing new of the same step

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.status: Status | None = None
        self.step, self.told = "", 0.0

    def __enter__(self) -> "Progress":
        if self.console.is_terminal:
            self.status = self.console.status("")
            self.status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.done()

    def __call__(self, text: str) -> None:
        if self.status:
            self.status.update(Text(text))
            return
        step, now = re.sub(r"[\d.,]+", "", text), time.monotonic()
        if step != self.step or now - self.told >= self.QUIET:
            self.step, self.told = step, now
            self.console.print(Text(text), soft_wrap=True)

    def done(self) -> None:
        """From here on every text is a line of its own."""
        if self.status:
            self.status.stop()
            self.status = None


@contextmanager
def explained() -> Iterator[None]:
    """What a user can put right is told in a sentence, without a traceback."""
    try:
        yield
    except server.SettingsError as error:
        raise click.UsageError(f"settings: {error}") from None
    except (BackupError, EngineError, GraphError, IntakeError, KeyRefused, Unreadable) as error:
        raise click.ClickException(str(error)) from None


def settings(**options: Any) -> server.Settings:
    given = {name: value for name, value in options.items() if value is not None}
    return server.settings(os.environ, **given)


def ran(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def shown(body: server.Body) -> str:
    """A response map as people read it."""
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """基层治理协同网络 · Commongrid: the collaboration network of grassroots governance.

    Settings are read from the environment, under the prefix COMMONGRID_.
    """
    logs()
    # What the driver says there comes to us as an exception, and is logged with its request.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)


def logs() -> None:
    """Lines on stderr: JSON, one object in a line; on a terminal as people read them."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    terminal = sys.stderr.isatty()
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer()]
        if terminal
        else [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=as_json),
        ]
    )
    form = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(form)
    logging.basicConfig(handlers=[handler], force=True)


def as_json(line: dict[str, Any], **_: Any) -> str:
    return msgspec.json.encode(line, enc_hook=str).decode()


@main.command(short_help="启动服务 · Serve the network over HTTP.")
@click.option("--host", help="地址 · Address to listen on (else COMMONGRID_HOST).")
@click.option("--port", type=int, help="端口 · Port to listen on (else COMMONGRID_PORT).")
def serve(host: str | None, port: int | None) -> None:
    """启动服务 · Serve GraphQL over HTTP until SIGTERM or Ctrl-C.

    An empty graph gets the demo network first; /readyz is 200 once questions are answered.
    """
    with explained(), Progress() as progress:
        chosen = settings(host=host, port=port)
        for name, wanted in (("request", "requests"), ("statement", "statements")):
            if chosen.log in (wanted, "statements"):
                logging.getLogger(f"commongrid.{name}").setLevel(logging.INFO)
        with listening(chosen) as at:
            url = address(at.getsockname())
            progress.console.print(f"listening on {url}", soft_wrap=True)

            def opened(answer: server.Body) -> None:
                progress.done()
                click.echo(greeting(url, chosen, answer))

            ran(server.serve(chosen, at, progress, opened))


def listening(chosen: server.Settings) -> socket:
    try:
        return server.listening(chosen)
    except OSError as error:
        where = f"{chosen.host} port {chosen.port}"
        raise click.ClickException(
            f"cannot listen on {where}: {error.strerror} (choose by COMMONGRID_HOST and _PORT)"
        ) from None


def address(name: tuple[Any, ...]) -> str:
    """The URL at which a bound address is reached from this machine."""
    host, port = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name[0], name[0]), name[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def greeting(url: str, chosen: server.Settings, answer: server.Body) -> str:
    body = json.loads(msgspec.json.encode(answer))
    found = (body.get("data") or {}).get("coverage")
    told = f"{found['numerator']}/{found['denominator']}" if found else json.dumps(body)
    lines = [f"{url}/graphql", *([f"{url}/graphiql"] if chosen.development else [])]
    return "\n".join(
        [
            "Commongrid answers at",
            *(f"  {line}" for line in lines),
            "石佛微网格的网格长 · How many micro grids of Shifo (ZZ-GX-SF) have a head?",
            f"  {told}",
        ]
    )


@main.command(short_help="提问 · Ask a GraphQL document, without HTTP.")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--variables", default="{}", help="变量 · Variables, as a JSON object.")
def ask(file: TextIO, variables: str) -> None:
    """提问 · Run the GraphQL document in FILE (- is stdin) and print the answer as JSON.

    Ends with 1 if the answer holds errors.
    """
    with explained(), Progress() as progress:
        request = Request(file.read(), parsed(variables))
        body = ran(server.ask(settings(), request, progress))
    click.echo(shown(body))
    sys.exit("errors" in body)


def parsed(variables: str) -> dict[str, Any]:
    try:
        found = json.loads(variables)
    except ValueError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="--variables") from None
    if not isinstance(found, dict):
        raise click.BadParameter("not a JSON object", param_hint="--variables")
    return found


@main.command(short_help="演示数据 · Load the demo network, or complete it.")
def demo() -> None:
    """演示数据 · Load the demo network, or complete it; what is there already stays."""
    with explained(), Progress() as progress:
        ran(server.complete_demo(settings(), progress))


@main.command(short_help="导入 · Load files of people, grids, anything that is kept.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--map", "map_", type=click.Path(path_type=Path), help="映射 · A mapping file (JSON)."
)
@click.option("--kind", help="种类 · What the rows are, such as Person or MEMBER_OF.")
@click.option("--crs", type=click.Choice(list(Crs)), help="坐标系 · Of rows that declare none.")
@click.option("--key", help="识别列 · Columns that tell rows apart where there is no code.")
@click.option("--prefix", help="前缀 · Beginning of the codes that are made.")
@click.option("--dry-run", is_flag=True, help="试运行 · Say what would happen; write nothing.")
@click.option("--skip-errors", is_flag=True, help="跳过错误行 · Load the rows that are right.")
@click.option("--abandon", is_flag=True, help="放弃 · Forget another load that was not ended.")
@click.option(
    "--likely",
    type=click.FloatRange(0, 1),
    default=LIKELY,
    show_default=True,
    help="阈值 · Score from which on two people are listed as likely one.",
)
@click.option(
    "--pairs",
    type=click.Path(path_type=Path, dir_okay=False),
    help="疑似重复 · Write the likely duplicates here, to be corrected and given to --merge.",
)
@click.option(
    "--merge",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="合并 · Make the pairs in this file one person each.",
)
@click.option(
    "--merge-above", type=click.FloatRange(0, 1), help="合并 · So do pairs from a score on."
)
def load(
    files: tuple[Path, ...],
    map_: Path | None,
    kind: str | None,
    crs: str | None,
    key: str | None,
    prefix: str | None,
    dry_run: bool,
    skip_errors: bool,
    abandon: bool,
    likely: float,
    pairs: Path | None,
    merge: Path | None,
    merge_above: float | None,
) -> None:
    """导入 · Load FILES (CSV, XLSX, JSON Lines) into the graph, or say what would happen.

    Everything is checked first; nothing is written if a row is wrong. What is there already is not
    written again: the same command completes a load that was killed. Ends with 1 if rows are wrong.
    """
    keys = tuple(each.strip() for each in re.split("[,，]", key)) if key else ()
    with explained(), Progress() as progress:
        book = mapping.read(map_, kind=kind, crs=crs, key=keys, prefix=prefix)
        order = Order(
            files,
            book,
            dry=dry_run,
            skip=skip_errors,
            abandon=abandon,
            likely=likely,
            merge=confirmed(merge),
            merge_above=merge_above,
        )
        account = ran(server.take(settings(), order, progress))
    if pairs:
        pairs.write_bytes(msgspec.json.format(msgspec.json.encode(account.duplicates), indent=1))
    told(account)
    click.echo(msgspec.json.encode(summary(account)))
    sys.exit(bool(account.wrong or account.refused))


def confirmed(path: Path | None) -> list[dict[str, Any]]:
    """The pairs in a file: objects with `keep` and `merge`, as --pairs writes them."""
    try:
        found = json.loads(path.read_bytes()) if path else []
        right = isinstance(found, list) and all(
            isinstance(each["keep"], str) and isinstance(each["merge"], str) for each in found
        )
    except (OSError, ValueError, TypeError, KeyError):
        right = False
    if not right:
        raise click.BadParameter("a list of objects with keep and merge", param_hint="--merge")
    return list(found)


def told(account: Account) -> None:
    """What was found, as people read it: each fault and pair in a line, and the counts."""
    for fault in account.faults:
        click.echo(str(fault))
    if account.wrong > len(account.faults):
        click.echo(f"… {account.wrong - len(account.faults):,}")
    for pair in account.duplicates:
        click.echo(paired(pair))
    for refused in account.refused:
        click.echo(refused)
    found = Table("种类 · kind", "新增 · new", "修改 · changed", "未变 · unchanged")
    for kind, counts in account.counts.items():
        found.add_row(kind, *(f"{counts[name]:,}" for name in ("new", "changed", "unchanged")))
    found.caption = (
        f"{'written' if account.written else 'nothing written'}, {account.wrong:,} wrong"
    )
    Console().print(found)


def paired(pair: Pair) -> str:
    rows = " = ".join(pair.rows)
    return f"{pair.score:.2f} {pair.keep} {pair.merge} ({rows}): {', '.join(pair.reasons)}"


def summary(account: Account) -> dict[str, Any]:
    return {
        "written": account.written,
        "sources": account.sources,
        "counts": account.counts,
        "wrong": account.wrong,
        "duplicates": len(account.duplicates),
        "merged": account.merged,
    }


@main.command(short_help="接口定义 · Print the schema (SDL).")
@click.option("--write", is_flag=True, help="写入文件 · Write schema/schema.graphql instead.")
def sdl(write: bool) -> None:
    """接口定义 · Print the GraphQL schema, sorted, as it is checked in."""
    if write:
        Path(schema.__file__).with_name("schema.graphql").write_text(schema.sdl(), "utf-8")
    else:
        click.echo(schema.sdl(), nl=False)


@main.group(short_help="文档 · Documents that clients may ask by id.")
def documents() -> None:
    """文档 · Register the documents of an app, so that it asks them by id alone."""


@documents.command("sync", short_help="同步 · Register documents.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--only", is_flag=True, help="仅此 · Forget all others.")
def sync_documents(paths: tuple[Path, ...], only: bool) -> None:
    """同步 · Register the documents in PATHS: .graphql files, folders, registers (.json).

    All or none: what is not valid in this schema is told, and ends it with 1. Servers that run
    answer them within 5 seconds.
    """
    with explained(), Progress() as progress:
        found = ran(server.sync(settings(), paths, only, progress))
    for line in found.wrong:
        click.echo(line)
    for identifier, where in found.registered:
        click.echo(f"{identifier}  {where}")
    sys.exit(bool(found.wrong))


@main.group(short_help="令牌 · Keys by which machines ask.")
def token() -> None:
    """令牌 · Make, list and revoke keys: bearer tokens for machines, and for a first admin."""


@token.command("create", short_help="新建 · Make a key, which is told once.")
@click.argument("account")
@click.option("--role", required=True, type=click.Choice([*Role]), help="角色 · What it may do.")
@click.option("--within", help="辖区 · Code of the division or grid over which; else everywhere.")
@click.option("--days", type=click.IntRange(1), help="天数 · Days for which it opens; else open.")
def create_token(account: str, role: str, within: str | None, days: int | None) -> None:
    """新建 · Print a new key for ACCOUNT, which is made if it is not there.

    Only a digest of it is kept. It is shown as «Authorization: Bearer KEY».
    """
    with explained(), Progress() as progress:
        order = machine.Order(account, Role(role), within, days)
        given = ran(server.make_key(settings(), order, progress))
    click.echo(given)


@token.command("list", short_help="列表 · Every key, without its secret.")
def list_tokens() -> None:
    """列表 · Show every key: id, account, first and last day."""
    with explained(), Progress() as progress:
        found = ran(server.keys(settings(), progress))
    table = Table("id", "账户 · account", "名称 · name", "起 · since", "止 · until")
    for each in found:
        table.add_row(each.id, each.account, each.name, each.since, each.until or "")
    Console().print(table)


@token.command("revoke", short_help="撤销 · End a key today.")
@click.argument("id")
def revoke_token(id: str) -> None:
    """撤销 · End the key with this ID (between the underscores of the key); it opens no more."""
    with explained(), Progress() as progress:
        known = ran(server.revoke_key(settings(), id, progress))
    if not known:
        raise click.ClickException(f"there is no key {id}")
    click.echo(f"{id} opens no more")


@main.command(short_help="自检 · Check settings, graph and indexes; count what is there.")
def check() -> None:
    """自检 · Check that the settings hold and the graph answers, and count what is in it.

    Constraints and indexes that are missing are made. Ends with 1 if something is wrong.
    """
    with explained(), Progress() as progress:
        body = ran(server.check(settings(), progress))
    click.echo(shown(body))
    sys.exit("errors" in body)


@main.command(short_help="备份 · Copy the store to a file, while it is in use.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="覆盖 · Replace FILE if it is there already.")
def backup(file: Path, force: bool) -> None:
    """备份 · Copy the embedded engine's store to FILE as it is at one moment.

    A server that runs goes on meanwhile. The copy is opened once to prove it; FILE appears whole or
    not at all, and holds no passwords.
    """
    with explained(), Progress() as progress:
        found = ran(server.back_up(settings(), file, force, progress))
    click.echo(f"{file} holds {holding(found)}")


@main.command(short_help="恢复 · Put the store that a file holds in place of this one.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="替换 · Replace a store that is not empty.")
def restore(file: Path, force: bool) -> None:
    """恢复 · Put the store that the backup FILE holds in place of the embedded engine's.

    No server may run. FILE is checked and opened first: whatever goes wrong, the old store stays.
    """
    with explained(), Progress() as progress:
        chosen = settings()
        found = ran(server.restore(chosen, file, force, progress))
    click.echo(f"{chosen.home} holds {holding(found)}, as of {found.made}")


def holding(found: Manifest) -> str:
    nodes, links = sum(found.nodes.values()), sum(found.relationships.values())
    return f"{nodes:,} nodes and {links:,} relationships ({found.size / 1e6:,.1f} MB)"


@main.command(short_help="演练 · Kill the engine while it is written to; prove nothing is lost.")
@click.option("--rounds", default=10, type=click.IntRange(1), help="次数 · Kills of the engine.")
@click.option("--writers", default=8, type=click.IntRange(1), help="并发 · Writers at once.")
def drill(rounds: int, writers: int) -> None:
    """演练 · Kill an embedded engine of its own, again and again, under concurrent writers.

    Ends with 1 if an acknowledged write is lost or doubled, or a count is wrong.
    """
    with explained(), Progress() as progress:
        result = ran(drills.drill(rounds, writers, progress))
    Console().print(table(result))
    click.echo(msgspec.json.encode(result))
    sys.exit(not result.sound)


def table(result: drills.Result) -> Table:
    found = Table("kill", "back-off s", "first answer s", "first write s", "written before")
    for number, kill in enumerate(result.kills, 1):
        times = (kill.backoff, kill.first_answer, kill.first_write)
        found.add_row(str(number), *(f"{each:.2f}" for each in times), f"{kill.written:,}")
    found.caption = (
        f"{result.acknowledged:,} writes acknowledged, {result.lost} lost, {result.doubled} doubled"
    )
    return found
