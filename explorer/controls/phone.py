"""How the controls of a page stand on a phone: close together, so that the picture is seen."""

# Under 640 pixels Streamlit puts each choice on a line of its own. Here two share one, a button
# stands on the foot of its line, and nothing but the bar at the top stands above the title. Letters
# of an equation are as large as those of the text: most equations then fit without being pushed.
COMPACT = """
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] {padding-top: 3.75rem !important}
  [data-testid="stHeading"] h1 {padding: 0 0 0.25rem !important}
  [data-testid="stHorizontalBlock"]:not(:has(> [data-testid="stColumn"])) {
    gap: 0.5rem 0.75rem !important; align-items: flex-end !important
  }
  [data-testid="stHorizontalBlock"] > [data-testid="stElementContainer"]:has(> .stSelectbox) {
    flex: 1 1 9.5rem !important; width: auto !important; min-width: 9.5rem
  }
  .katex-display > .katex {font-size: 1em}
  [data-testid="stPopoverButton"] p {white-space: normal !important; text-align: left}
}
"""
