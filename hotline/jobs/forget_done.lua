-- KEYS: all jobs. ARGV: the jobs. One that was queued again meanwhile stays.
for _, id in ipairs(ARGV) do
  if redis.call('EXISTS', 'rq:job:' .. id) == 0 then redis.call('ZREM', KEYS[1], id) end
end
return 1
