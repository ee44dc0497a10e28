"""The group that every command belongs to."""

import logging

import click

from cli.log import logs


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """基层治理协同网络 · Commongrid: the collaboration network of grassroots governance.

    Settings are read from the environment, under the prefix COMMONGRID_.
    """
    logs()
    # What the driver says there comes to us as an exception, and is logged with its request.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)
