-- Runs the tests of the pure part and prints a line for each: lua run.lua, from this folder.

local lib = dofile("../rollcall.lib.lua");
lib.sender = dofile("../rollcall_sender.lib.lua")(lib);
lib.agreement = dofile("../rollcall_agreement.lib.lua")(lib);
for _, name in ipairs { "alive", "queue", "spool" } do lib[name] = dofile("../rollcall_"..name..".lib.lua"); end
local failures = 0;

-- Files of the tests, removed at the end.
local files, tmpname = {}, os.tmpname;
function os.tmpname() -- luacheck: ignore 122
	files[#files + 1] = tmpname();
	return files[#files];
end

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

for _, file in ipairs { "strings.lua", "answers.lua", "spool.lua", "queue.lua", "sender.lua", "agreement.lua" } do
	dofile(file)(lib, test, check);
end
for _, name in ipairs(files) do os.remove(name); end
os.exit(failures == 0 and 0 or 1);
