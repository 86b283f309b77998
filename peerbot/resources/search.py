"""Finds services: an index in memory, built whole from the database and replaced whole.

Scores would change while an index is updated in place, so it never is: two processes with
different histories give equal pages. People's words never reach a query parser, which would take
`(`, `*` and `id:1` for commands: the query is built from their tokens.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from tantivy import (
    Document,
    Filter,
    Index,
    Occur,
    Query,
    SchemaBuilder,
    SearchResult,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from peerbot.resources.model import Service, Status, Support, Texts, in_order, seen_by, shadowed

MAX_QUERY = 200
"""Characters looked at; nobody searches with more."""
MOST_WORDS = 8
LONGEST_WORD = 40
BEST = 200
"""How many hits are put in order; a person leafs through the first few pages at most."""

_STEMMERS = {"en": "english", "fr": "french"}
_WORD = re.compile(r"[^\W_]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_SMALL = frozenset(
    word
    for line in (
        "a an and any are as at be by can do for from get have help how i in is it me my near need",
        "of on or some somebody someone that the there to want where with you your",
        "ai aide aider au aux avec besoin ce ces cherche comment d dans de des du elle en est et",
        "il j je l la le les ma me mes moi mon ne ou par pas pour qu que qui sa se ses son sur un",
        "une",
    )
    for word in line.split()
)
"""Words that say nothing of what is looked for."""

_ANYWHERE = "*"
"""Stands for a country where none is asked for."""

_KIND_WORDS = {
    Support.EMOTIONAL: {"en": "emotional support listening", "fr": "soutien moral écoute"},
    Support.TANGIBLE: {"en": "practical help", "fr": "aide concrète"},
    Support.INFORMATIONAL: {"en": "information", "fr": "renseignements information"},
    Support.COMPANY: {"en": "company", "fr": "compagnie"},
}

# How much a word counts by where and how it is found; a typo always less than the word itself.
_IN_NAME, _STEMMED, _EXACT = 3.0, 2.0, 1.5
_BEGINNING, _TYPO = 0.6, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to."""

    kind: Support | None = None
    open_now: bool = False
    online: bool = False
    everywhere: bool = False
    """Other countries than the community's too."""

    def passes(self, service: Service, country: str, now: datetime) -> bool:
        return (
            (self.kind is None or self.kind in service.support)
            and (not self.online or service.is_online)
            and (self.everywhere or service.serves(country))
            and (not self.open_now or service.is_open(now))
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What fits, best first; `total` may be more than `services` has."""

    services: tuple[Service, ...]
    total: int


def folded(text: str) -> tuple[str, ...]:
    """Return the words of `text`, lower case and without accents, as both databases never would."""
    spread = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return tuple(_WORD.findall(_BEYOND_ASCII.sub(_without_marks, spread)))


def _without_marks(beyond: re.Match[str]) -> str:
    return "".join(sign for sign in beyond.group() if not unicodedata.combining(sign))


def wanted_words(query: str) -> tuple[str, ...]:
    """Return the words of a query that say what is looked for; all of them if all are small."""
    words = [word for word in folded(query[:MAX_QUERY]) if len(word) <= LONGEST_WORD]
    telling = [word for word in words if word not in _SMALL]
    return tuple(dict.fromkeys(telling or words))[:MOST_WORDS]


def has_all(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """Return whether each of `wanted` begins one of `words`."""
    return all(any(word.startswith(one) for word in words) for one in wanted)


class DirectoryIndex:
    """Every service, by number and by words, as the directory was at `version`."""

    def __init__(self, services: Iterable[Service], version: int) -> None:
        self.version = version
        self.services = {one.number: one for one in services}
        self._stemmers = {language: _stemmer(name) for language, name in _STEMMERS.items()}
        builder = SchemaBuilder()
        builder.add_unsigned_field("number", fast=True)
        for field in ("id", "reach", "kind", "place"):
            builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
        for field in ("name", "plain", *_STEMMERS):
            builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._searcher = self._filled().searcher()
        self._named = {one.number: _name_of(one) for one in self.services.values()}
        self._hidden: dict[str | None, frozenset[str]] = {}
        self._listed: dict[str | None, tuple[Service, ...]] = {}

    def of(self, community_id: str | None) -> tuple[Service, ...]:
        """Return what a community's members see, in order; kept, as the index never changes."""
        if community_id not in self._listed:
            everything = seen_by(self.services.values(), community_id)
            active = (one for one in everything if one.status is Status.ACTIVE)
            self._listed[community_id] = in_order(active)
        return self._listed[community_id]

    def all_of(self, community_id: str) -> tuple[Service, ...]:
        """Return what a community's staff see, whatever its status."""
        return seen_by(self.services.values(), community_id)

    def listed(
        self, community_id: str | None, country: str, filters: Filters, now: datetime
    ) -> Found:
        """Return what passes the filters, without a search."""
        fitting = tuple(one for one in self.of(community_id) if filters.passes(one, country, now))
        return Found(fitting, len(fitting))

    def find(
        self, words: str, community_id: str | None, country: str, filters: Filters, now: datetime
    ) -> Found:
        """Return what fits the words and passes the filters.

        What has all of the words goes alone; only if nothing has, what has words like all of
        them, and only then what has words like some of them.
        """
        wanted = wanted_words(words)
        if not wanted:
            return Found((), 0)
        limits = self._limits(community_id, "" if filters.everywhere else country, filters)
        for occur, ways in (
            (Occur.Must, self._same),
            (Occur.Must, self._like),
            (Occur.Should, self._like),
        ):
            asked = Query.boolean_query([(occur, ways(word)) for word in wanted])
            found = self._run([(Occur.Must, asked), *limits], filters, now)
            if found.total:
                return found
        return Found((), 0)

    def begun(
        self, typed: str, community_id: str | None, country: str, filters: Filters, now: datetime
    ) -> tuple[Service, ...]:
        """Return what may be meant while somebody types, best first.

        Those come first whose name or organization has words that begin so, then what a search
        would find, typos forgiven.
        """
        wanted = folded(typed[:MAX_QUERY])[:MOST_WORDS]
        listed = self.listed(community_id, country, filters, now).services
        called = (one for one in listed if has_all(wanted, self._named[one.number]))
        found = self.find(typed, community_id, country, filters, now).services
        return tuple({one.number: one for one in (*called, *found)}.values())

    def called(
        self, words: str, community_id: str | None, country: str, filters: Filters, now: datetime
    ) -> tuple[Service, ...]:
        """Return what has exactly this name."""
        wanted = folded(words)
        listed = self.listed(community_id, country, filters, now).services
        return tuple(one for one in listed if wanted and folded(one.name) == wanted)

    # -- inside ------------------------------------------------------------------------------

    def _filled(self) -> Index:
        index = Index(self._schema)
        index.register_tokenizer("whitespace", _whitespace())
        # One writer thread: one segment, built in the order of the services.
        writer = index.writer(heap_size=50_000_000, num_threads=1)
        for service in self.services.values():
            if service.status is Status.ACTIVE:
                writer.add_document(self._document(service))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return index

    def _document(self, service: Service) -> Document:
        spoken = {language: folded(_texts(service, language)) for language in _STEMMERS}
        document = Document()
        document.add_unsigned("number", service.number)
        document.add_text("id", service.id)
        document.add_text("reach", _reach(service.community_id, service.country))
        document.add_text("reach", _reach(service.community_id, _ANYWHERE))
        document.add_text("place", service.location.location_type)
        for kind in service.support:
            document.add_text("kind", kind)
        document.add_text("name", " ".join(folded(service.name)))
        # The words in every language, also those without a stemmer.
        told = folded(" ".join(text for texts in _telling(service) for text in texts.values()))
        document.add_text("plain", " ".join(chain(told, *spoken.values())))
        for language, words in spoken.items():
            document.add_text(language, " ".join(self._stemmed(words, language)))
        return document

    def _stemmed(self, words: Sequence[str], language: str) -> list[str]:
        return self._stemmers[language].analyze(" ".join(words))

    def _same(self, word: str) -> Query:
        """Return a query for a word and its other endings."""
        return Query.disjunction_max_query(self._forms(word), 0.1)

    def _like(self, word: str) -> Query:
        """Return a query for a word, its other endings, what begins so, and its misspellings."""
        ways = self._forms(word)
        if len(word) >= 4:
            slips = 1 if len(word) < 8 else 2
            typo = Query.fuzzy_term_query(self._schema, "plain", word, slips)
            ways.append(Query.const_score_query(typo, _TYPO))
            beginning = Query.fuzzy_term_query(self._schema, "plain", word, 0, prefix=True)
            ways.append(Query.const_score_query(beginning, _BEGINNING))
        return Query.disjunction_max_query(ways, 0.1)

    def _forms(self, word: str) -> list[Query]:
        ways = [self._term("name", word, _IN_NAME), self._term("plain", word, _EXACT)]
        for language in _STEMMERS:
            stems = self._stemmed([word], language)
            ways += [self._term(language, stem, _STEMMED) for stem in stems]
        return ways

    def _term(self, field: str, word: str, weight: float) -> Query:
        return Query.boost_query(Query.term_query(self._schema, field, word, "freq"), weight)

    def _limits(
        self, community_id: str | None, country: str, filters: Filters
    ) -> list[tuple[Occur, Query]]:
        """Return what a hit must be, none of which counts for its score."""
        # Whose it is and where it serves are one term: each limit costs as much as a word.
        places = [country, ""] if country else [_ANYWHERE]
        owners = {community_id, None}
        reaches = sorted(_reach(owner, place) for owner in owners for place in places)
        limits = [self._one_of("reach", reaches)]
        if filters.kind is not None:
            limits.append(self._one_of("kind", [filters.kind.value]))
        if filters.online:
            limits.append(self._one_of("place", ["virtual"]))
        hidden = self._hidden_from(community_id)
        if hidden:
            limits.append((Occur.MustNot, self._one_of("id", sorted(hidden))[1]))
        return limits

    def _one_of(self, field: str, values: list[str]) -> tuple[Occur, Query]:
        query = Query.term_set_query(self._schema, field, values)
        return Occur.Must, Query.const_score_query(query, 0.0)

    def _hidden_from(self, community_id: str | None) -> frozenset[str]:
        if community_id not in self._hidden:
            self._hidden[community_id] = shadowed(self.services.values(), community_id)
        return self._hidden[community_id]

    def _run(self, parts: list[tuple[Occur, Query]], filters: Filters, now: datetime) -> Found:
        # Whether something is open changes by the minute, so it is asked of every hit.
        most = max(len(self.services), 1) if filters.open_now else BEST
        result = self._searcher.search(Query.boolean_query(parts), limit=most)
        places = [place for _score, place in result.hits]
        numbers = self._searcher.fast_field_values("number", places)
        scores = [float(score) for score, _place in result.hits]
        hits = [
            (score, self.services[int(number)])
            for score, number in zip(scores, numbers, strict=True)
            if number is not None
        ]
        if filters.open_now:
            hits = [(score, one) for score, one in hits if one.is_open(now)]
        total = len(hits) if filters.open_now else _count(result)
        ordered = sorted(
            hits,
            key=lambda hit: (
                -round(hit[0], 1),
                not hit[1].pinned,
                -hit[1].freshness.toordinal(),
                hit[1].id,
            ),
        )
        return Found(tuple(one for _score, one in ordered), total)


def _name_of(service: Service) -> tuple[str, ...]:
    return folded(f"{service.name} {service.organization.name}")


def _reach(community_id: str | None, country: str) -> str:
    return f"{community_id or ''}/{country}"


def _count(result: SearchResult) -> int:
    # The library's type stubs forget it.
    counted: int = result.count  # type: ignore[attr-defined]
    return counted


def _texts(service: Service, language: str) -> str:
    parts = [service.name, service.organization.name, service.location.address]
    parts += [texts.get(language, "") for texts in _telling(service)]
    parts += [_KIND_WORDS[kind][language] for kind in service.support]
    parts += [phone.number for phone in service.phones]
    return " ".join(parts)


def _telling(service: Service) -> tuple[Texts, ...]:
    return (
        service.description,
        service.application_process,
        service.eligibility_description,
        service.organization.description,
    )


def _whitespace() -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.whitespace()).build()


def _stemmer(language: str) -> TextAnalyzer:
    stemmer = Filter.stemmer(language)
    return TextAnalyzerBuilder(Tokenizer.whitespace()).filter(stemmer).build()
