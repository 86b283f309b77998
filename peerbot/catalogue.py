"""The catalogues of words: finds our texts in the code, and what a language still lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from peerbot.i18n import LANGUAGES, SOURCE_LANGUAGE, catalogue_path, placeholders

ROOT = Path(__file__).parent.parent
FOLDERS = ("peerbot", "adapters")
KEYWORDS = {"_": None, "n_": (1, 2)}
METHODS = [("**.py", "python")]

# Texts that are rightly the same in English and French: names, dialled things, shared words.
SAME = frozenset(
    {
        "{feature}: {state}",
        "{feature}: {state}.",
        "{feature}: {state}, from this moment.",
        "{name}: {ways}. {hours}",
        "{name}, {whom}",
        "{what}: {state}",
        "{what}: {n}",
        "WhatsApp {number}",
        "chat",
        "Messages",
        "Question",
        "Contact",
        "{n} minute",
        "{n} message",
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """One text of ours in the code."""

    id: str
    plural: str | None
    places: tuple[tuple[str, int], ...]


def in_code() -> tuple[Found, ...]:
    """Return every text in the code, each once, in the order of first use."""
    found: dict[tuple[str, str | None], list[tuple[str, int]]] = {}
    for folder in FOLDERS:
        for file, line, message, _comments, _context in extract_from_dir(
            str(ROOT / folder), method_map=METHODS, keywords=KEYWORDS
        ):
            one, many = message if isinstance(message, tuple) else (message, None)
            found.setdefault((one, many), []).append((f"{folder}/{file}", line))
    return tuple(Found(one, many, tuple(places)) for (one, many), places in found.items())


def problems() -> tuple[str, ...]:
    """Return what every language but English lacks, a sentence each."""
    texts = in_code()
    return tuple(
        problem
        for language in LANGUAGES
        if language != SOURCE_LANGUAGE
        for problem in problems_of(language, texts, _read(language))
    )


def problems_of(language: str, texts: tuple[Found, ...], catalogue: Catalog) -> Iterator[str]:
    """Yield what is missing, unsure, equal to English by neglect, or lost a placeholder."""
    for text in texts:
        where = f"config/locales/{language}.po, {text.id[:60]!r} ({text.places[0][0]})"
        message = catalogue.get(text.id)
        if message is None or not _all_said(message):
            yield f"{where}: not translated; add it"
            continue
        if message.fuzzy:
            yield f"{where}: marked as unsure; read it and remove the mark"
        wanted = placeholders(text.id) | placeholders(text.plural or "")
        for said in _strings(message):
            lost = wanted - placeholders(said) - ({"n"} if text.plural else set())
            if lost or placeholders(said) - wanted:
                names = ", ".join(sorted(lost)) or "extra ones"
                yield f"{where}: the placeholders differ ({names})"
        if _strings(message)[0] == text.id and text.id not in SAME and _has_words(text.id):
            yield f"{where}: the same as English; translate it, or list it in catalogue.SAME"
    known = {text.id for text in texts}
    for message in catalogue:
        text_id = _first(message.id) if message.id else ""
        if text_id and text_id not in known:
            yield f"config/locales/{language}.po, {text_id[:60]!r}: no longer used; remove it"


def update(language: str) -> int:
    """Bring a catalogue up to the code, keeping what is translated; return how many texts lack."""
    old = _read(language)
    new = Catalog(locale=language, project="peerbot", fuzzy=False)
    new.header_comment = "# Words of peerbot. Read docs/words.md before editing."
    missing = 0
    for text in in_code():
        known = old.get(text.id)
        said = known.string if known is not None else ""
        key = text.id if text.plural is None else (text.id, text.plural)
        new.add(key, string=said, locations=[text.places[0]])
        missing += known is None or not _all_said(known)
    with catalogue_path(language).open("wb") as file:
        write_po(file, new, width=100, no_location=False, include_lineno=False, omit_header=False)
    return missing


def _read(language: str) -> Catalog:
    path = catalogue_path(language)
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _strings(message: Message) -> tuple[str, ...]:
    said = message.string
    return (said,) if isinstance(said, str) else tuple(said or ())


def _all_said(message: Message) -> bool:
    return all(_strings(message)) and bool(_strings(message))


def _first(message_id: object) -> str:
    return message_id if isinstance(message_id, str) else str(message_id[0])  # type: ignore[index]


def _has_words(text: str) -> bool:
    """Whether `text` has letters outside its placeholders."""
    outside = text
    for name in placeholders(text):
        outside = outside.replace(f"{{{name}}}", "")
    return any(character.isalpha() for character in outside)
