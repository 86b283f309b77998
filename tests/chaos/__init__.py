"""Kills peerbot with kill -9 again and again: nothing may be lost.

Read in this order: `scenarios` (what has to survive), `child` (the process that is killed),
`killing` (who kills it, and counts), `__main__` (what `make chaos` runs).
"""
