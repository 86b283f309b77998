"""What somebody sees of a message in Discord's client: its markdown read, one rule after another.

Written from what Discord documents and what its open parsers do, and stricter than them where they
differ: a line's beginning counts after any blanks, and rules are tried at every place.
https://support.discord.com/hc/en-us/articles/210298617
https://discord.com/developers/docs/reference#message-formatting
"""

import re

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_BEGINS = {
    "heading": re.compile(r"[\s\ufeff]*#{1,3}(?=\s)"),
    "small": re.compile(r"[\s\ufeff]*-#(?=\s)"),
    "list": re.compile(r"[\s\ufeff]*(?:[-*+]|[0-9]+[.)])(?=\s|$)"),
    "quote": re.compile(r"[\s\ufeff]*>(?:>>)?(?=\s|$)"),
}
_ANYWHERE = {
    "link": re.compile(
        r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?(\S+?)>?\s*\)", re.DOTALL
    ),
    "user": re.compile(r"<@!?[0-9]+>"),
    "role": re.compile(r"<@&[0-9]+>"),
    "room": re.compile(r"<#[0-9]+>"),
    "command": re.compile(r"</[^:>\n]+:[0-9]+>"),
    "time": re.compile(r"<t:-?[0-9]+(?::[a-zA-Z])?>"),
    "emoji": re.compile(r"<a?:\w+:[0-9]+>|:[^\s:]+:"),
    "guide": re.compile(r"<id:\w+>"),
    "address": re.compile(r"<(?:https?://|mailto:|tel:|sms:)[^ >]+>|[a-z]+://[^\s<]+"),
    "everyone": re.compile(r"@(?:everyone|here)"),
    "code": re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)"),
    "bold": re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)", re.DOTALL),
    "italic": re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|[^*\\])+?)\*(?!\*)|_((?:\\[\s\S]|[^_\\])+?)_"),
    "strike": re.compile(r"~~([\s\S]+?)~~"),
    "spoiler": re.compile(r"\|\|([\s\S]+?)\|\|"),
}


def read(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what is seen as plain text, and each thing that works, with its source."""
    seen, works, place, begins = "", [], 0, True
    while place < len(text):
        found = _rule(text, place, begins=begins)
        if found is not None:
            name, source = found
            works.append((name, source))
            seen += source
            place += len(source)
            begins = False
        elif (escape := _ESCAPE.match(text, place)) is not None:
            seen += escape.group(1)
            place, begins = escape.end(), False
        else:
            seen += text[place]
            begins = text[place] == "\n" or (begins and (text[place].isspace()))
            place += 1
    return seen, works


def _rule(text: str, place: int, *, begins: bool) -> tuple[str, str] | None:
    rules = {**(_BEGINS if begins else {}), **_ANYWHERE}
    for name, rule in rules.items():
        if (found := rule.match(text, place)) is not None:
            return name, found.group(0)
    return None
