"""Webhooks: voice, texts and test rings, as the carrier sends them."""
