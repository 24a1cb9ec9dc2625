-- A file with one line of fixed width, written in place every second: until when a process was alive, and how
-- much it had reported. After a crash the next process tells the server in its name.
--
--   <boot id> <epoch ms> <rooms> <occupants>

local alive = {};
alive.__index = alive;

local LINE = "%-32s %013.0f %08d %08d\n";

local function new_alive(options)
	return setmetatable({ path = options.path; private = options.private; open = options.open or io.open }, alive);
end

-- What the last process left: { boot, at, rooms, occupants }; nil if there is nothing that makes sense.
function alive:read()
	local file = self.open(self.path, "rb");
	if not file then return nil; end
	local boot, at, rooms, occupants = (file:read("*a") or ""):match("^(%S+) +(%d+) (%d+) (%d+)\n");
	file:close();
	if not boot then return nil; end
	return { boot = boot, at = tonumber(at), rooms = tonumber(rooms), occupants = tonumber(occupants) };
end

-- Returns nil and why when it could not be written.
function alive:write(boot, at, rooms, occupants)
	local err;
	if not self.file then
		self.file = self.open(self.path, "r+b");
		if not self.file then self.file, err = self.private(self.open, self.path, "wb"); end
		if not self.file then return nil, err; end
		self.file:setvbuf("no");
	end
	local ok;
	ok, err = self.file:seek("set", 0);
	if ok then ok, err = self.file:write(LINE:format(boot, at, rooms, occupants)); end
	if not ok then
		self:close();
		return nil, err;
	end
	return true;
end

function alive:close()
	if self.file then self.file:close(); end
	self.file = nil;
end

return new_alive;
