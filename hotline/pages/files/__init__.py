"""The pages that show and compare the files."""
