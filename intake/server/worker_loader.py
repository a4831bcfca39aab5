"""What a process of the server loads. The parent, which only watches over them, loads nothing of
the application.

So the parent cannot find out whether the server may start. The process that is ready first does;
the others wait for it. What is wrong it hands to the parent as a sentence, and has it stop. A
process that is started anew later checks nothing: a database that is away for a moment has an error
page.
"""

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable
from importlib import import_module
from multiprocessing.queues import SimpleQueue
from typing import Any

LONGEST_CHECK = 60.0
"""Seconds that the others wait for the checks, in case that the process died amid them."""


class WorkerLoader:
    """Loads *target* (`module:function`), called with *given*, in each process of the server.

    It returns the application, and a function that raises when the server may not start. *explain*
    says in a sentence what an error means; None stands for one that nobody expected.
    """

    def __init__(
        self, target: str, given: dict[str, Any], explain: Callable[[Exception], str | None]
    ) -> None:
        self._target, self._given, self._explain = target, given, explain
        self._refusals: SimpleQueue[str] = multiprocessing.SimpleQueue()
        self._turn, self._checked = multiprocessing.Semaphore(1), multiprocessing.Event()

    def __call__(self) -> Any:
        """Return the application of this process."""
        # all that is loaded stays; to look for garbage in it meanwhile was a tenth of the start
        gc.disable()
        # Until the server takes it: the parent's handler was inherited
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        module, _, name = self._target.partition(":")
        try:
            application, check = getattr(import_module(module), name)(**self._given)
            self._check_once(check)
        except Exception as error:
            sentence = self._explain(error)
            if sentence is None:
                raise
            self._refuse(sentence)
        gc.freeze()
        gc.enable()
        return application

    def refusal(self) -> str | None:
        """Return why the server did not start; None when it was only told to stop. For the parent,
        at its end.
        """
        return None if self._refusals.empty() else self._refusals.get()

    def _check_once(self, check: Callable[[], None]) -> None:
        if not self._turn.acquire(block=False):
            self._checked.wait(LONGEST_CHECK)
            return
        try:
            check()
        except Exception:
            self._turn.release()  # whoever is started in place of this process checks again
            raise
        self._checked.set()

    def _refuse(self, sentence: str) -> None:
        self._refusals.put(sentence)
        os.kill(os.getppid(), signal.SIGTERM)
        while True:
            # until the parent ends it; a process that ends by itself would be started anew
            signal.pause()
