"""The `muster` command."""

import click


@click.group()
def main() -> None:
    """Muster: what is known about troop deployments, and who said it."""
