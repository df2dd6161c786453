"""What becomes of a second look that somebody asked for, whoever takes it: the pages, a command, the clock."""

from __future__ import annotations

import logging
from collections.abc import Callable

from crawler.errors import ClusterwatchError
from db.desk import Desk
from db.rescans import Rescan, RescanLost, RescanState

logger = logging.getLogger(__name__)

# Visits the cluster, stores the verdict, and tells its steps. Raises RescanLost when it must end before.
Looker = Callable[[Desk, Rescan], None]


def carry_out(desk: Desk, rescan: Rescan, look: Looker) -> RescanState | None:
    """Do one rescan that the caller has taken, and close it; gives how it ended, None when it is the caller's no more.

    The edge of a unit of work: whatever goes wrong is recorded, and the next one can be taken.
    """
    try:
        look(desk, rescan)
        state, note = RescanState.DONE, ""
    except RescanLost:
        state, note = RescanState.CANCELLED, ""
    except ClusterwatchError as error:
        logger.info("%s: the rescan failed: %s", rescan.cluster_id, error)
        state, note = RescanState.FAILED, str(error)[:500]
    except Exception as error:
        logger.exception("%s: the rescan failed", rescan.cluster_id)
        state, note = RescanState.FAILED, str(error)[:500]
    return state if desk.end_rescan(rescan, state, note) else None
