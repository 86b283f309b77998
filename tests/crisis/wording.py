"""The rules of safe messaging, in every language in which peerbot reads or speaks.

WHO 2023 and the guides named in safety.md: no blame, no verdict on an attempt, no method, and
nothing of what a person wrote. French, Spanish, German and Portuguese have a word each for what
English says with "commit".
"""

import re

from peerbot.crisis.detection.finding import Finding

BLAME = {
    "en": (
        r"\bcommit(s|ted|ting)?\b.{0,12}suicide",
        r"\b(successful|failed|unsuccessful|completed|botched)\b.{0,12}\b(suicide|attempt)",
        r"\b(suicide|attempt)s?\b.{0,12}\b(succeeded|failed|was successful)",
        r"\b(attention.seeking|selfish|suicide epidemic|suicidal person)\b",
    ),
    "fr": (
        r"commet\w*.{0,12}suicide|commis.{0,12}suicide",
        r"(suicide|tentative).{0,12}(réussi|raté|manqué|abouti|échou)",
        r"\b(égoïste|pour attirer l'attention|suicidaire)\b",
    ),
    "es": (
        r"comet\w*.{0,12}suicidio",
        r"(suicidio|intento).{0,12}(exitoso|fallido|fracasado|consumado|logrado)",
        r"\b(egoísta|llamar la atención)\b",
    ),
    "de": (
        r"selbstmord",
        r"(erfolgreich|gescheitert|misslungen|missglückt)\w*.{0,14}(suizid|versuch)",
        r"(suizid|versuch)\w*.{0,14}(erfolgreich|gescheitert|misslungen|missglückt)",
        r"\b(egoistisch|aufmerksamkeit heischen\w*)\b",
    ),
    "pt": (
        r"comet\w*.{0,12}suicídio",
        r"(suicídio|tentativa).{0,12}(bem.sucedid|falhad|fracassad|frustrad|consumad)",
        r"\b(egoísta|chamar a? ?atenção)\b",
    ),
}
METHODS = {
    "en": (
        r"\boverdose on\b|\bhang(ing)? (yourself|himself|herself|themselves)\b",
        r"\bjump(ing|ed)? (off|from)\b|\b(slit|noose|bleach|razor|blades?)\b",
        r"\b(pills|tablets|gun|rope)\b",
    ),
    "fr": (
        r"\b(se pendre|pendaison|sauter d[ue']|se tailler|rasoir|lames?|corde|javel)\b",
        r"\b(comprimés|médicaments pour|fusil|arme)\b",
    ),
    "es": (r"\b(ahorcar\w*|soga|cuchilla|pastillas|lejía|pistola|cortarse)\b|saltar (de|desde)",),
    "de": (r"\b(erhängen|strick|rasierklingen?|tabletten|pistole|ritzen)\b|springen von",),
    "pt": (r"\b(enforcar\w*|corda|lâminas?|comprimidos|lixívia|pistola)\b|(saltar|pular) d[aeo]",),
}

ECHO_FROM = 5
"""So many words in a row are somebody's own; four are common talk ("do you want to")."""


def wrong_in(text: str, language: str) -> list[str]:
    """Return the rules that a text breaks."""
    rules = (*BLAME[language], *METHODS[language])
    return [rule for rule in rules if re.search(rule, text, re.IGNORECASE)]


def blame_in(text: str, language: str) -> list[str]:
    """Return the rules that a name breaks; the name of a rule may say which means it looks for."""
    return [rule for rule in BLAME[language] if re.search(rule, text, re.IGNORECASE)]


def echoes(shown: str, written: str, finding: Finding | None = None) -> list[str]:
    """Return what a text repeats of what somebody wrote, or of the words that a rule matched."""
    ours = f" {' '.join(_words(shown))} "
    theirs = _words(written)
    runs = [theirs[n : n + ECHO_FROM] for n in range(len(theirs) - ECHO_FROM + 1)]
    matched = [
        _words(written[one.start : one.end]) for one in (finding.evidence if finding else ())
    ]
    quoted = re.findall(r"[\"“«‘']([^\"”»’']{4,})[\"”»’']", shown)
    whole = [one for one in matched if one and any(_words(said) == one for said in quoted)]
    long = [one for one in matched if len(one) >= 3]
    found = [" ".join(one) for one in (*runs, *long) if f" {' '.join(one)} " in ours]
    return [*found, *(" ".join(one) for one in whole)]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
