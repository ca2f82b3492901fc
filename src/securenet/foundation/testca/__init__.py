"""A small test certification authority: roots, intermediates, certificates, CRLs and OCSP, in one folder on disk."""
