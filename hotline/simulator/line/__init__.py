"""The carrier and its phones: numbers, legs, rings, time, and the webhooks it sends."""
