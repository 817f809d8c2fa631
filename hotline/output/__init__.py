"""What commands print, for people and for programs: tables, JSON, CSV, calendars."""
