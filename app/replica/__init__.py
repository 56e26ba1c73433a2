"""Reads from a replica of the database, where it is known to be at least as new as the page has to be.

ReadElsewhere (middleware.py)  which requests may be read there; one that the replica fails is made anew
Replica (sessions.py)          a transaction on the replica, or None: then the primary is read
"""
