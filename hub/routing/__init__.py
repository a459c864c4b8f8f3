"""The register of tafels, and which of them hears of a gemeente, a theme and an age on a given day. Data decide, code only looks up."""
