"""The exchange hub between ZSM and the Zorg- en Veiligheidshuizen. It never sees a name, a BSN, an SKN or a birth date."""
