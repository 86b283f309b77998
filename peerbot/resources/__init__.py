"""Resources: a directory of services in HSDS terms, searched in private, kept fresh by staff.

Read in this order: `model`, `search`, `store`, `service`, `place`, `cards`, `routes`; for staff
`staff_forms`, `sections`, `staff_cards`, `staff_routes`.
"""
