-- Whole calls for wrk, one after another on each connection: what benchmarks/whole_calls.py does, compiled.
-- wrk -t N -c N: each thread has one connection, so that an answer is that of the request before.
-- Arguments after --: public address, token, first number, how many numbers.
local bit = require('bit')
local band, bor, bxor, bnot, rol, tobit = bit.band, bit.bor, bit.bxor, bit.bnot, bit.rol, bit.tobit
local char, byte, sub, rep, format = string.char, string.byte, string.sub, string.rep, string.format

local function word(number) return char(bit.rshift(number, 24), band(bit.rshift(number, 16), 255), band(bit.rshift(number, 8), 255), band(number, 255)) end

local w = {}
local function sha1(text)
  local length = #text
  text = text .. '\128' .. rep('\0', (55 - length) % 64) .. word(0) .. word(length * 8)
  local h0, h1, h2, h3, h4 = tobit(0x67452301), tobit(0xEFCDAB89), tobit(0x98BADCFE), tobit(0x10325476), tobit(0xC3D2E1F0)
  for at = 1, #text, 64 do
    for i = 0, 15 do
      local a, b, c, d = byte(text, at + i * 4, at + i * 4 + 3)
      w[i] = bor(bit.lshift(a, 24), bit.lshift(b, 16), bit.lshift(c, 8), d)
    end
    for i = 16, 79 do w[i] = rol(bxor(w[i - 3], w[i - 8], w[i - 14], w[i - 16]), 1) end
    local a, b, c, d, e = h0, h1, h2, h3, h4
    for i = 0, 79 do
      local f, k
      if i < 20 then f, k = bor(band(b, c), band(bnot(b), d)), 0x5A827999
      elseif i < 40 then f, k = bxor(b, c, d), 0x6ED9EBA1
      elseif i < 60 then f, k = bor(band(b, c), band(b, d), band(c, d)), 0x8F1BBCDC
      else f, k = bxor(b, c, d), 0xCA62C1D6 end
      a, b, c, d, e = tobit(rol(a, 5) + f + e + k + w[i]), a, rol(b, 30), c, d
    end
    h0, h1, h2, h3, h4 = tobit(h0 + a), tobit(h1 + b), tobit(h2 + c), tobit(h3 + d), tobit(h4 + e)
  end
  return word(h0) .. word(h1) .. word(h2) .. word(h3) .. word(h4)
end

local inner, outer
local function key(token)
  token = token .. rep('\0', 64 - #token)
  inner = token:gsub('.', function(one) return char(bxor(byte(one), 0x36)) end)
  outer = token:gsub('.', function(one) return char(bxor(byte(one), 0x5C)) end)
end

local letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
local function base64(text)
  local out = {}
  for at = 1, #text, 3 do
    local a, b, c = byte(text, at, at + 2)
    local all = a * 65536 + (b or 0) * 256 + (c or 0)
    for place = 0, 3 do
      local six = math.floor(all / 64 ^ (3 - place)) % 64
      out[#out + 1] = ((place == 2 and not b) or (place == 3 and not c)) and '=' or sub(letters, six + 1, six + 1)
    end
  end
  return table.concat(out)
end

local function encoded(text) return (text:gsub('[^%w_.-]', function(one) return format('%%%02X', byte(one)) end)) end

local public, first, numbers
local function signed(path, form)
  local names, text, body = {}, {public, path}, {}
  for name in pairs(form) do names[#names + 1] = name end
  table.sort(names)
  for place, name in ipairs(names) do
    text[#text + 1], text[#text + 2] = name, form[name]
    body[place] = name .. '=' .. encoded(form[name])
  end
  local signature = base64(sha1(outer .. sha1(inner .. table.concat(text))))
  return wrk.format('POST', path, {
    ['Content-Type'] = 'application/x-www-form-urlencoded; charset=UTF-8', ['X-Twilio-Signature'] = signature,
  }, table.concat(body, '&'))
end

local function sid()
  local out = {'CA'}
  for place = 1, 4 do out[place + 1] = format('%08x', math.random(0, 2147483647)) end
  return table.concat(out)
end

local function form(call, from, to, more)
  local fields = {
    AccountSid = 'AC' .. rep('1', 32), ApiVersion = '2010-04-01', CallSid = call, CallStatus = 'in-progress', Called = to,
    Caller = from, Direction = 'inbound', From = from, To = to, FromCity = '', FromState = 'MD', FromZip = '',
    FromCountry = 'US', ToCountry = 'US',
  }
  for name, value in pairs(more) do fields[name] = value end
  return fields
end

local function address(text, pattern)
  local found = text:match(pattern)
  return found and (found:gsub('&amp;', '&'))
end

begun, persons, over = 0, 0, 0

local function play()
  while true do
    local call, leg, caller = sid(), sid(), '+14105550999'
    local called = '+' .. format('%.0f', first + math.random(0, numbers - 1))
    begun = begun + 1
    local heard = coroutine.yield(signed('/voice', form(call, caller, called, {CallStatus = 'ringing'})))
    local gather = address(heard, '<Gather action="([^"]+)"')
    if gather then heard = coroutine.yield(signed(gather, form(call, caller, called, {Digits = '1'}))) end
    local dial, screening = address(heard, '<Dial action="([^"]+)"'), address(heard, ' url="([^"]+)"')
    local ended = address(heard, ' statusCallback="([^"]+)"')
    if dial and screening and ended then
      local phone, theirs = heard:match('>(%+%d+)</Number>') or called, {ParentCallSid = call, Direction = 'outbound-dial'}
      heard = coroutine.yield(signed(screening, form(leg, called, phone, theirs)))
      local accept = address(heard, '<Gather action="([^"]+)"')
      if accept then
        theirs.Digits = '1'
        coroutine.yield(signed(accept, form(leg, called, phone, theirs)))
        theirs.Digits = nil
      end
      coroutine.yield(signed(dial, form(call, caller, called, {
        DialCallStatus = 'completed', DialBridged = 'true', DialCallSid = leg, DialCallDuration = '30',
      })))
      theirs.CallStatus, theirs.CallDuration = 'completed', '30'
      coroutine.yield(signed(ended, form(leg, called, phone, theirs)))
      persons = persons + 1
    end
    coroutine.yield(signed('/voice/ended', form(call, caller, called, {CallStatus = 'completed', CallDuration = '40'})))
    over = over + 1
  end
end

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
  thread:set('seed', os.time() * 1000 + #threads)
end

local playing, last = coroutine.create(play), ''
bad = 0

function init(args)
  public, first, numbers = args[1], tonumber(args[3]), tonumber(args[4])
  key(args[2])
  math.randomseed(seed)
end

function request()
  local _, made = assert(coroutine.resume(playing, last))
  return made
end

function response(status, _, body)
  if status ~= 200 then bad = bad + 1 end
  last = body
end

function done(summary, latency)
  local sums = {begun = 0, persons = 0, over = 0, bad = 0}
  for _, thread in ipairs(threads) do
    for name in pairs(sums) do sums[name] = sums[name] + thread:get(name) end
  end
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(format('\nRESULT {"seconds": %.3f, "webhooks": %d, "p50": %.3f, "p99": %.3f, "calls": %d, "persons": %d, "bad": %d}\n',
    summary.duration / 1e6, summary.requests, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, sums.over,
    sums.persons, sums.bad + failed))
end
