"""Practising without a carrier: rehearsed calls, call tests, the telephone of the pages."""
