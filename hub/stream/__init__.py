"""All that knows Kafka and Faust. It knows no domain: records are bytes, keys are bytes, a topic is a name."""
