-- A file that only grows at its end: what a MUC host has to report and has no answer to yet. It survives a
-- crash and a kill of Prosody; not always a power cut, because nothing is synced to the disk.
--
--   E <type> <at> <room> <json>   an entry; json is what stands for it in a batch
--   R <json>                      takes the place of the waiting entry with the same key
--   A <key>                       everything up to the entry with this key has its answer
--
-- One line each, fields separated by a tab; JSON has neither tabs nor line breaks. Written in one piece and
-- without a buffer, so that a line is either not there, torn at the end of the file, or complete: 8 µs each.
--
-- options
--   path
--   now()                seconds
--   private(f, ...)      calls f so that a file it creates is for this user only
--   log(level, text, …)
--   open                 instead of io.open, for tests

local spool = {};
spool.__index = spool;

-- Seconds between two tries to write again after a failure.
local PATIENCE = 10;
-- With nothing waiting, the file is emptied when it is larger than this.
local SMALL = 64 * 1024;
-- What has been answered is cut off when it is larger than this, and than twice what waits. That
-- takes 3 ms for each megabyte that waits, so 60 ms at most with the default size.
local LARGE = 32 * 1024 * 1024;
local ENOENT = 2;

local function new_spool(options)
	return setmetatable({
		path = options.path; options = options; open = options.open or io.open;
		size = 0; failures = 0; file = nil; broken = nil; retry_at = 0; unread = false;
	}, spool);
end

-- The line of an entry, without its line break.
function spool.line(e)
	return ("E\t%s\t%.0f\t%s\t%s"):format(e.type, e.at, (e.room:gsub("%c", "")), e.json);
end

-- Type and room of an entry, for a look at very many.
function spool.subject(line)
	return line:match("^E\t(%l+)\t%d+\t([^\t]*)\t");
end

local function key_of(text)
	return text:sub(-300):match('"idempotencyKey":"([^"]*)"}$');
end

-- The entry of a line.
function spool.parse(line)
	local kind, at, room, json = line:match("^E\t(%l+)\t(%d+)\t([^\t]*)\t({.*)$");
	return { type = kind, at = tonumber(at), room = room, json = json, key = key_of(json), size = #line + 1 };
end

-- Whether this is the complete text of an entry. Control characters are what a page of zeros, left behind by a
-- power cut, is made of.
local function is_whole(text)
	return text:find('^{"method":"') and not text:find("%c") and key_of(text) ~= nil;
end

local function is_entry(line)
	local start = select(2, line:find("^E\t%l+\t%d+\t[^\t]*\t"));
	return start and is_whole(line:sub(start + 1));
end

-- Where to go on after the entry with that key; none is taken if there is no such entry.
local function acknowledge(lines, first, last, key)
	local tail = '"idempotencyKey":"'..key..'"}';
	for i = first, last do
		if lines[i]:sub(-#tail) == tail then return i + 1; end
	end
	return first;
end

-- Reads what waits, in order. Returns its lines with { broken = lines that could not be understood, torn = whether
-- the last one was incomplete }, or nil and why.
function spool:load()
	local file, err, code = self.open(self.path, "rb");
	if not file and code == ENOENT then return {}, { broken = 0, torn = false }; end
	if not file then
		self.unread = true;
		return nil, err;
	end
	local lines, creations, first, last, broken, understood = {}, {}, 1, 0, 0, true;
	for line in file:lines() do
		self.size = self.size + #line + 1;
		local kind, rest = line:sub(1, 2), line:sub(3);
		understood = true;
		if kind == "E\t" and is_entry(line) then
			last = last + 1;
			lines[last] = line;
			if rest:find("^create") then creations[key_of(line)] = last; end
		elseif kind == "A\t" then
			first = acknowledge(lines, first, last, rest);
		elseif kind == "R\t" and is_whole(rest) then
			local i = creations[key_of(rest)];
			if i then lines[i] = lines[i]:match("^E\t%l+\t%d+\t[^\t]*\t")..rest; end
		else
			broken, understood = broken + 1, false;
		end
	end
	-- A torn line was never promised to be kept. One that lacks nothing but its line break is whole.
	local torn = self.size > 0 and file:seek("end", -1) and file:read(1) ~= "\n";
	if torn and not understood then broken = broken - 1; end
	file:close();
	local waiting = {};
	for i = first, last do waiting[#waiting + 1] = lines[i]; end
	return waiting, { broken = broken, torn = torn or false };
end

local function close(self)
	if self.file then self.file:close(); end
	self.file = nil;
end

function spool:failed(err)
	close(self);
	self.failures = self.failures + 1;
	self.retry_at = self.options.now() + PATIENCE;
	if self.broken then return; end
	self.broken = err or "unknown error";
	self.options.log("error", "Cannot write %s (%s): events wait in memory only, and are lost if Prosody ends",
		self.path, self.broken);
end

local function worked(self)
	if not self.broken then return; end
	self.broken = nil;
	self.options.log("info", "%s can be written again; all that waits is in it", self.path);
end

-- Opens the file for lines, without a buffer: what a failed write leaves behind in one would be written later.
local function start(self, mode)
	local file, err = self.options.private(self.open, self.path, mode);
	if not file then return nil, err; end
	file:setvbuf("no");
	self.file = file;
	return true;
end

local function write(self, line)
	if self.broken then return; end
	local ok, err = true, nil;
	if not self.file then ok, err = start(self, "ab"); end
	if ok then ok, err = self.file:write(line); end
	if not ok then return self:failed(err); end
	self.size = self.size + #line;
end

function spool:append(line)
	write(self, line.."\n");
end

-- The waiting entry with the same key has this text now.
function spool:replace(json)
	write(self, "R\t"..json.."\n");
end

-- In the following, queue is what waits: { count, bytes, lines() }.

-- Everything up to the entry with this key has its answer.
function spool:acknowledge(key, queue)
	write(self, "A\t"..key.."\n");
	local answered = self.size - queue.bytes;
	if queue.count == 0 and answered > SMALL or answered > LARGE and answered > 2 * queue.bytes then
		self:rewrite(queue);
	end
end

local function write_all(self, path, lines)
	local file, err = self.options.private(self.open, path, "wb");
	if not file then return nil, err; end
	file:setvbuf("full", 65536);
	local size, ok = 0, true;
	for i = 1, #lines do
		ok, err = file:write(lines[i], "\n");
		size = size + #lines[i] + 1;
		if not ok then break; end
	end
	if ok then ok, err = file:flush(); end -- a full disk may show only here
	file:close();
	if not ok then return nil, err; end
	return size;
end

-- Makes the file anew, with what waits and nothing else. The old one stays until the new one is complete.
function spool:rewrite(queue)
	local fresh = self.path..".new";
	if self.unread then -- never throw away what could not be read
		os.rename(self.path, self.path..".unread");
		self.unread = false;
	end
	local size, err = write_all(self, fresh, queue:lines());
	local ok = size;
	if size then ok, err = os.rename(fresh, self.path); end
	if not ok then
		os.remove(fresh);
		return self:failed(err);
	end
	close(self);
	self.size = size;
	worked(self);
end

-- Tries again after a failure, now and then.
function spool:mend(queue)
	if self.broken and self.options.now() >= self.retry_at then self:rewrite(queue); end
end

-- Nothing personal is left behind when nothing waits.
function spool:close(queue)
	if queue.count == 0 and self.size > 0 then self:rewrite(queue); end
	close(self);
end

return new_spool;
