-- A caller may hang up during the words before the ringing: then no ring ends, only the call.
local known = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], 'gone', 'EX', ARGV[4])
if not known or known == 'gone' then return 0 end
local ring, line, rest = string.match(known, '^([^|]+)|([^|]+)|([^|]+)$')
return release(line, ARGV[1] .. ring, rest, ring, ARGV[2], ARGV[3])
