-- KEYS: token, job, queue, registry of the scheduled, of the failed, all jobs, the job's results.
-- ARGV: how long a token is kept, id, not before ("" for at once), now, "1" to take the place of one that is to be tried
-- again later, then the job's fields. A job without data is what a worker wrote of one that Redis lost in its hands.
if redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) == false then return 0 end
local status = redis.call('HGET', KEYS[2], 'status')
if redis.call('HEXISTS', KEYS[2], 'data') == 0 then status = false end
if status == 'queued' or status == 'started' or (status == 'scheduled' and ARGV[5] == '') then return 0 end
redis.call('DEL', KEYS[2], KEYS[7])
redis.call('ZREM', KEYS[4], ARGV[2])
redis.call('ZREM', KEYS[5], ARGV[2])
redis.call('HSET', KEYS[2], unpack(ARGV, 6))
if ARGV[3] == '' then
  redis.call('RPUSH', KEYS[3], ARGV[2])
else
  redis.call('ZADD', KEYS[4], ARGV[3], ARGV[2])
end
redis.call('SADD', 'rq:queues', KEYS[3])
redis.call('ZADD', KEYS[6], ARGV[4], ARGV[2])
redis.call('EXPIRE', KEYS[6], 5184000)
return 1
