-- KEYS: hunt. ARGV: number.
if redis.call('HEXISTS', KEYS[1], 'closed') == 1 then return 0 end
if redis.call('HSETNX', KEYS[1], 'won', ARGV[1]) == 1 then return 1 end
return redis.call('HGET', KEYS[1], 'won') == ARGV[1] and 1 or 0
