"""Bringing in other systems' messages: a file → rows → drafts or problems → checked batches → cases.

tables.py   a CSV or XLSX file as a heading and rows of cells
columns.py  which column holds what
times.py    the many ways to write a date
drafts.py   one row → Draft | Problem (values, nothing saved)
batches.py  drafts → cases, a batch per transaction, through the one door
run.py      the whole import: lock, job row, progress, report
"""
