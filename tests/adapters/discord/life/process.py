"""`peerbot run` as its operator starts it, but for one thing: what is due is due by a file's time.

Adapters take the machine's clock, as they do for any operator: the core goes by none but its own.
"""

import os
import sys
from pathlib import Path

from peerbot.run import run
from peerbot.settings import environment, load
from tests.adapters.discord.life.time_file import TimeFile

if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(run(load(None, environment()), clock=TimeFile(Path(sys.argv[1]))))
