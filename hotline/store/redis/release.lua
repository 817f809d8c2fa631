local function release(line, over, rest, ring, now, seconds)
  local known = redis.call('GET', over)
  if known then return tonumber(known) end
  local held, ended = redis.call('GET', line), 0
  if held then
    local state, by = string.match(held, '^(%a+)|(.+)|%d+$')
    if by == ring then
      redis.call('DEL', line)
      if state == 'talking' then
        ended = 1
        if tonumber(seconds) > 0 then redis.call('SET', rest, now + seconds, 'EX', seconds) end
      elseif state == 'passed' then
        ended = 2
      elseif state == 'asked' then
        ended = 3
      end
    end
  end
  redis.call('SET', over, ended, 'EX', 120)
  return ended
end
