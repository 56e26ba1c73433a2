"""The PostgreSQL that Muster brings along, started where no DATABASE_URL is given.

Every process that asks for the server over a data folder is a holder of it. The first holder
starts the server, later ones join it, and it stops when the last one has left, whatever ended
them. Two locks of the kernel say who is there, so that no killed process can leave a lie:

    holders.lock   shared by every holder; the keeper takes it alone once all are gone
    server.lock    inherited by each process of the server: free means that none is left

    embedded_postgres → Server.start → keeper.py (a process of its own) → postgres

`docs/decisions/0001-embedded-postgresql.md` says why it is made this way.
"""

from app.embedded.holders import default_data_dir, embedded_postgres
from app.embedded.installed import EmbeddedError, programs

__all__ = ["EmbeddedError", "default_data_dir", "embedded_postgres", "programs"]
