"""A terminal as a chat platform: one person plays a whole community, or a script does.

Read in this order: `world` (what exists and who sees it), `typed` and `inbound` (a typed line),
`commands`, `deeds` (what people do, as events), `render`, `adapter`, then the two ways to play:
`terminal` with `screens`, `asking`, `people` and `welcome`, and `script` with `steps`.
"""
