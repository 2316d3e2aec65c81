"""Every change of petitions and signatures, one module a topic."""
