"""A process of the server ends when its parent is gone, or it would keep the port of a server that
was killed.
"""

import asyncio
import multiprocessing
import os
import signal
import threading

LOOK_EVERY = 1.0
LAST_ANSWERS = 10.0
"""Seconds for what is being answered, before the process ends in any case."""


def end_with_parent(loop: asyncio.AbstractEventLoop) -> None:
    """Have this process stop as if it were told to, once its parent is no longer the one that
    started it.
    """
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        loop.call_soon(_look, loop, parent.pid)


def _look(loop: asyncio.AbstractEventLoop, parent: int) -> None:
    if os.getppid() == parent:
        loop.call_later(LOOK_EVERY, _look, loop, parent)
        return
    last = threading.Timer(LAST_ANSWERS, os._exit, [1])
    last.daemon = True
    last.start()
    os.kill(os.getpid(), signal.SIGTERM)
