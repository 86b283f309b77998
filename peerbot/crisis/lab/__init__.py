"""The rule lab: moderators try phrases, add their own, listen silently first, and judge the rules.

Read in this order: `model`, `phrases` (a community's own, in memory), `traps` (what they are tried
against), `tally` (counts that know nobody), `service`, `cards`, `phrase_cards`, `routes`.
"""
