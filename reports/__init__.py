"""What readers see: each report a frozen value with the query that makes it, and its workbook.

`sheet` is a workbook as a value, `layout` finds its cells, `widths` measures its texts, `figures`
lists what it states, `workbook` alone knows openpyxl, and `package` makes the file final.
"""
