"""TwiML: read as strictly as the carrier reads it, and carried out."""
