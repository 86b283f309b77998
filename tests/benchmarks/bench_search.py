"""The directory: searches in it, against a bare tantivy query for one of the same words."""

import random
import time
from collections.abc import Callable
from dataclasses import replace

import tantivy

from peerbot.content import read
from peerbot.resources.model import Service
from peerbot.resources.search import DirectoryIndex, Filters
from peerbot.testing import NOW
from tests.benchmarks.timing import Benchmark, Measured, duration, seconds

SERVICES = 100_000
QUERIES = (
    *("support group", "jeunes", "domestik abuze", "veterans", "someone to talk to"),
    *("food", "counsellng", "sleep", "new parents", "écoute"),
)
TIMES = 40
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


def a_directory() -> tuple[Service, ...]:
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


def searching() -> tuple[Measured, ...]:
    """Half of all searches, and all but one in a hundred, against one word by bare tantivy."""
    directory = a_directory()
    began = time.process_time()
    index = DirectoryIndex(directory, version=1)
    built = time.process_time() - began
    bare, everywhere = bare_search(directory), Filters(everywhere=True)
    pairs = [
        (seconds(lambda words=words: index.find(words, None, "", everywhere, NOW)), seconds(bare))
        for _ in range(TIMES)
        for words in QUERIES
    ]
    ours, baseline = (sorted(times) for times in zip(*pairs, strict=True))
    return (
        Measured(
            name=f"building an index of {SERVICES:,} services",
            ours=duration(built),
        ),
        *(
            Measured(
                name=f"searching them, {name} / one word by bare tantivy",
                ours=duration(ours[int(len(ours) * share)]),
                baseline=duration(baseline[int(len(baseline) * share)]),
                ratio=ours[int(len(ours) * share)] / baseline[int(len(baseline) * share)],
                goal=f"<= {duration(at_most)}",
                is_reached=ours[int(len(ours) * share)] <= at_most,
            )
            for name, share, at_most in (("p50", 0.5, 2e-3), ("p99", 0.99, 10e-3))
        ),
    )


def bare_search(directory: tuple[Service, ...]) -> Callable[[], object]:
    schema = tantivy.SchemaBuilder().add_text_field("name").build()
    bare = tantivy.Index(schema)
    writer = bare.writer(heap_size=50_000_000, num_threads=1)
    for service in directory:
        writer.add_document(tantivy.Document(name=str(service.name)))
    writer.commit()
    bare.reload()
    searcher = bare.searcher()
    query = tantivy.Query.term_query(schema, "name", "veterans")
    return lambda: searcher.search(query, 5)


def benchmarks() -> tuple[Benchmark, ...]:
    return (searching,)
