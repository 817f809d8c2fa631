-- KEYS: the rota's hash, the set of rotas.
-- ARGV: the rota, a new version, words kept until this are forgotten, how long all is kept; then volunteer and
--       word of each.
local function number(word, place)
  local at = 0
  for part in string.gmatch(word or '', '%d+') do
    at = at + 1
    if at == place then return tonumber(part) end
  end
  return -1
end
local changed = false
for place = 5, #ARGV, 2 do
  local known = redis.call('HGET', KEYS[1], ARGV[place])
  if number(known, 1) < number(ARGV[place + 1], 1) then
    redis.call('HSET', KEYS[1], ARGV[place], ARGV[place + 1])
    changed = true
  end
end
local found, kept = redis.call('HGETALL', KEYS[1]), 0
for place = 1, #found, 2 do
  if found[place] ~= '' then
    if number(found[place + 1], 4) <= tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], found[place])
    else kept = kept + 1 end
  end
end
if kept == 0 then
  redis.call('DEL', KEYS[1])
  redis.call('SREM', KEYS[2], ARGV[1])
  return {}
end
if changed then redis.call('HSET', KEYS[1], '', ARGV[2]) end
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return redis.call('HGETALL', KEYS[1])
