"""The portal: settings, addresses, and what holds the apps together."""
