"""Translatable words as plain values, and the catalogues that turn them into a language."""

import gettext
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from peerbot.paths import shipped

SOURCE_LANGUAGE = "en"
LANGUAGES = ("en", "fr")
"""Languages that are whole; more by adding a catalogue in `config/locales`."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Msg:
    """Words of ours, not yet in any language: hashable, picklable, found by pybabel.

    Babel's own LazyProxy is neither hashable nor picklable, so cards could not be compared.
    """

    id: str
    args: tuple[tuple[str, object], ...] = ()
    plural: str | None = None
    n: int | None = None

    def __str__(self) -> str:
        return translate(self, SOURCE_LANGUAGE)


def _(text: str, /, **args: object) -> Msg:
    """Return `text` as translatable words; `{name}` stands for the argument of that name."""
    return Msg(text, tuple(args.items()))


def n_(one: str, many: str, n: int, /, **args: object) -> Msg:
    """Return words that depend on a count; `{n}` stands for the count itself."""
    return Msg(one, (*args.items(), ("n", n)), plural=many, n=n)


def translate(words: Msg, language: str) -> str:
    """Return `words` as plain text in `language`, English where the catalogue lacks them."""
    return "".join(
        str(part) for part in pieces(words, language, lambda value: (_plain(value, language),))
    )


def pieces(
    words: Msg, language: str, expand: Callable[[object], tuple[object, ...]]
) -> tuple[object, ...]:
    """Return the translated text cut at its placeholders, each replaced by `expand(argument)`.

    A placeholder without an argument stays as it is written, so that nothing is ever lost.
    """
    template = _template(words, language)
    args = dict(words.args)
    found: list[object] = []
    position = 0
    for match in _PLACEHOLDER.finditer(template):
        found.append(template[position : match.start()])
        name = match.group(1)
        found.extend(expand(args[name]) if name in args else (match.group(0),))
        position = match.end()
    found.append(template[position:])
    return tuple(piece for piece in found if piece != "")


def nearest_language(tag: str | None, default: str = SOURCE_LANGUAGE) -> str:
    """Return the language of ours for a tag such as "fr-CA" or "fr_FR"; `default` if none fits."""
    language = re.split(r"[-_]", (tag or "").lower(), maxsplit=1)[0]
    return language if language in LANGUAGES else default


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the placeholders in `text`."""
    return frozenset(_PLACEHOLDER.findall(text))


def catalogue_path(language: str) -> Path:
    return shipped("config") / "locales" / f"{language}.po"


def pick(texts: Mapping[str, str], language: str) -> str:
    """Return the text of a content pack in `language`, in English where there is none."""
    return texts.get(language) or texts[SOURCE_LANGUAGE]


def _plain(value: object, language: str) -> str:
    return translate(value, language) if isinstance(value, Msg) else str(value)


def _template(words: Msg, language: str) -> str:
    if language == SOURCE_LANGUAGE:
        return words.id if words.plural is None or words.n == 1 else words.plural
    catalogue = _catalogue(language)
    if words.plural is not None and words.n is not None:
        return catalogue.ngettext(words.id, words.plural, words.n)
    return catalogue.gettext(words.id)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    path = catalogue_path(language)
    if not path.is_file():
        return gettext.NullTranslations()
    # Babel is imported only when a second language is really spoken: it costs start-up time.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
