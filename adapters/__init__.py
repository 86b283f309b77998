"""One folder per platform; each turns its events into ours and our cards into its own."""
