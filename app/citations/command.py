"""`muster verify`: a certificate held against an exported ledger, offline."""

import sys
from pathlib import Path

import click

from app.citations.verifying import FINDINGS, Finding, NotACertificate, agrees, read_certificate, verify
from app.ledger.command import ProgressBar
from app.ledger.containers import NotALedger
from app.ledger.offline import offline_ledger

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("certificate", type=_FILE)
@click.argument("ledger", type=click.Path(exists=True, path_type=Path))
def verify_command(certificate: Path, ledger: Path) -> None:
    """Check CERTIFICATE, the JSON of a figure's certificate, against LEDGER, a folder or zip as exported.

    Needs no database and no network. Says in sentences what agrees and what differs. Exits with 0 where all
    agrees, 1 where anything differs, 2 where one of the two cannot be read.
    """
    findings: list[Finding] = []
    try:
        content = read_certificate(certificate)
        with ProgressBar() as progress:
            progress.begin("Verifying", FINDINGS, " findings")
            for finding in verify(content, offline_ledger(ledger)):
                findings.append(finding)
                progress.advance(1)
    except NotACertificate as error:
        raise click.UsageError(f"{certificate} {error}") from error
    except NotALedger as error:
        raise click.UsageError(f"{ledger}{f': {error.file}' if error.file else ''} {error}") from error
    for finding in findings:
        click.echo(f"{finding.outcome:<8} {finding.sentence}")
    if not agrees(findings):
        click.echo("The certificate and the ledger do not agree.")
        sys.exit(1)
    click.echo("The certificate and the ledger agree.")
