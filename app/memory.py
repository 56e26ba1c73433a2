"""What a process that serves tells Python and the C library about its memory."""

import ctypes
import gc
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # of glibc's malloc.h
_KEPT = 128 * 1024
"""Bytes from which memory goes back to the system when it is given back: a large page is more."""

_THRESHOLDS = 5_000, 5, 5
"""Objects made and not yet gone after which Python looks for circles among them; by default 700, 10, 10.

A page of 2,000 claims makes that many over and over, and leaves circles that hold what it was made of. Looked
for more rarely they pile up: with 20,000, 20, 20 a worker took 20 MB more after 288 pages, and the same time.
"""


def share_arenas() -> None:
    """Let all threads take memory from one place, which gives back what is large; before there are threads.

    By default glibc keeps a place for each of many threads, and in each what its largest page took. Elsewhere
    than on glibc nothing is done.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, _KEPT)
        mallopt(_M_TRIM_THRESHOLD, _KEPT)


def settle() -> None:
    """What was loaded so far stays for good: the collector need not look at it again, nor workers copy it.

    A start that has kept the collector off skips the first look too: it takes 0.2 s, for 200 kB of garbage.
    """
    if gc.isenabled():
        gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
