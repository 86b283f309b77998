"""Communities: their spaces, people, roles, settings and audit trail, and who may pass where.

Read in this order: `model`, `store`, `service`, `door`, `setup` with
`names`, `suggestions` and `readiness`, `cards`, `routes`.
"""
