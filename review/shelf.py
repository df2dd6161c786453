"""The texts of saved pages, read from the archive once: the newest of them stay in memory for the next page of ours."""

from __future__ import annotations

import logging
from collections import OrderedDict
from threading import Lock

from crawler.errors import StoreError
from db.archive import Kept
from db.desk import Desk
from review.harmless import Text, text_of

logger = logging.getLogger(__name__)

_MOST = 48  # texts; of large pages some 30 MB together
_known: OrderedDict[tuple[str, ...], Text] = OrderedDict()
_lock = Lock()


def saved_text(desk: Desk, kept: Kept) -> Text | None:
    """The text of a saved page, None when the archive does not have the page any more; that is logged."""
    name = (kept.digest, kept.content_type, kept.kind, kept.final_url or kept.url)
    with _lock:
        if name in _known:
            _known.move_to_end(name)
            return _known[name]
    try:
        page = desk.kept_page(kept.kept_id)
    except StoreError as error:
        logger.warning("a saved page cannot be read: %s", error)
        return None
    if page is None:
        return None
    text = text_of(page)
    with _lock:
        _known[name] = text
        while len(_known) > _MOST:
            _known.popitem(last=False)
    return text
