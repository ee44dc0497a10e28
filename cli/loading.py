"""The commands that fill the graph: the demo network, and files."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

import server
from cli.command import Progress, explained, ran, settings
from cli.group import main
from graph.crs import Crs
from graph.intake import mapping
from graph.intake.duplicate import LIKELY, Pair
from graph.intake.intake import Account, Order


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
