"""Slips of the finger: finds the long word that a misspelt one stands for, one slip apart."""

from collections.abc import Iterable


def deletions(word: str) -> set[str]:
    """Return `word` without each of its letters in turn."""
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def deletion_index(words: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the words by every form that lacks one letter, and by themselves."""
    index: dict[str, set[str]] = {}
    for word in words:
        for form in (word, *deletions(word)):
            index.setdefault(form, set()).add(word)
    return {form: frozenset(meant) for form, meant in index.items()}


def one_slip(meant: str, written: str) -> bool:
    """Whether one letter was dropped, added, swapped with its neighbour or (if long) mistaken."""
    if abs(len(meant) - len(written)) == 1:
        return True  # the index found them one deletion apart
    if len(meant) != len(written):
        return False
    wrong = [n for n, (a, b) in enumerate(zip(meant, written, strict=True)) if a != b]
    if len(wrong) == 1:
        return len(meant) >= 6
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and meant[wrong[0]] == written[wrong[1]]
        and meant[wrong[1]] == written[wrong[0]]
    )
