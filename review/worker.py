"""The thread in which the server of the pages takes second looks from the queue, one at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from crawler.errors import StoreError
from db.desk import Desk
from db.rescans import Rescan
from pipelines.rescanning import Looker, carry_out

logger = logging.getLogger(__name__)

_IDLE_S = 1.0  # between two looks into an empty queue
_TO_END_S = 10.0  # for a crawl under way to end with the server


class RescanWorker:
    """The thread that takes rescans."""

    def __init__(self, open_desk: Callable[[], Desk], look: Looker) -> None:
        self._open_desk = open_desk
        self._look = look
        self._ending = threading.Event()
        self._doing: Rescan | None = None
        self._thread = threading.Thread(target=self._work, name="rescans", daemon=True)

    def start(self) -> None:
        """Begin to take rescans."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more. The one under way goes back into the queue, and what was done for it ends."""
        self._ending.set()
        self._give_back()
        self._thread.join(_TO_END_S)

    def _give_back(self) -> None:
        doing = self._doing
        if doing is None:
            return
        try:
            with self._open_desk() as desk:
                desk.give_back_rescan(doing)
        except StoreError:  # then it is given back when nobody hears of us any more
            logger.exception("%s: the rescan could not be given back", doing.cluster_id)

    def _work(self) -> None:
        with self._open_desk() as desk:
            while not self._ending.is_set():
                if not self._did_one(desk):
                    self._ending.wait(_IDLE_S)

    def _did_one(self, desk: Desk) -> bool:
        try:
            rescan = desk.take_rescan()
            if rescan is None:
                return False
            self._doing = rescan
            if self._ending.is_set():  # the end may have come before it could see what is under way
                self._give_back()
            carry_out(desk, rescan, self._look)
        except StoreError:  # locked for long, or the disk is full: the queue keeps what it has
            logger.exception("the queue of rescans could not be used")
            return False
        finally:
            self._doing = None
        return True
