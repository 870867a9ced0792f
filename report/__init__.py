"""The only reader of the store: runs -> evidence -> answers -> document -> PDF.

It imports neither the studies nor TensorFlow, so that a report builds in seconds.
"""
