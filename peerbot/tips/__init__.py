"""Tips: small things to try, each with its source; on request, by search, or weekly to a channel.

Read in this order: `model`, `search`, `store`, `service`, `cards`, `routes`.
"""
