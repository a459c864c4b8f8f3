"""The nouns of the covenant: dossier, signaal, stand, koppeling, melding. Types only, no I/O, no decision."""
