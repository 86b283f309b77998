"""How help lines and emergency numbers are written on a card, each as it really dials."""

from datetime import datetime

from peerbot.chat.text import ByLanguage, Code, Link, Words, joined
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.helplines import MOST_LINES, Country, HelpLines, Hours, Line
from peerbot.i18n import Msg, _

_AUDIENCES: dict[str, Msg] = {
    "youth": _("for young people"),
    "women": _("for women"),
    "men": _("for men"),
    "lgbtq": _("for LGBTQ+ people"),
    "veterans": _("for veterans"),
    "indigenous": _("for Indigenous people"),
    "older": _("for older people"),
    "students": _("for students"),
    "muslims": _("for Muslims"),
}


class LineWords:
    """Writes the help lines of a country for one moment."""

    def __init__(self, lines: HelpLines) -> None:
        self._lines = lines

    def country(self, code: str) -> Country | None:
        return self._lines.country(code)

    def countries(self, language: str) -> tuple[tuple[str, str], ...]:
        """Return code and name of every country, those with lines of their own first."""
        return self._lines.named(language)

    def few(self, code: str, category: Category, tier: Tier, now: datetime) -> tuple[Words, ...]:
        """Return at most three entries, the first one saying for which country.

        The emergency number stands on top when it is urgent or worse, or when there is no line.
        """
        country = self._lines.country(code)
        entries: list[Words] = [
            self.line(line, now) for line in self._lines.lines_of(code, category, now)[:MOST_LINES]
        ]
        if tier >= Tier.URGENT or country is None or not entries:
            entries.insert(0, self.emergency(code))
        else:
            where = ByLanguage(tuple(country.opener.items()))
            entries[0] = _("{where}: {line}", where=where, line=entries[0])
        return (*entries, self.fallback())[:MOST_LINES]

    def all(self, code: str, category: Category, now: datetime) -> tuple[Words, ...]:
        """Return every entry of a country: emergency first, the worldwide finder last."""
        fitting = self._lines.lines_of(code, category, now)
        return (
            self.emergency(code),
            *(self.line(line, now) for line in fitting[:8]),
            self.fallback(),
        )

    def preview(self, code: str, now: datetime) -> tuple[Words, ...]:
        """Return what members of a country would see first."""
        return self.all(code, Category.SUICIDE, now)[:4]

    def emergency(self, code: str) -> Words:
        country = self._lines.country(code)
        if country is None:
            return _("In immediate danger: your local emergency number")
        where = ByLanguage(tuple(country.opener.items()))
        if not country.also:
            return _(
                "{where}, in immediate danger: call {number}",
                where=where,
                number=Code(country.emergency),
            )
        also = country.also[0]
        return _(
            "{where}, in immediate danger: call {number} ({purpose}: {other})",
            where=where,
            number=Code(country.emergency),
            purpose=ByLanguage(tuple(also.purpose.items())),
            other=Code(also.number),
        )

    def line(self, line: Line, now: datetime) -> Words:
        audience = _AUDIENCES.get(line.audience)
        name = line.name if audience is None else _("{name}, {whom}", name=line.name, whom=audience)
        return _(
            "{name}: {ways}. {hours}",
            name=name,
            ways=joined(*_with_commas(self._ways(line))),
            hours=self._hours(line, now),
        )

    def fallback(self) -> Words:
        return _(
            "Anywhere in the world: {finder}",
            finder=Link(self._lines.fallback_name, self._lines.fallback_url),
        )

    def _ways(self, line: Line) -> list[Words]:
        ways: list[Words] = []
        if line.call:
            ways.append(_("call {number}", number=Code(line.call)))
        if line.text and line.text_keyword:
            ways.append(
                _("text {word} to {number}", word=Code(line.text_keyword), number=Code(line.text))
            )
        elif line.text:
            ways.append(_("text {number}", number=Code(line.text)))
        if line.whatsapp:
            ways.append(_("WhatsApp {number}", number=Code(line.whatsapp)))
        if line.chat:
            ways.append(Link(_("chat"), line.chat))
        return ways

    def _hours(self, line: Line, now: datetime) -> Words:
        if line.hours is Hours.ALWAYS:
            return _("Day and night.")
        if line.is_open(now):
            return _("Open now.")
        if line.hours is Hours.LISTED:
            return _("Closed right now.")
        if line.website:
            return _("Hours: see {site}", site=Link(_("their site"), line.website))
        return _("Hours not known to us.")


def _with_commas(words: list[Words]) -> list[Words]:
    found: list[Words] = []
    for word in words:
        found.extend([", ", word] if found else [word])
    return found
