"""What is kept about a member, and their say in it: show, export, erase, and `/what-happens`.

Read in this order: `model`, `happens`, `sent`, `taken`, `store`, `service`, `cards`, `routes`.
"""
