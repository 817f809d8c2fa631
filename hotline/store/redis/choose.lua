-- KEYS: ring, a sign that is over (or ""), line/over/rest of the ring that ended (or ""), call, absences, then line and rest of each
--       member, then `last` of each tier, then how often each phone rang this hour.
-- ARGV: ring, now, hold, how long `last` is kept, turn prefix, members of each tier to start at ("1,0"; "" to go on after
--       `last`), whether in turn, the ended ring and its rest, the version of the absences (or "-" for any), how many
--       members each tier has ("3,2"), the rank that the next must have if the members are only the next seats (or ""),
--       then volunteer, rank and "1" if tried of each member, in order of the tiers, then "1" if nobody was rung in this
--       hunt yet, from how many rings on they are spread, and how many are the most.
-- Answers to the next seats alone may be 'moved', with who was rung last and is none of them; or 'more': it is none of
-- them, or the choice takes all to decide.
local ring, now, hold = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local given = redis.call('GET', KEYS[1])
if not given and ARGV[10] ~= '-' and (redis.call('HGET', KEYS[7], '') or '') ~= ARGV[10] then
  return {'stale', '', 0}
end
local ended = 0
if KEYS[2] ~= '' then redis.call('DEL', KEYS[2]) end
if ARGV[8] ~= '' then ended = release(KEYS[3], KEYS[4], KEYS[5], ARGV[8], now, ARGV[9]) end
if redis.call('GET', KEYS[6]) == 'gone' then return {'over', '', ended} end
if given then return {'given', given, -1} end
local members, only = (#ARGV - 15) / 3, tonumber(ARGV[12])
local rings, alone, spread, most = KEYS[#KEYS], ARGV[#ARGV - 2] == '1', tonumber(ARGV[#ARGV - 1]), tonumber(ARGV[#ARGV])
local tiers, asked, first = {}, {}, 0
for start in string.gmatch(ARGV[6], '%d+') do asked[#asked + 1] = tonumber(start) end
for size in string.gmatch(ARGV[11], '%d+') do
  local number = #tiers + 1
  tiers[number] = {first = first, size = tonumber(size), key = KEYS[7 + members * 2 + number], start = asked[number]}
  first = first + size
end
local lasts, absent = {}, false
if ARGV[6] == '' then
  for number, tier in ipairs(tiers) do
    local last = ARGV[7] == '1' and redis.call('GET', tier.key)
    local named, who, phone = last and redis.call('GET', tier.key .. ':phone'), nil, nil
    if named then who, phone = string.match(named, '^(.*)|(%x+)$') end
    if who ~= last then phone = nil end
    lasts[number] = phone and named or last or ''
    if not last and not (only and ARGV[7] == '1') then tier.start = 0 end
    for member = 0, tier.size - 1 do
      local place = tier.first + member
      local same = phone and string.sub(KEYS[8 + place * 2], -#phone) == phone
      if same or (last and not phone and ARGV[13 + place * 3] == last) then
        tier.start = only and member + 1 or (member + 1) % tier.size
      end
    end
    if not tier.start then absent = true end
  end
  if only and (absent or tiers[1].start == tiers[1].size) then return {'moved', lasts[1], ended} end
  if absent then return {'absent', lasts, ended} end
end
-- One command for all members, not one for each: this is most of what a choice costs where many are on call. Lua takes
-- a few thousand arguments at once.
local function of_members(command, first, offset)
  local found = {}
  for from = 0, members - 1, 1000 do
    local asked = {first}
    for member = from, math.min(from + 1000, members) - 1 do asked[#asked + 1] = KEYS[offset + member * 2] end
    for at, value in ipairs(redis.call(command, unpack(asked))) do found[from + at - 1] = value end
  end
  return found
end
local lines, resting, rang = of_members('MGET', nil, 8), of_members('MGET', nil, 9), of_members('HMGET', rings, 8)
local best, best_order, best_key, busy = nil, nil, nil, {}
local often, often_order, often_key = nil, nil, nil
for number, tier in ipairs(tiers) do
  local found = best
  for place = 0, tier.size - 1 do
    local member = tier.first + place
    local held = lines[member]
    if held and tonumber(string.match(held, '|(%d+)$')) > now then
      busy[#busy + 1] = ARGV[13 + member * 3]
    elseif not found and ARGV[15 + member * 3] ~= '1' then
      local rests = tonumber(resting[member] or 0) > now and 1 or 0
      local rung = tonumber(rang[member] or 0)
      local tired = rung >= spread and math.min(rung, 99) or 0
      local order = ((rests * 1e4 + ARGV[14 + member * 3]) * 100 + tired) * 1e6 + (place - tier.start) % tier.size
      if only then
        local sure = rests == 0 and tired == 0 and tonumber(ARGV[14 + member * 3]) == only
        if sure and place >= tier.start and not best then best, best_key = member, tier.key end
      elseif rung < most then
        if not best or order < best_order then best, best_order, best_key = member, order, tier.key end
      elseif alone and (not often or rung * 1e6 + place < often_order) then
        often, often_order, often_key = member, rung * 1e6 + place, tier.key
      end
    end
  end
end
if not best then best, best_key = often, often_key end
if not best then return {only and 'more' or 'none', busy, ended} end
local volunteer = ARGV[13 + best * 3]
redis.call('SET', KEYS[8 + best * 2], 'ringing|' .. ring .. '|' .. (now + hold), 'EX', hold)
redis.call('SET', KEYS[1], ARGV[5] .. volunteer, 'EX', hold)
redis.call('SET', KEYS[6], ring .. '|' .. KEYS[8 + best * 2] .. '|' .. KEYS[9 + best * 2], 'EX', hold)
local phone = string.match(KEYS[8 + best * 2], '(%x+)$')
if ARGV[7] == '1' then
  redis.call('SET', best_key, volunteer, 'EX', ARGV[4])
  redis.call('SET', best_key .. ':phone', volunteer .. '|' .. phone, 'EX', ARGV[4])
end
local count = redis.call('HINCRBY', rings, KEYS[8 + best * 2], 1)
if count == 1 then redis.call('EXPIRE', rings, 3600) end
return {'dealt', ARGV[5] .. volunteer, ended, count == most and 1 or 0}
