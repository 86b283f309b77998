"""Where the folders that ship with peerbot are: the repository's, or the installed wheel's."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return the shipped folder `name` ("config" or "migrations").

    It is the repository's own folder when peerbot runs from a checkout, so that an edit there
    counts at once, and the copy inside the wheel otherwise (`pyproject.toml`, force-include).
    """
    repository = _PACKAGE.parent
    if (repository / "pyproject.toml").is_file() and (repository / name).is_dir():
        return repository / name
    return _PACKAGE / "_shipped" / name
