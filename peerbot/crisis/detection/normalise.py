"""Turns any spelling of a message into one line of plain words, and knows where each word stood.

A word is lower case, without accents, apostrophes, look-alikes, padding or masks; `|` stands
where a sentence ends. The line begins and ends with a space: " i want to die | thanks ".
What a chunk (a run without spaces) becomes is kept in a cache, because people say the same words.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from peerbot.crisis.detection.signs import APOSTROPHES, PAUSE, STOP, chunks, dashed, folded, words
from peerbot.crisis.detection.slips import deletion_index, deletions, one_slip

_KEPT_CHUNKS = 50_000
_LONGEST_KEPT = 40
_LONGEST_WORD = 40
_LONGEST_SPACED = 120

_PLAIN = re.compile(r"[a-z]+\Z")
_TRIPLED = re.compile(r"(\w)\1{2,}")
_RUN = re.compile(r"(\w)\1+")
_DOUBLE_ENDS = frozenset({"aa", "ee", "ii", "oo", "uu", "yy"})
_APART = re.compile(r"(?<!\S)\w[.,]?(?:[^\S\n]+\w[.,]?){2,}(?!\S)")
_LONE = frozenset("iIaA&-–—:,.!?🙂😂❤😭💀🤣😅😊👍🎉")
_AROUND = "\"'()[]{},:;~|-.!?"
_MASKS = frozenset("*#@$!%?_.•+^~x")
_ACCENTED = str.maketrans("43105879@$!|", "aeiosbtgasii")
_ACCENTED_L = str.maketrans("43105879@$!|", "aelosbtgasll")
_ELIDED_ARTICLES = frozenset({"l", "d"})
_ELISIONS = _ELIDED_ARTICLES | {"j", "m", "t", "s", "n", "c", "qu"}
_UNSEEN = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")
_STACCATO = re.compile(r"(?: \w+ \|){3}")
_LETTERS_APART = re.compile(r"\w(?:[.\-_*·•/|~+,]\w){2,}\W*\Z")


Piece = tuple[str, int, int]
"""A word (or `STOP`, or `PAUSE`), and where it begins and ends."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a window with their places."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    after_pause: frozenset[int]
    """Numbers of the words that follow a comma, a dash or dots."""
    line: str
    _at: tuple[int, ...] = field(repr=False)

    def word_at(self, offset: int) -> int:
        """Return the number of the word that contains position `offset` of the line."""
        return max(bisect_right(self._at, offset) - 1, 0)

    def sentence(self, number: int) -> tuple[int, int]:
        """Return the range of the words of the sentence that the word `number` is in."""
        first = end = number
        while first > 0 and self.words[first - 1] != STOP:
            first -= 1
        while end < len(self.words) and self.words[end] != STOP:
            end += 1
        return first, end


