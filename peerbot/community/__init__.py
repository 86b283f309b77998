"""Communities: their spaces, people, roles, settings and audit trail, and who may pass where.

Read in this order: `model`, `store`, `service`, `door`, `setup` (with `names`, `suggestions`,
`readiness`, `countries` and `country_cards`), `cards`, `notice`, `routes`.
"""
