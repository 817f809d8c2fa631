"""The frame of every page: access, headers, sessions, preferences, and answers when something fails."""
