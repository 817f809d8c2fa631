"""Loading: from texts to hotlines, with all that is wrong with them."""
