"""What every page has: access, headers, sessions, preferences, and answers when something fails."""
