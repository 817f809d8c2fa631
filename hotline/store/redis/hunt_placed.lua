-- KEYS: hunt. ARGV: number, CallSid of the leg, encrypted. Kept even if the ring is not wanted: somebody has to end it.
redis.call('HSET', KEYS[1], 'leg:' .. ARGV[1], ARGV[2])
local won = redis.call('HGET', KEYS[1], 'won')
if redis.call('HEXISTS', KEYS[1], 'closed') == 1 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'over:' .. ARGV[1]) == 1 then return 0 end
if won and won ~= ARGV[1] then return 0 end
return 1
