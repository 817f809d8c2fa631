-- As long as it would have been held by the ringing, and no longer.
local held = redis.call('GET', KEYS[1])
if not held then return 0 end
local state, by, rest = string.match(held, '^(%a+)|(.+)(|%d+)$')
if (state ~= 'ringing' and state ~= 'asked') or by ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2] .. '|' .. by .. rest, 'KEEPTTL')
if state == 'ringing' and KEYS[2] and tonumber(redis.call('HGET', KEYS[2], KEYS[1]) or 0) > 0 then
  redis.call('HINCRBY', KEYS[2], KEYS[1], -1)
end
return 1
