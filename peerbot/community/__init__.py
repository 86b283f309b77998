"""Communities: their spaces, people, roles, settings and audit trail, and who may pass where.

Read in this order: `model`, `store`, `known`, `service`, `door` (with `consent_routes`), `setup`,
`setup_routes` (with `names`, `suggestions`, `readiness`, `countries` and `country_cards`), `cards`
(and those named for what they are about), `notice`, `routes`.
"""
