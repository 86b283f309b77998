"""The port: what any chat platform must offer, and how features speak to it.

Read in this order: `addresses`, `text`, `cards`, `forms`, `events`, `commands`, `gateway`,
`heard`, `router`, `adapters`, `switchboard`, `plain`, `budget`. Nothing here knows a platform.
"""
