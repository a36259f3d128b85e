"""Entry: page set-up and navigation; what there is stands in explorer/controls/contents.py."""

import streamlit as st

from explorer import controls
from explorer.controls.contents import CONTENTS

ABOUT = "**Unrolled** shows what a recurrent network does: real states, gates and gradients."

st.set_page_config(
    page_title="Unrolled", page_icon="🌀", layout="wide", menu_items={"About": ABOUT}
)

controls.deliver_whole()

PAGES = {
    section: [st.Page(e.path, title=e.title, default=e.name == "home") for e in entries]
    for section, entries in CONTENTS.items()
}

# An embedded page stands in a frame of somebody else's page, whose navigation is the only one.
page = st.navigation(PAGES, position="hidden" if st.context.is_embedded else "top")
controls.door(page for section in PAGES.values() for page in section)
page.run()
