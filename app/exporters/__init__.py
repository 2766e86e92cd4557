"""Everything that writes a document; the only place that knows a document library."""
