-- wrk sends what `traffic` wrote into a file: on each line, parted by tabs, method, path, sender, and body.
-- In a body ~N~ is a number and ~P~ a phone number that no other request has.
local threads, began = {}, 0
function setup(thread)
  thread:set("own", #threads)
  table.insert(threads, thread)
end
function init(args)
  lines, sent, cookie = {}, 0, args[2] or ""
  s2, s3, s4, other, first = 0, 0, 0, 0, tonumber(args[3])
  for line in io.lines(args[1]) do
    local method, path, sender, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    lines[#lines + 1] = {method, path, sender, body}
  end
end
function request()
  local line = lines[(sent * 2 + own) % #lines + 1]
  local number = first + sent * 2 + own
  sent = sent + 1
  local headers = {["Cookie"] = cookie, ["X-Forwarded-For"] = line[3]}
  local body = nil
  if line[1] == "POST" then
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = line[4]:gsub("~N~", number):gsub("~P~", string.format("416%07d", 2200000 + number % 790000))
  end
  return wrk.format(line[1], line[2], headers, body)
end
function response(status)
  if status < 300 then s2 = s2 + 1 elseif status < 400 then s3 = s3 + 1
  elseif status == 422 then s4 = s4 + 1 else other = other + 1 end
end
function done(summary, latency)
  local c2, c3, c4, c = 0, 0, 0, 0
  for _, thread in ipairs(threads) do
    c2, c3 = c2 + thread:get("s2"), c3 + thread:get("s3")
    c4, c = c4 + thread:get("s4"), c + thread:get("other")
  end
  local e = summary.errors
  io.write(string.format(
    'JSON {"seconds": %.3f, "p50": %.3f, "p99": %.3f, "longest": %.3f, "shown": %d, "stored": %d, "refused": %d, "failed": %d}\n',
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
    c2, c3, c4, c + e.connect + e.read + e.write + e.timeout))
end
