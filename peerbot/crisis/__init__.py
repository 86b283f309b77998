"""Noticing danger, answering it privately and first, and bringing a human: the example slice.

Read in this order: `detection`, `model`, `helplines`, `store`, `spool`, `book`, `record`,
`reach`, `lines`, `cards`, `responder_cards`, `responders`, `answer`, `news`, `ears`, `noticing`,
`ladder`, `service`, `drill_cards`, `drill`, `heard`, `hearing_cards`, `hearing`, `parts`, `routes`.
"""
