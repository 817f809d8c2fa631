redis.call('SET', KEYS[1], '1', 'EX', 60)
redis.call('SET', KEYS[2], '1', 'EX', 60)
return 1
