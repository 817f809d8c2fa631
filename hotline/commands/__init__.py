"""The subcommands of `hotline`, one per module, each as `command`."""
