-- KEYS: all jobs, job. ARGV: id, now. 1 if nobody knew of the job. What is no whole job is removed: a worker wrote it of
-- one that Redis lost in its hands.
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
if redis.call('HEXISTS', KEYS[2], 'data') == 0 then
  redis.call('DEL', KEYS[2])
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], 5184000)
return 1
