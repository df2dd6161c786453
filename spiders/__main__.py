"""One crawl process: `python -m spiders SPIDER FILE SETTINGS` carries out the job in a file.

It is `scrapy crawl` without what that loads first: all commands of Scrapy and all spiders. `SETTINGS` is a JSON object of
texts, as the command line of Scrapy takes them; the rest are those of `crawler.settings`.
"""

from __future__ import annotations

import gc
import json
import logging
import sys

# Before all else: it makes classes whose every making looks through all modules loaded so far, a quarter of a second in all.
import scrapy.core.downloader.handlers.http11  # noqa: F401
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

SPIDERS = {
    "visit": "spiders.visit.VisitSpider",
    "picture": "spiders.picture.PictureSpider",
    "scout": "spiders.scout.ScoutSpider",
}

_YOUNG = 20_000  # values, in place of 700


def main(spider: str, job: str, settings: str) -> int:
    """Crawl, and say whether that could begin."""
    # Modules and readings are many small values and hardly a circle: looking for those as often as Python does takes a
    # twentieth.
    gc.set_threshold(_YOUNG)
    used = Settings()
    used.setmodule("crawler.settings", priority="project")
    used.setdict({**json.loads(settings), "SPIDER_MODULES": []}, priority="cmdline")
    process = AsyncCrawlerProcess(used)
    process.crawl(load_object(SPIDERS[spider]), job=job)
    # Scrapy has every record made, several a request, and drops it only where it would be written.
    logging.disable(logging.getLevelNamesMapping()[used["LOG_LEVEL"]] - 1)
    gc.freeze()  # what is loaded by now stays, and is not looked through again
    process.start()
    return int(process.bootstrap_failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
