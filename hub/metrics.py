"""What an operator watches. Base units, bounded labels, never a dossier or a person."""

from prometheus_client import Counter, Gauge, Histogram

RECORDS = Counter("hub_records_total", "Records that a room took in, by what became of them.", ["kamer", "uitkomst"])
UITVOER = Counter("hub_uitvoer_total", "Records that a room delivered.", ["kamer", "soort"])
BESLISSINGEN = Counter("hub_beslissingen_total", "Decisions of the privacy filter.", ["besluit", "regel"])
MELDINGEN = Counter("hub_meldingen_total", "Meldingen delivered to the broker.", ["soort", "tafel"])
ZWEVEND = Counter(
    "hub_zwevend_total",
    "Meldingen that no desk of a tafel acted upon or that are nobody's, and dossiers without an intake: people must place them.",
    ["tafel"],
)
REACTIES = Counter(
    "hub_reacties_total", "Reactions of tafels, and receipts of their connectors, that were taken up.", ["soort"]
)
OVERVOL = Counter(
    "hub_overvolle_bakken_total",
    "Dossiers that came into a bucket past its bound: a hostile or broken source.",
    ["tafel"],
)
DODE_LETTERS = Counter("hub_dode_letters_total", "Records refused to a dead-letter topic.", ["topic_soort", "code"])
DODE_LETTERS_WACHTEND = Gauge(
    "hub_dode_letters_wachtend",
    "Dead letters from the oldest open one on: an operator must hand them in again or discard them.",
    ["topic_soort"],
)
DODE_LETTER_LEEFTIJD = Gauge(
    "hub_oudste_dode_letter_seconds", "Age of the oldest open dead letter, zero when there is none.", ["topic_soort"]
)
ACHTERSTAND = Gauge(
    "hub_achterstand_seconds", "Age of the newest record acknowledged, zero when caught up.", ["kamer", "partitie"]
)
BEVESTIGD = Gauge(
    "hub_laatste_bevestiging_timestamp_seconds",
    "When a room last acknowledged a batch, or found nothing to do.",
    ["kamer"],
)
ONBEVESTIGD = Gauge("hub_onbevestigd_batches", "Batches taken in and not yet acknowledged.", ["kamer"])
LAADTIJD = Histogram(
    "hub_staat_laadtijd_seconds",
    "Time to load the state of one partition.",
    ["kamer"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
STAAT = Gauge("hub_staat_records", "Entries in the state of one partition.", ["kamer", "partitie"])
DOORLOOPTIJD = Histogram(
    "hub_doorlooptijd_seconds",
    "From the broker's append of the later signaal to the delivered melding.",
    ["tafel_soort"],
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
)
GEREED = Gauge("hub_gereed", "1 when every assigned partition has its state and records are taken in.")
VERSIE = Gauge("hub_versie_info", "Versions pinned at start.", ["beleid", "register", "model"])
BROKERCERTIFICAAT_TOT = Gauge(
    "hub_broker_certificaat_geldig_tot_timestamp_seconds",
    "Until when the certificate is valid that the broker last showed this worker; no series in plain text.",
    ["adres"],
)
GRONDSLAG_TOT = Gauge(
    "hub_grondslag_geldig_tot_timestamp_seconds",
    "First moment at which a grondslag of the policy is valid no more; a grondslag without end has no series.",
    ["grondslag"],
)
