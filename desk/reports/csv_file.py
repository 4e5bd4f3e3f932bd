"""A report as one CSV file: tables below each other, each with its title, its notes at the end."""

import csv
import io

from desk.reports.model import Report, cell_text
from knowledge.faq.csv_guard import guarded


def report_csv(report: Report) -> bytes:
    """UTF-8 with BOM, so that Excel opens it; formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([report.title])
    writer.writerow([report.footer])
    for table in report.tables:
        writer.writerow([])
        writer.writerow([f"■{table.title}"])
        writer.writerow(table.header)
        for row in table.rows:
            writer.writerow([guarded(cell_text(cell)) for cell in row])
        for note in table.notes:
            writer.writerow([f"※{note}"])
    return out.getvalue().encode("utf-8-sig")
