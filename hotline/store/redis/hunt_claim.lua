-- KEYS: hunt. ARGV: number, turn, now, how long the hunt is kept.
if redis.call('HEXISTS', KEYS[1], 'won') == 1 or redis.call('HEXISTS', KEYS[1], 'closed') == 1 then return 0 end
if redis.call('HSETNX', KEYS[1], 'turn:' .. ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'at:' .. ARGV[1], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
