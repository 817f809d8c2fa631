"""Calls: the flow a caller goes through, the hunt for a volunteer, and what each call leaves to do."""
