"""Searching the directory, against a bare tantivy query for one of the same words."""

import random
from dataclasses import replace
from functools import cache

import tantivy

from peerbot.content import read
from peerbot.resources.model import Service
from peerbot.resources.search import DirectoryIndex, Filters
from peerbot.testing import NOW
from tests.benchmarks.timing import Benchmark, Measured, compared, seconds

SERVICES = 20_000
QUERIES = ("support group", "jeunes", "domestik abuze", "veterans", "someone to talk to")
TIMES = 20
WORDS = [
    "support",
    "group",
    "circle",
    "evening",
    "morning",
    "family",
    "friends",
    "walking",
    "garden",
    "music",
    "reading",
    "food",
    "rent",
    "transport",
    "counselling",
    "listening",
    "phone",
    "chat",
    "veterans",
    "students",
    "newcomers",
    "parents",
    "grief",
    "sleep",
]


@cache
def directory() -> tuple[Service, ...]:
    """Return the shipped services many times over, each with some words of its own."""
    chance = random.Random(1)
    shipped = list(read().directory.services)
    return tuple(
        replace(
            shipped[number % len(shipped)],
            id=f"s{number}",
            number=number + 1,
            name=" ".join(chance.sample(WORDS, 4)),
        )
        for number in range(SERVICES)
    )


def searching() -> Measured:
    index = DirectoryIndex(directory(), version=1)
    schema = tantivy.SchemaBuilder().add_text_field("name").build()
    bare = tantivy.Index(schema)
    writer = bare.writer()
    for service in directory():
        writer.add_document(tantivy.Document(name=str(service.name)))
    writer.commit()
    bare.reload()
    searcher = bare.searcher()
    query = tantivy.Query.term_query(schema, "name", "veterans")
    everywhere = Filters(everywhere=True)

    def ours() -> float:
        return seconds(
            lambda: [
                index.find(words, None, "", everywhere, NOW)
                for _ in range(TIMES)
                for words in QUERIES
            ]
        )

    def baseline() -> float:
        return seconds(
            lambda: [searcher.search(query, 5) for _ in range(TIMES) for _words in QUERIES]
        )

    return compared(
        f"{TIMES * len(QUERIES)} searches among {SERVICES:,} services / bare tantivy, one word",
        ours,
        baseline,
        reach=60.0,
    )


def benchmarks() -> tuple[Benchmark, ...]:
    return (searching,)
