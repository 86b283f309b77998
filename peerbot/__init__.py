"""peerbot: a peer-support bot for communities. Start reading at `chat`, then `crisis`."""

__version__ = "0.1.0"
