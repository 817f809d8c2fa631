-- KEYS: hunt, the line of callers for whom everyone of its rota is busy.
-- ARGV: hunt's name, since when its caller waits, now, for how long a look counts, how many of the line are looked at,
--       how long the line is kept, the prefix of when a hunt was last looked at.
-- Returns the hunt's fields, and 0 if it lines up: none of its phones rings, and somebody else's turn comes first.
local fields = redis.call('HGETALL', KEYS[1])
local over, rings, now, still = {}, {}, tonumber(ARGV[3]), tonumber(ARGV[4])
for at = 1, #fields, 2 do
  local name = fields[at]
  if name == 'won' or name == 'closed' or name == 'failed' then return {fields, 1} end
  local kind, number = string.match(name, '^(%a+):(%d+)$')
  if kind == 'turn' then rings[#rings + 1] = number elseif kind == 'over' then over[number] = true end
end
for _, number in ipairs(rings) do
  if not over[number] then return {fields, 1} end
end
local line = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[2], 'WITHSCORES', 'LIMIT', 0, ARGV[5])
for at = 1, #line, 2 do
  local earlier = line[at]
  if line[at + 1] == ARGV[2] and earlier >= ARGV[1] then break end -- of one second: the order of their names
  local seen = redis.call('GET', ARGV[7] .. earlier)
  if seen and now - seen < still then
    redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
    redis.call('EXPIRE', KEYS[2], ARGV[6])
    redis.call('SET', ARGV[7] .. ARGV[1], now, 'EX', still)
    return {fields, 0}
  end
  redis.call('ZREM', KEYS[2], earlier) -- they have hung up, or are served
end
return {fields, 1}
