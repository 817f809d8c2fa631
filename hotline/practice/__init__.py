"""Practising without a carrier: rehearsed calls, call tests, the phone of the pages."""
