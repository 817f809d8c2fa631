"""Single values of the files: days, times, phones, names, time zones."""
