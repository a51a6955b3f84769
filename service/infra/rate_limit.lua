-- GCRA over all keys of one request: one try is taken from every key, or from none.
--
-- KEYS: one per limit. ARGV: for each key its interval and its greatest burst, both in microseconds
-- (burst = interval * tries at once). A key holds the moment at which its bucket is full again, in microseconds of
-- this server's clock; a full bucket needs no key, so each lives exactly as long as it means something.
--
-- Answers {0} when all passed, else {microseconds to wait, number of the key that makes one wait the longest}.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full_at, longest, slowest = {}, 0, 0
for i, key in ipairs(KEYS) do
  local interval, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local kept = tonumber(redis.call('GET', key) or 0) or 0
  -- No bucket is ever emptier than empty: a clock that was ahead, or a rate that was changed, locks nobody out.
  local at = math.max(math.min(kept, now + burst), now) + interval
  local wait = at - burst - now
  if wait > longest then
    longest, slowest = wait, i
  end
  full_at[i] = at
end
if longest > 0 then
  return {longest, slowest}
end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', full_at[i]), 'PX', math.ceil((full_at[i] - now) / 1000))
end
return {0}
