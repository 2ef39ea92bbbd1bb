"""The ledger of slots: each planned moment of each job."""
