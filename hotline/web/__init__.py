"""The web application: webhooks for the carrier, health for whoever runs it."""
