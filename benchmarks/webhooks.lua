-- Signed webhooks for wrk, one connection for each of its threads: `wrk -t8 -c8 -s webhooks.lua URL -- KIND PUBLIC_URL TOKEN`.
-- KIND is "entry" (each request a new call), "deal" (one failed ring after another, 20 in a call) or "wait" (a caller in
-- the queue).
local ffi = require('ffi')
ffi.cdef [[
const void *EVP_sha1(void);
unsigned char *HMAC(const void *, const void *, int, const char *, size_t, unsigned char *, unsigned int *);
int EVP_EncodeBlock(char *, const unsigned char *, int);
]]
local crypto = ffi.load('libcrypto.so.3')
local digest, text = ffi.new('unsigned char[20]'), ffi.new('char[32]')
local kind, public_url, token, call, last, rings

local fields = {
  AccountSid = 'AC' .. string.rep('1', 32), ApiVersion = '2010-04-01', CallStatus = 'in-progress',
  Called = '+14105550100', Caller = '+14105550999', Direction = 'inbound', From = '+14105550999', To = '+14105550100',
  FromCity = '', FromState = 'MD', FromZip = '', FromCountry = 'US', ToCountry = 'US',
}

local function signed(path, more)
  local form, names = {}, {}
  for name, value in pairs(fields) do form[name] = value end
  for name, value in pairs(more) do form[name] = value end
  for name in pairs(form) do names[#names + 1] = name end
  table.sort(names)
  local sent, body = {public_url, path}, {}
  for at, name in ipairs(names) do
    sent[#sent + 1] = name .. form[name]
    body[at] = name .. '=' .. string.gsub(form[name], '+', '%%2B')
  end
  local whole = table.concat(sent)
  crypto.HMAC(crypto.EVP_sha1(), token, #token, whole, #whole, digest, nil)
  crypto.EVP_EncodeBlock(text, digest, 20)
  local headers = {
    ['Content-Type'] = 'application/x-www-form-urlencoded; charset=UTF-8', ['X-Twilio-Signature'] = ffi.string(text, 28),
  }
  return wrk.format('POST', path, headers, table.concat(body, '&'))
end

local function new_call()
  local digits = {}
  for at = 1, 32 do digits[at] = string.format('%x', math.random(0, 15)) end
  call, rings = 'CA' .. table.concat(digits), 0
  return signed('/voice', {CallSid = call, CallStatus = 'ringing'})
end

function init(args)
  kind, public_url, token = args[1], args[2], args[3]
  local seed = io.open('/dev/urandom', 'rb')
  local one, two, three = string.byte(seed:read(3), 1, 3)
  seed:close()
  math.randomseed(one + 256 * two + 65536 * three)
  last = ''
end

function request()
  if kind == 'entry' or last == '' then return new_call() end
  local on = string.match(last, '<Dial action="([^"]+)"')
  if on then rings = rings + 1 end
  if on and rings > 20 then  -- the caller hangs up, or the phone would ring on: soon nobody would be free
    last = ''
    return signed(on, {CallSid = call, CallStatus = 'completed', DialCallStatus = 'canceled', DialBridged = 'false'})
  end
  if on then return signed(on, {CallSid = call, DialCallStatus = 'no-answer', DialBridged = 'false'}) end
  on = string.match(last, 'waitUrl="([^"]+)"')
  if on then return signed(on, {CallSid = call, QueueTime = '3', QueuePosition = '1'}) end
  on = string.match(last, '<Gather action="([^"]+)"')
  if on then return signed(on, {CallSid = call, Digits = '1'}) end
  on = kind == 'wait' and string.match(last, '<Redirect[^>]*>([^<]+)<')
  if on then return signed(on, {CallSid = call, QueueTime = '3', QueuePosition = '1'}) end
  return new_call()
end

function response(status, _, body)
  last = status == 200 and body or ''
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'result %d %d %d %d %d\n', summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
