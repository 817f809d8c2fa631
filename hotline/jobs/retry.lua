-- KEYS: failed, queue. ARGV: the jobs. How many were queued again.
local count = 0
for _, id in ipairs(ARGV) do
  local job = 'rq:job:' .. id
  if redis.call('ZREM', KEYS[1], id) == 1 and redis.call('EXISTS', job) == 1 then
    redis.call('HSET', job, 'status', 'queued')
    redis.call('HDEL', job, 'number_of_retries', 'deaths')
    redis.call('DEL', 'rq:results:' .. id)
    redis.call('PERSIST', job)
    redis.call('RPUSH', KEYS[2], id)
    count = count + 1
  end
end
return count
