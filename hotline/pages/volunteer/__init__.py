"""The private pages of volunteers, and the coordinators' overview of them."""
