"""Fraud: what looks made rather than signed, taken out of the count by a person, told to each signer, and put back."""
