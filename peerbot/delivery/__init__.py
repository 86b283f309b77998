"""Durable work: what must survive a crash (rounds, sends, reminders, closings, ladders).

Read in this order: `recurrence`, `model`, `store`, `engine`, `pace`, `beats`, `heart`,
`service`.
Only this package knows the durable engine (DBOS) and the beat (APScheduler).
"""
