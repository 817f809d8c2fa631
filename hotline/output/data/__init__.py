"""Output for programs: JSON, CSV, ICS, Markdown, and what several outputs share."""
