"""Output for programs: JSON, CSV, ICS, Markdown, and shared parts."""
