"""Languages: the words of the pages, in each."""
