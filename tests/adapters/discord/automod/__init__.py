"""AutoMod as a word filter on the double: our rule there, and what its hits lead to."""
