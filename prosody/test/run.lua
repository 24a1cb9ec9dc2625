-- Runs the tests of the pure part and prints a line for each: lua run.lua, from this folder.

local lib = dofile("../rollcall.lib.lua");
lib.sender = dofile("../rollcall_sender.lib.lua")(lib);
local failures = 0;

local check = {};

function check.equal(actual, expected, what)
	if actual ~= expected then
		error(("%s: %q instead of %q"):format(what or "value", tostring(actual), tostring(expected)), 2);
	end
end

function check.list(actual, expected, what)
	check.equal(table.concat(actual, " | "), table.concat(expected, " | "), what);
end

local function test(name, body)
	local ok, err = pcall(body);
	if ok then
		print("ok "..name);
	else
		failures = failures + 1;
		print("not ok "..name.."\t"..tostring(err):gsub("[\r\n]", " "));
	end
end

for _, file in ipairs { "strings.lua", "answers.lua", "sender.lua", "memory.lua" } do
	dofile(file)(lib, test, check);
end
os.exit(failures == 0 and 0 or 1);
