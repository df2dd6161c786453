"""Scrapy settings: only what differs from Scrapy's own, each with the default and the reason.

Components are named by dotted string, so this floor imports none of them.
"""

BOT_NAME = "clusterwatch"
SPIDER_MODULES = ["spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# --- Honest and polite ---
USER_AGENT = (
    "Clusterwatch/0.1 (nightly check of cluster websites; no contact configured)"  # the config's contact replaces it
)
ROBOTSTXT_OBEY = False  # default True in projects: `spiders.robots` obeys instead, with Crawl-delay and bounds
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8: one request at a time per host
DOWNLOAD_DELAY = 1.0  # seconds, default 0; the config's politeness.delay_s replaces it
DOWNLOAD_DELAY_JITTER = 0.5  # of the delay, either way
DEFAULT_REQUEST_HEADERS = {"Accept-Language": "ja,en;q=0.7,*;q=0.5"}  # default "en" gets the English page of some sites
REFERRER_POLICY = "no-referrer"  # default "strict-origin-when-cross-origin": where we come from is nobody's business
CONCURRENT_REQUESTS = 32  # default 16: the sites at once are bounded by the spider, not here

# --- Bounded ---
DOWNLOAD_TIMEOUT = 20.0  # seconds, default 180: a byte a second must not hold a visit; half of it for the connection
DOWNLOAD_MAXSIZE = 4 * 1024 * 1024  # bytes after decompression, default 1 GiB; stops compression bombs too
DOWNLOAD_WARNSIZE = 0  # default 32 MiB: a warning nobody could act on
DOWNLOAD_FAIL_ON_DATALOSS = True
REDIRECT_MAX_TIMES = 8  # default 20
RETRY_TIMES = 1  # default 2: the next night tries again anyway
RETRY_HTTP_CODES: list[int] = []  # default 5xx, 408, 429: an answer is an answer
RETRY_EXCEPTIONS = [  # default: also time-outs and refusals, which cost a visit its budget
    "scrapy.exceptions.DownloadFailedError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectionLost",
]
METAREFRESH_ENABLED = False  # default True: the visit follows refreshes itself, and counts them
HTTPCACHE_ENABLED = False
URLLENGTH_LIMIT = 2083

# --- Only the web, only public addresses ---
DOWNLOAD_HANDLERS = {
    "data": None, "file": None, "ftp": None, "s3": None,  # default: all open
    "http": "spiders.handler.BoundedHandler", "https": "spiders.handler.BoundedHandler",
}  # fmt: skip
TWISTED_DNS_RESOLVER = "spiders.resolver.CheckedResolver"  # checks every address at connect
CLUSTERWATCH_ALLOW: list[str] = []  # networks that the guard lets through
CLUSTERWATCH_NAMESERVERS: list[str] = []  # "ip:port"; empty: the system's
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,  # counts the bytes of every request for nobody
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "spiders.cookies.VisitCookies": 700,  # the place of Scrapy's, which would ask the internet for a list
    "spiders.robots.RobotsRules": 100,
    "spiders.guard.AddressGuard": 760,  # after the proxy is chosen, before anything is sent
}

# --- No doors into the process ---
REMOTE_CONTROL_ENABLED = False  # default True: runs code
TELNETCONSOLE_ENABLED = False  # default True
EXTENSIONS_BASE = {  # default: also consoles, exports and throttles, which are loaded even where they are turned off
    "scrapy.extensions.corestats.CoreStats": 0,
}
COOKIES_ENABLED = True  # in memory, a jar a visit: some sites redirect for ever without
LOG_LEVEL = "INFO"

# --- Where plans come from and visits go when Scrapy is started by hand ---
CLUSTERWATCH_DB = "clusterwatch.db"
CLUSTERWATCH_JOB = "pipelines.storing.job_from_store"
ITEM_PIPELINES = {"pipelines.storing.StoreVisits": 100}
