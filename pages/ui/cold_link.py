"""What every page imports before all else: a new process shows the heading before the page imports PyTorch.

Streamlit skips app.py where the first visitor of a process comes by a page's own address. Then this shows what app.py
shows first and hands over to it; that cuts the import short, so that it is done once app.py has been in charge.
"""

from pages.ui.heading import show_heading
from pages.ui.streamlit_workarounds import has_browser, rerun_by_main_script, skipped_main_script

if skipped_main_script() and has_browser():
    show_heading()
    rerun_by_main_script()
