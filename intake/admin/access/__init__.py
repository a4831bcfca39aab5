"""The access log: who looked at whose data, when and why."""
