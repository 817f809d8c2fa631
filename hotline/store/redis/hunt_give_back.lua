-- KEYS: hunt. ARGV: number.
if redis.call('HGET', KEYS[1], 'won') == ARGV[1] then redis.call('HDEL', KEYS[1], 'won') end
return 1
