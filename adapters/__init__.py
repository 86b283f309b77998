"""One folder per chat platform; each turns a platform's events into ours and our cards into its own."""
