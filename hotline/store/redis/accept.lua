-- A ring that somebody picked up was none in vain.
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local held = redis.call('GET', KEYS[1])
if held and string.match(held, '^ringing') and tonumber(redis.call('HGET', KEYS[3], KEYS[1]) or 0) > 0 then
  redis.call('HINCRBY', KEYS[3], KEYS[1], -1)
end
redis.call('SET', KEYS[1], 'talking|' .. ARGV[1] .. '|' .. (ARGV[2] + ARGV[3]), 'EX', ARGV[3])
return 1
