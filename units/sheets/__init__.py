"""Tables that come in from workbooks and go out as workbooks: pure, without models and users.

`safety` refuses files that nobody should open, `reading` opens the others, `columns` and `values`
declare what a table holds, `tables` finds it in a sheet, and `writing` makes templates and files
with the problems written in. Rows are counted from 1, as Excel shows them, and columns from 0, so
that a column's number is its place in a row.
"""
