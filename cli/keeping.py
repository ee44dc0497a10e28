"""The commands of who keeps the system: documents, keys, backups, the crash drill."""

import sys
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

import server
from cli.command import Progress, explained, ran, settings
from cli.group import main
from graph.archive import Manifest
from graph.grant import Role
from jobs import drill as drills
from resolvers import machine


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
