"""The pages for coordinators and volunteers: a web application apart from the one that answers the carrier."""
