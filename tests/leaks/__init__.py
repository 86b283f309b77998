"""What people write is nowhere in clear but where they wrote it for.

A secret sentence goes into every input that the real house has; then everything that was stored,
logged, raised, indexed, backed up, exported, printed or shown is unpacked and looked through.

Read in this order: `ledger` (the secrets), `unpacking` (what they may be packed into), `places`
(where is looked), `permitted` (where words may stand, and why), `town` and `story` (who plants
them, and how), `sins` (what a leak looks like: each kind, planted and found).
"""
