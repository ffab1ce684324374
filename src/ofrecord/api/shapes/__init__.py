"""The shapes of answers and requests, as the document publishes them."""
