"""Exports to compare: what they hold, taken in an open transaction as well."""

import csv
import io
import json
import zipfile
from pathlib import Path

from sqlalchemy.orm import Session

from app.ledger.exporting import NAMES, Snapshot, export_ledger, state_of


def exported(session: Session, path: Path) -> Path:
    """The ledger as the transaction of this session holds it, exported to `path`."""
    session.flush()
    connection = session.connection()
    export_ledger(Snapshot(connection, state_of(connection)), path)
    return path


def contents(path: Path) -> dict[str, bytes]:
    """By name, what the files of an exported folder or zip hold."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(path: Path, name: str) -> list[dict[str, str]]:
    """The rows of one exported table."""
    text = contents(path)[name].decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def past(path: Path, ref: str) -> list[tuple[str, str, dict[str, str]]]:
    """The history of one claim: revision, act, and the row as it stood from then on."""
    return [
        (row["revision"], row["act"], json.loads(row["row"]))
        for row in rows(path, "history.csv")
        if row["claim_ref"] == ref
    ]


__all__ = ["NAMES", "contents", "exported", "past", "rows"]
