"""The programs that a crawl needs from the machine."""

from __future__ import annotations

import os
import subprocess
import sys


def chromium(executable: str = "") -> str:
    """The path of the Chromium that a crawl would use, "" when there is none. Asked of the crawl's own code."""
    asked = subprocess.run(
        [sys.executable, "-m", "spiders.rendering"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **({"CLUSTERWATCH_CHROMIUM": executable} if executable else {})},
    )
    return asked.stdout.strip() if asked.returncode == 0 else ""
