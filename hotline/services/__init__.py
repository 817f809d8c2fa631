"""Services: each reads state, lets the core decide, and acts through ports."""
