"""Calls: the flow a caller goes through, the hunt for a volunteer, and the jobs after each call."""