class Normaliser:
    """Reads chunks into words, with the spellings and long words that the rules know."""

    def __init__(
        self,
        *,
        respelled: Mapping[str, str],
        vocabulary: Iterable[str] = (),
        misspelt: Iterable[str] = (),
        never_misspelt: Iterable[str] = (),
        masked: Iterable[str] = (),
    ) -> None:
        self._respelled = {
            key: tuple(value.split()) for key, value in respelled.items() if "'" not in key
        }
        # "he'll" is not "hell": spellings that are told apart by their apostrophe alone.
        self._contracted = {
            key: tuple(value.split()) for key, value in respelled.items() if "'" in key
        }
        self._vocabulary = frozenset(vocabulary) | frozenset(self._respelled)
        self._longest = min(max(map(len, self._vocabulary), default=1), _LONGEST_WORD)
        self._never = frozenset(never_misspelt)
        self._misspelt = deletion_index(misspelt)
        self._masked = tuple(sorted(masked))
        self._known: dict[str, str] = {}
        self._pieces: dict[str, tuple[Piece, ...]] = {}

    def line(self, text: str) -> str:
        """Return the line of `text`: the fast path, without places."""
        if "\n" in text or "\r" in text or (not text.isascii() and _UNSEEN.search(text)):
            return self.read(text).line
        chunks = text.split()
        fragments = list(map(self._known.get, chunks))
        if None in fragments:
            if list(map(len, chunks)).count(1) >= 3 and _APART.search(text):
                return self.read(text).line
            fragments = [self._known.get(chunk) or self._fragment(chunk) for chunk in chunks]
        line = "".join(fragments) + " "  # type: ignore[arg-type]
        return self.read(text).line if line.count(STOP) >= 3 and _STACCATO.search(line) else line

    def read(self, text: str) -> Reading:
        """Return the words of `text` with their places."""
        pieces = [
            (word, start + first, start + end)
            for chunk, start in chunks(text)
            for word, first, end in self._of(chunk)
        ]
        return _reading(_unbroken(self._joined(pieces)))

    def _of(self, chunk: str) -> tuple[Piece, ...]:
        """Return `pieces` of `chunk`, which are kept for the next time."""
        kept = self._pieces.get(chunk)
        if kept is None:
            kept = tuple(self.pieces(chunk))
            if len(chunk) <= _LONGEST_KEPT:
                if len(self._pieces) >= _KEPT_CHUNKS:
                    self._pieces.clear()
                self._pieces[chunk] = kept
        return kept

    def pieces(self, chunk: str, start: int = 0) -> list[Piece]:
        """Return what the run of characters `chunk`, which begins at `start`, says."""
        if _LETTERS_APART.match(chunk):
            return [(sign, at, at + 1) for sign, at in folded(chunk, start) if sign.isalnum()]
        if (whole := self._as_a_whole(chunk)) is not None:
            return _placed(whole, chunk, start)
        found: list[Piece] = []
        for written, first, end in words(folded(dashed(chunk), start)):
            if written in self._contracted:
                found += [(each, first, end) for each in self._contracted[written]]
                continue
            if (elided := self._elided(written)) is not None:
                found += [(each, first, end) for each in elided]
                continue
            word = self._without_apostrophes(written)
            # Letters that stand alone wait for `_joined`: "u" may be part of a word.
            if len(word) == 1 or not word[0].isalnum():
                found.append((word, first, end))
            else:
                found += [(each, first, end) for each in self.word(word)]
        return found

    def _elided(self, written: str) -> tuple[str, ...] | None:
        """Return the words of "l'hopital", "m'etrangle" if the rules know only the second."""
        head, mark, rest = written.partition("'")
        if not mark or head not in _ELISIONS or rest not in self._vocabulary:
            return None
        if head + rest in self._vocabulary or written in self._respelled:
            return None
        return self.word(rest) if head in _ELIDED_ARTICLES else (head, *self.word(rest))

    def _without_apostrophes(self, written: str) -> str:
        """Return the letters of `written`; a noun's "'s" goes: "my flatmate's locked in"."""
        if "'" not in written:
            return written
        word = written.replace("'", "") or written
        return written[:-2] if written.endswith("'s") and word not in self._respelled else word

    def _fragment(self, chunk: str) -> str:
        reading = _reading(self._joined(self.pieces(chunk)))
        fragment = "".join(f" {word}" for word in reading.words)
        # Letters that stand alone are not kept, so that "d i e" always takes the slow path.
        if len(chunk) <= _LONGEST_KEPT and (len(chunk) > 1 or chunk in _LONE):
            if len(self._known) >= _KEPT_CHUNKS:
                self._known.clear()
            self._known[chunk] = fragment
        return fragment

    def _as_a_whole(self, chunk: str) -> tuple[str, ...] | None:
        """Return the words of a chunk whose signs stand for letters: `su1c1de`, `k*ll`."""
        if len(chunk) > _LONGEST_WORD or chunk.isalpha():
            return None
        plain = "".join(sign for sign, _ in folded(chunk, 0) if sign not in APOSTROPHES)
        core = plain.strip(_AROUND)
        if _PLAIN.match(core) or not any("a" <= sign <= "z" for sign in core):
            return None
        if len(core) < 3 and not core[0].isalpha():  # "8º" is a floor and no "bo"
            return None
        for table in (_ACCENTED, _ACCENTED_L):
            letters = core.translate(table)
            if letters != core and self._is_known(letters):
                return tuple(word for part in letters.split("-") for word in self.word(part))
        return self._unmasked(core)

    def _is_known(self, letters: str) -> bool:
        return all(
            part in self._vocabulary or _shortened(part, self._vocabulary) is not None
            for part in letters.split("-")
        )

    def _unmasked(self, core: str) -> tuple[str, ...] | None:
        """Return the sensitive word that `core` hides behind masking signs, if it is one."""
        parts = core.split("-")
        if not any(sign in _MASKS and sign != "x" for sign in core):
            return None
        found = [self._behind_mask(part) for part in parts]
        if not any(found):
            return None
        return tuple(hit or part for hit, part in zip(found, parts, strict=True) if hit or part)

    def _behind_mask(self, part: str) -> str | None:
        if len(part) < 3 or not part[0].isalpha() or part.isalpha():
            return None
        if not all(sign.isalnum() or sign in _MASKS for sign in part):
            return None
        pattern = "".join(sign if sign.isalnum() else "[a-z]?" for sign in part) + r"\Z"
        hits = [word for word in self._masked if re.match(pattern, word)]
        letters = sum(sign.isalpha() for sign in part)
        return hits[0] if hits and letters >= 2 else None

    def word(self, word: str) -> tuple[str, ...]:
        """Return what a plain `word` stands for: a respelling, a shorter or mended form, itself."""
        if word in self._respelled:
            return self._respelled[word]
        if word in self._vocabulary or len(word) > _LONGEST_WORD:
            return (word,)
        short = _shortened(word, self._vocabulary)
        if short is not None:
            return self._respelled.get(short, (short,))
        if (meant := self._meant_by(word)) is not None:
            return self._respelled.get(meant, (meant,))
        return (word,)

    def _meant_by(self, word: str) -> str | None:
        if not self._misspelt or len(word) < 5 or word in self._never or not word.isalpha():
            return None
        candidates = set(self._misspelt.get(word, ()))
        for shorter in deletions(word):
            candidates |= self._misspelt.get(shorter, frozenset())
        near = [each for each in candidates if each[0] == word[0] and one_slip(each, word)]
        return min(near) if near else None

    def _joined(self, pieces: list[Piece]) -> list[Piece]:
        """Return `pieces` with letters that stand apart ("d i e", "d. i. e.") put together."""
        result: list[Piece] = []
        run: list[Piece] = []
        for piece in pieces:
            word, start, _ = piece
            if len(word) == 1 and word.isalnum():
                if len(run) >= _LONGEST_SPACED:
                    result += self._together(run)
                    run = []
                run.append(piece)
            elif not run:
                result.append(piece)
            elif word != STOP or start != run[-1][2] or len(run) < 3:
                result += [*self._together(run), piece]
                run = []
        return result + self._together(run)

    def _together(self, run: list[Piece]) -> list[Piece]:
        if len(run) < 3:
            return self._single(run)
        letters = "".join(word for word, _, _ in run).translate(_ACCENTED)
        cuts = self._cut(letters)
        if cuts is None:
            return self._single(run)
        return [
            (word, run[first][1], run[end - 1][2])
            for first, end in cuts
            for word in self.word(letters[first:end])
        ]

    def _single(self, run: list[Piece]) -> list[Piece]:
        return [(word, start, end) for sign, start, end in run for word in self.word(sign)]

    def _cut(self, letters: str) -> list[tuple[int, int]] | None:
        """Return the fewest known words that `letters` are made of, with at least one long one."""
        best: list[tuple[int, int] | None] = [(0, 0)] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for first in range(max(end - self._longest, 0), end):
                before = best[first]
                if before is None or letters[first:end] not in self._vocabulary:
                    continue
                # One-letter words other than "i" and "a" would let any letters pass.
                if end - first == 1 and letters[first] not in "ia":
                    continue
                score = before[0] + 1
                here = best[end]
                if here is None or score < here[0]:
                    best[end] = (score, first)
        return _walked(best)


