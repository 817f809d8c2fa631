"""Languages: what the pages say, in each."""
