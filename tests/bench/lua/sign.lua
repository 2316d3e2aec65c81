-- One signature by a person who never signed before. Argument: the number after which people are numbered.
require "report"
expect(303)

local places = { "59000&city=Lille", "97411&city=Saint-Paul", "20200&city=Bastia", "75011&city=", "35000&city=Rennes" }
local person

function init(arguments)
  person = tonumber(arguments[1])
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.headers["Sec-Fetch-Site"] = "same-origin"
end

function request()
  person = person + 1
  local comment = person % 10 == 0 and "Parce+que+le+train+de+nuit+me+manque." or ""
  local boxes = person % 2 == 0 and "&is_name_public=on" or "&consent_author_updates=on"
  local body = string.format(
    "first_name=Samir&last_name=No%%C3%%ABl&email=samir.%d%%40example.org&country=FR&postal_code=%s&comment=%s"
      .. "&consent_signature=on%s",
    person, places[person % #places + 1], comment, boxes
  )
  wrk.headers["X-Forwarded-For"] = visitor(person)
  return wrk.format(nil, nil, nil, body)
end
