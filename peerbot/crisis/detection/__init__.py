"""Notices danger in a message: deterministic, offline, explainable; misses things and says so.

Read in this order: `finding` (what comes out), `guard` (windows), `signs`, `slips` and `normalise`
(plain words), `patterns`, `entry` and `rules` (the language and the files of rules), `voices` (how
people say it), `index` and `compiled` (all phrases at once), `surroundings`, `speaker`, `context`
(what the words around a match make of it), `own` (a community's own phrases), `detector` (all
together), `evaluation` (its measure).
"""

from peerbot.crisis.detection.detector import Detector, Explanation, Matched, WindowRead
from peerbot.crisis.detection.entry import Example, RuleError
from peerbot.crisis.detection.finding import DENIED, Category, Evidence, Finding, Tier, Whose
from peerbot.crisis.detection.own import (
    LONGEST,
    MOST_WORDS,
    OWN,
    OwnPhrase,
    OwnPhraseError,
    OwnRules,
    Wrong,
)
from peerbot.crisis.detection.rules import Rule, RuleSet, parse
from peerbot.crisis.detection.surroundings import Step
from peerbot.crisis.detection.voices import Voice, parse_voices

__all__ = [
    "DENIED",
    "LONGEST",
    "MOST_WORDS",
    "OWN",
    "Category",
    "Detector",
    "Evidence",
    "Example",
    "Explanation",
    "Finding",
    "Matched",
    "OwnPhrase",
    "OwnPhraseError",
    "OwnRules",
    "Rule",
    "RuleError",
    "RuleSet",
    "Step",
    "Tier",
    "Voice",
    "Whose",
    "WindowRead",
    "Wrong",
    "parse",
    "parse_voices",
]
