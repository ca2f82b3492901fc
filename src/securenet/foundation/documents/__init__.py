"""Papers: PDF documents from templates, and the codes by which a scan finds its case."""
