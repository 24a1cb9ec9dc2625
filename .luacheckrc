-- luacheck: what Prosody gives to a module besides Lua's own globals.
std = "lua54+lua51"
max_line_length = 130
files["prosody/*.lua"] = { read_globals = { "prosody" }, globals = { "module" } }
files["test/e2e/plugins/*.lua"] = { read_globals = { "prosody" }, globals = { "module" } }
-- wrk calls these, and each of its threads has these to itself.
files["bench/load.lua"] = {
  globals = { "setup", "init", "request", "done", "delay", "thread_id", "run", "headers" },
  read_globals = { "wrk" },
}
