"""Pictures: calendars, charts and call flows as HTML and SVG."""
