"""The port: what any chat platform must offer, and how features speak to it.

Read in this order: `addresses`, `text`, `cards`, `forms`, `events`, `commands`, `gateway`,
`router`, `adapters`, `plain`, `budget`. Nothing here knows a platform.
"""
