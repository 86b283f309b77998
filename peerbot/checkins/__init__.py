"""Check-ins: a question in a room, private answers, a kind summary, help for who needs it.

Read in this order: `model`, `rhythm`, `templates`, `summary` (what may be shown), `store`,
`plans` (moderators), `rounds` (time), `answers` (members), `keeping` (how long), `service`,
`cards` (in the room), `answer_cards` and `own_cards` (to members), `plan_cards` and
`plan_forms` (to moderators), `plan_routes`, `routes`.
"""
