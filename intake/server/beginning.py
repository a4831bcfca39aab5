"""What a process of the server loads. The parent, which only watches over them, loads nothing of the application.

So the parent cannot find out whether the server may start. The process that begins first does. The others load
nothing until it is ready: it has the machine to itself, and answers the sooner. What is wrong it hands to the parent as
a sentence, and has it stop. A process that is started anew later checks nothing: a database that is away for a moment
has an error page.
"""

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable
from importlib import import_module
from multiprocessing.queues import SimpleQueue
from typing import Any

LONGEST_WAIT = 60.0
"""Seconds that the others wait for the first process, in case that it died before it was ready."""


class Beginning:
    """Loads *target* (`module:function`), called with *given*, in each process of the server.

    It returns the application, and a function that raises when the server may not start. *explain* says in a sentence
    what an error means; None stands for one that nobody expected.
    """

    def __init__(self, target: str, given: dict[str, Any], explain: Callable[[Exception], str | None]) -> None:
        self._target, self._given, self._explain = target, given, explain
        self._refusals: SimpleQueue[str] = multiprocessing.SimpleQueue()
        self._first, self._is_ready = multiprocessing.Semaphore(1), multiprocessing.Event()

    def __call__(self) -> Any:
        """Return the application of this process."""
        gc.disable()  # all that is loaded stays; to look for garbage in it meanwhile was a tenth of the start
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until the server takes it: the parent's handler was inherited
        try:
            application = self._load()
        except Exception as error:
            sentence = self._explain(error)
            if sentence is None:
                raise
            self._refuse(sentence)
        gc.freeze()
        gc.enable()
        return application

    def refusal(self) -> str | None:
        """Return why the server did not start; None when it was only told to stop. For the parent, at its end."""
        return None if self._refusals.empty() else self._refusals.get()

    def _load(self) -> Any:
        is_first = self._first.acquire(block=False)
        if not is_first:
            self._is_ready.wait(LONGEST_WAIT)
        module, _, name = self._target.partition(":")
        try:
            application, check = getattr(import_module(module), name)(**self._given)
            if is_first:
                check()
        except Exception:
            if is_first:
                self._first.release()  # whoever is started in place of this process checks again
            raise
        self._is_ready.set()
        return application

    def _refuse(self, sentence: str) -> None:
        self._refusals.put(sentence)
        os.kill(os.getppid(), signal.SIGTERM)
        while True:
            signal.pause()  # until the parent ends it; a process that ends by itself would be started anew
