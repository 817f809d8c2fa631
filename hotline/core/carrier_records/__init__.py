"""Records that the carrier keeps of calls and texts, and when to delete them."""
