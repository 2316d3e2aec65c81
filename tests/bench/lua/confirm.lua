-- Each link of a file once. Argument: the file, one path a line.
require "report"
expect(303)

local paths = {}
local used = 0

function init(arguments)
  for path in io.lines(arguments[1]) do table.insert(paths, path) end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.headers["Sec-Fetch-Site"] = "same-origin"
end

function request()
  used = used + 1
  wrk.headers["X-Forwarded-For"] = visitor(used)
  -- Past the end the signature is counted already: the count in the database then falls short, and the run fails.
  return wrk.format(nil, paths[(used - 1) % #paths + 1], nil, "")
end
