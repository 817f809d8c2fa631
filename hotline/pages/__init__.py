"""The pages for coordinators and volunteers: a web application separate from the one that answers the carrier."""
