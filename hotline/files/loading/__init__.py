"""Loading: from texts to hotlines, with all their problems."""
