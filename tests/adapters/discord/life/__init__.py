"""A community's life over real sockets: `peerbot run` in a process of its own, killed again and
again, from setup to a claimed alert.

Read in this order: `time_file` (time that is moved), `process` (what runs), `running` (who kills
it), `watch` (all that Discord shows), `people` (what they do), `story` (the script),
`test_life` (nothing was lost, and nothing came twice). `python -m tests.adapters.discord.life`
tells it.
"""
