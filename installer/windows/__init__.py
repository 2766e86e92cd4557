"""What only the Windows build needs: version resource, manifest, Inno Setup script."""