def _walked(best: list[tuple[int, int] | None]) -> list[tuple[int, int]] | None:
    at, cuts = len(best) - 1, []
    while at > 0:
        step = best[at]
        if step is None:
            return None
        cuts.append((step[1], at))
        at = step[1]
    cuts.reverse()
    return cuts if any(end - first >= 3 for first, end in cuts) else None


def _placed(words: tuple[str, ...], chunk: str, start: int) -> list[Piece]:
    """Return `words`, which the whole of `chunk` stands for, without the signs around it."""
    core = chunk.strip(_AROUND)
    first = start + chunk.index(core)
    pieces = [(word, first, first + len(core)) for word in words]
    if chunk[-1] in ".!?":
        pieces.append((STOP, start + len(chunk) - 1, start + len(chunk)))
    return pieces


def _unbroken(pieces: list[Piece]) -> list[Piece]:
    """Return `pieces` without the stops of three and more one-word sentences: "i. want. to."."""
    stops = [number for number, (word, _, _) in enumerate(pieces) if word == STOP]
    known = {-1, *stops}
    lone = [number for number in stops if number - 2 in known]
    dropped = {
        number
        for three in zip(lone, lone[1:], lone[2:], strict=False)
        if three[2] - three[0] == 4  # each two words after the one before
        for number in three
    }
    return [piece for number, piece in enumerate(pieces) if number not in dropped]


def _reading(pieces: list[Piece]) -> Reading:
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    pauses: set[int] = set()
    for word, start, end in pieces:
        if word == PAUSE:
            pauses.add(len(words))
        elif not words or word != words[-1] or word.isalnum():
            words.append(word)
            starts.append(start)
            ends.append(end)
    at, offset = [], 0
    for word in words:
        at.append(offset)
        offset += len(word) + 1
    return Reading(
        words=tuple(words),
        starts=tuple(starts),
        ends=tuple(ends),
        after_pause=frozenset(pauses),
        line=" " + " ".join(words) + " ",
        _at=tuple(at),
    )


def _shortened(word: str, vocabulary: frozenset[str]) -> str | None:
    """Return the known word that `word` draws out ("dieeee"), if there is one."""
    if _TRIPLED.search(word) is None and word[-2:] not in _DOUBLE_ENDS:  # not "kill", "less"
        return None
    for short in (_TRIPLED.sub(r"\1\1", word), _TRIPLED.sub(r"\1", word), _RUN.sub(r"\1", word)):
        if short in vocabulary:
            return short
    return None
