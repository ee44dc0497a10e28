"""What all commands share: settings from the environment, errors in a sentence, progress."""

import asyncio
import os
import re
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeVar

import click
import msgspec
import uvloop
from rich.console import Console
from rich.status import Status
from rich.text import Text

import server
from graph.archive import BackupError
from graph.bolt import GraphError
from graph.engine import EngineError
from graph.intake.fault import IntakeError
from resolvers.documents import Unreadable
from resolvers.machine import KeyRefused

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
