-- KEYS: job. Unless it has been queued again, it has a field or two, and nothing of what is to be done.
if redis.call('HEXISTS', KEYS[1], 'data') == 0 then redis.call('DEL', KEYS[1]) end
