"""The account that owns the server: PostgreSQL refuses to run as root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

ACCOUNTS = ("muster", "postgres", "nobody")
"""Tried in this order: one made for the purpose, one made for PostgreSQL, one that every system has."""


class Identity(TypedDict, total=False):
    """The arguments of `subprocess` that change who a program runs as."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the server and its files; `other` is False where that is whoever runs us."""

    uid: int
    gid: int
    other: bool

    def identity(self) -> Identity:
        """How a program is started as this account."""
        return Identity(user=self.uid, group=self.gid, extra_groups=[]) if self.other else Identity()

    def own(self, descriptor: int) -> None:
        """Hand over a file or folder that was just made."""
        if self.other:
            os.fchown(descriptor, self.uid, self.gid)

    def make_folder(self, path: Path) -> None:
        """A folder that only this account can enter; raises FileExistsError."""
        path.mkdir(mode=0o700)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            self.own(descriptor)
        finally:
            os.close(descriptor)

    def open_file(self, path: Path, flags: int = os.O_RDWR) -> int:
        """A descriptor of a file that only this account can read, made where it is missing.

        Root may be opening it in a folder of somebody else, so no link is followed, and only a
        file made here changes its owner.
        """
        flags |= os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return os.open(path, flags)
        self.own(descriptor)
        return descriptor


def server_account(data_dir: Path) -> Account:
    """Ourselves, or as root the owner of the data, else the first of ACCOUNTS; raises LookupError.

    The owner comes first, so that data made by an ordinary user stay that user's when root
    runs Muster over them once.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), other=False)
    for folder in (data_dir / "pg", data_dir):
        if folder.exists() and (owner := folder.stat().st_uid) != 0:
            return Account(owner, pwd.getpwuid(owner).pw_gid, other=True)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, other=True)
    raise LookupError(f"none of the accounts {', '.join(ACCOUNTS)} exists")
