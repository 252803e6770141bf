"""The side of docxtpl: a Word template with a loop for sections and for the rows of tables, and its filling.

    word.py template TEMPLATE.docx
    word.py fill TEMPLATE.docx CONTENT.md REPORT.docx
"""

import sys


def template(path):
    import docx

    document = docx.Document()
    document.add_heading("SOC 2 Type II Report", 0)
    document.add_paragraph("{%p for section in sections %}")
    document.add_heading("{{ section.title }}", 1)
    document.add_paragraph("{%p for text in section.texts %}")
    document.add_paragraph("{{ text }}")
    document.add_paragraph("{%p endfor %}")
    for width in (2, 3, 4):
        document.add_paragraph("{%p if section.width == " + str(width) + " %}")
        table = document.add_table(4, width, style="Table Grid")
        for column in range(width):
            table.cell(0, column).text = "{{ section.heads[" + str(column) + "] }}"
            table.cell(2, column).text = "{{ row[" + str(column) + "] }}"
        table.cell(1, 0).text = "{%tr for row in section.rows %}"
        table.cell(3, 0).text = "{%tr endfor %}"
        document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    document.save(path)


def sections(path):
    """Headings, paragraphs and tables of the Markdown, without its marks."""
    found = []
    plain = lambda text: text.replace("**", "").replace("`", "").strip()
    for block in open(path, encoding="utf-8").read().split("\n\n"):
        block = block.strip()
        if not block or block.startswith("---"):
            continue
        if block.startswith("#"):
            title, _, block = block.partition("\n")
            found.append({"title": plain(title.lstrip("#")), "texts": [], "width": 0, "heads": [], "rows": []})
            block = block.strip()
        if not found or not block:
            continue
        if block.startswith("|"):
            rows = [[plain(cell) for cell in line.strip().strip("|").split("|")] for line in block.splitlines()]
            heads, rows = rows[0], rows[2:]
            found[-1].update(width=len(heads), heads=heads, rows=[(row + [""] * len(heads))[: len(heads)] for row in rows])
        elif not block.startswith("!["):
            found[-1]["texts"].append(" ".join(plain(block).split()))
    return found


def fill(template_path, content, path):
    import docxtpl

    document = docxtpl.DocxTemplate(template_path)
    document.render({"sections": sections(content)}, autoescape=True)
    document.save(path)


if __name__ == "__main__":
    {"template": template, "fill": fill}[sys.argv[1]](*sys.argv[2:])
