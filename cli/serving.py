"""The commands that answer: a server, one question, the schema, a look at what is there."""

import json
import logging
import sys
from pathlib import Path
from socket import socket
from typing import Any, TextIO

import click
import msgspec

import schema
import server
from cli.command import Progress, explained, ran, settings, shown
from cli.group import main
from resolvers.operation import Request


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


@main.command(short_help="接口定义 · Print the schema (SDL).")
@click.option("--write", is_flag=True, help="写入文件 · Write schema/schema.graphql instead.")
def sdl(write: bool) -> None:
    """接口定义 · Print the GraphQL schema, sorted, as it is checked in."""
    if write:
        Path(schema.__file__).with_name("schema.graphql").write_text(schema.sdl(), "utf-8")
    else:
        click.echo(schema.sdl(), nl=False)


@main.command(short_help="自检 · Check settings, graph and indexes; count what is there.")
def check() -> None:
    """自检 · Check that the settings hold and the graph answers, and count what is in it.

    Constraints and indexes that are missing are made. Ends with 1 if something is wrong.
    """
    with explained(), Progress() as progress:
        body = ran(server.check(settings(), progress))
    click.echo(shown(body))
    sys.exit("errors" in body)
