"""The least that a Streamlit app can be: benchmarks measure what the app takes beyond it."""

import streamlit as st

st.text(f"{st.slider('Number', 0, 100)} was chosen")
