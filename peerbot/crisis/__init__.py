"""Noticing danger, answering it privately and first, and bringing a human: the example slice.

Read in this order: `detection`, `model`, `helplines`, `store`, `spool`, `reach`, `lines`, `cards`,
`responder_cards`, `answer`, `record`, `ladder`, `service`, `routes`.
"""
