"""What is refused when a database is backed up or restored: a sentence for the person at the terminal."""


class NotKept(Exception):
    """A backup that is not made, or not restored; nothing was changed."""


class NotABackup(NotKept):
    """A file that is no backup of Muster, or no longer whole."""
