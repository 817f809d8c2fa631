"""Texts to and from volunteers: reminders, alerts, notices of edits, commands and their answers."""
