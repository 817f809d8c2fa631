"""The Tonight page, live."""
