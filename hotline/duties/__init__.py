"""What is done around calls: each duty reads state, lets the core decide, and acts through ports."""
