"""The report's page, which figures are drawn for: sizes, typefaces, colours."""

PAGE_WIDTH_MM = 210
TOP_MM, TEXT_HEIGHT_MM, BOTTOM_MM = (
    28,
    243,
    26,
)  # A4: top margin with the title, text, bottom margin with the page number
TEXT_WIDTH_MM = 120  # the text column: 65-75 characters
FULL_WIDTH_MM = 168  # text column, gutter and margin together: wide figures and tables

SERIF = "Source Serif Pro"  # running text
SANS = "Source Sans Pro"  # figures, tables, captions, marks
FIGURE_FONT_PT = 8

INK = "#1b1b1b"
ACCENT = "#0b5c8a"
MUTED = "#6b6b6b"
# Okabe and Ito's palette (2008), safe for colour-blind readers, in an order whose lightness
# alternates, so that neighbours differ in grey print too.
SERIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000")
