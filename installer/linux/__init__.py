"""The .deb: built in a Debian 11 root, and tried in pristine roots of every release."""
