"""How help lines and emergency numbers are written on a card, each as it really dials."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from peerbot.chat.text import ByLanguage, Code, Link, Moment, Words, joined
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.helplines import EVERYBODY, MOST_LINES, Country, HelpLines, Hours, Line
from peerbot.i18n import Msg, _

NO_CHECKS: Mapping[str, bool] = MappingProxyType({})
"""Where staff have said nothing about any line."""

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

    def few(
        self,
        code: str,
        category: Category,
        tier: Tier,
        now: datetime,
        checks: Mapping[str, bool] = NO_CHECKS,
    ) -> tuple[Words, ...]:
        """Return at most three entries, the first one saying for which country.

        The emergency number stands on top when it is urgent or worse, or when there is no line;
        where too much was taken, the poison line does, unless somebody is in danger now. `checks`
        says which lines staff found to work.
        """
        country = self._lines.country(code)
        lines = _whole_pairs(self._lines.lines_of(code, category, now, checks), MOST_LINES)
        if tier < Tier.URGENT and country is not None and lines:
            entries = [self._here(country, lines[0], now)]
            entries += [self.line(line, now) for line in lines[1:MOST_LINES]]
        elif leads_with_poison_line(lines, category, tier) and country is not None:
            entries = [self._here(country, lines[0], now), self.emergency(code)]
        else:
            entries = [self.emergency(code)]
            entries += [self.line(line, now) for line in _whole_pairs(lines, MOST_LINES - 1)]
        return (*entries, self.fallback())[:MOST_LINES]

    def _here(self, country: Country, line: Line, now: datetime) -> Words:
        where = ByLanguage(tuple(country.opener.items()))
        return _("{where}: {line}", where=where, line=self.line(line, now))

    def all(
        self,
        code: str,
        category: Category,
        now: datetime,
        checks: Mapping[str, bool] = NO_CHECKS,
    ) -> tuple[Words, ...]:
        """Return every entry of a country: emergency first, the worldwide finder last."""
        fitting = self._lines.lines_of(code, category, now, checks)
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
        if (opens := line.opens_at(now)) is not None:
            return _("Closed now; opens {when}.", when=Moment(opens, line.zone))
        if line.website:
            return _("Hours: see {site}", site=Link(_("their site"), line.website))
        return _("Hours not known to us.")


def leads_with_poison_line(lines: Sequence[Line], category: Category, tier: Tier) -> bool:
    """Whether the first line is one for poisoning, and there is time to call it first."""
    is_one = bool(lines) and "overdose" in lines[0].about
    return category is Category.OVERDOSE and is_one and tier < Tier.EMERGENCY


def _whole_pairs(lines: Sequence[Line], most: int) -> Sequence[Line]:
    """Return at most so many lines: an adult and a youth line together, or neither (ThroughLine).

    They stand side by side in `lines`, where there are both.
    """
    youth = next((place for place, one in enumerate(lines) if one.audience == "youth"), None)
    if youth is None:
        return lines[:most]
    if youth == 0 or lines[youth - 1].audience not in EVERYBODY:
        return [one for one in lines if one.audience != "youth"][:most]
    return lines[: youth - 1] if youth == most else lines[:most]


def _with_commas(words: list[Words]) -> list[Words]:
    found: list[Words] = []
    for word in words:
        found.extend([", ", word] if found else [word])
    return found
