-- KEYS: job, queue, scheduled, failed, started. ARGV: id, most deaths, when a failure is forgotten, its seconds, then
-- what a dead worker left in `started`. 1 if the job was put back, 2 if it is given up.
local died = 0
for entry = 5, #ARGV do died = died + redis.call('ZREM', KEYS[5], ARGV[entry]) end
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('LPOS', KEYS[2], ARGV[1]) then return 0 end
if redis.call('ZSCORE', KEYS[3], ARGV[1]) or redis.call('ZSCORE', KEYS[4], ARGV[1]) then return 0 end
if died > 0 and redis.call('HINCRBY', KEYS[1], 'deaths', 1) >= tonumber(ARGV[2]) then
  if redis.call('HGET', KEYS[1], 'failure_ttl') == '0' then
    redis.call('DEL', KEYS[1])
    return 2
  end
  redis.call('HSET', KEYS[1], 'status', 'failed')
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1])
  return 2
end
redis.call('HSET', KEYS[1], 'status', 'queued')
redis.call('PERSIST', KEYS[1])
redis.call('RPUSH', KEYS[2], ARGV[1])
return 1
