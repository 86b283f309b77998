"""The way in (also `python -m peerbot`): knows its release, leaves the rest to `cli`."""

import os
import sys

from peerbot import __version__


def main() -> None:
    """Run the command line; the process ends with the command's exit code."""
    if sys.argv[1:] == ["--version"]:
        # Reading every command takes six times as long as starting Python.
        sys.stdout.write(f"peerbot {__version__}\n")
        return
    # Databases, backups and what lies beside them hold what members wrote: for this user alone.
    os.umask(0o077)
    from peerbot.cli import app

    app()


if __name__ == "__main__":
    main()
