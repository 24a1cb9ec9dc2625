-- A world for the sender: a clock that is moved by hand, and requests that are answered by hand.

local world = {};
world.__index = world;

function world.new(lib, options)
	local self = setmetatable({ time = 1000, timers = {}, open = {}, log = {}, n = 0 }, world);
	local all = {
		now = function () return self.time; end;
		random = function () return 1; end;
		timer = function (seconds, f)
			local timer = { at = self.time + seconds, f = f };
			table.insert(self.timers, timer);
			return function () timer.f = nil; end;
		end;
		request = function (e, callback)
			local request = { event = e, callback = callback };
			table.insert(self.open, request);
			self.most = math.max(self.most or 0, #self.open);
			if self.at_once then
				table.remove(self.open);
				callback(self.at_once[1], self.at_once[2]);
			end
			return function () request.cancelled = true; end;
		end;
		key = lib.keys("boot"); parallel = 2; timeout = 10; first_delay = 0.5; max_delay = 30; max_events = 1000;
		fresh = function (_, old) return old.."-again"; end;
		on_drop = function (room, n, live) self:note("drop", room, n, live and "live" or "ended"); end;
		on_room_again = function () self:note("room again"); end;
		on_state = function (up, why) self:note(up and "up" or "down", why); end;
		on_verdict = function (e, verdict, tries) self:note(e.type, e.room, verdict, tries); end;
	};
	for name, value in pairs(options or {}) do all[name] = value; end
	self.options = all;
	self.sender = lib.sender(all);
	return self;
end

function world:note(...)
	local words = {};
	for i = 1, select("#", ...) do words[#words + 1] = tostring((select(i, ...))); end
	table.insert(self.log, table.concat(words, " "));
end

-- What is in flight, as "type room".
function world:inflight()
	local list = {};
	for _, request in ipairs(self.open) do
		if not request.cancelled then list[#list + 1] = request.event.type.." "..request.event.room; end
	end
	return list;
end

-- Answers the oldest open request (of a room, when that is given).
function world:answer(code, status, room, retry_after)
	for i, request in ipairs(self.open) do
		if not request.cancelled and (not room or request.event.room == room) then
			table.remove(self.open, i);
			request.callback(code, code == 0 and status or '{"status":"'..(status or "success")..'"}', retry_after);
			return request.event;
		end
	end
	error("nothing is in flight for "..tostring(room), 2);
end

function world:ok(room) return self:answer(200, "success", room); end

-- Lets time pass, ringing timers in their order.
function world:pass(seconds)
	local until_ = self.time + seconds;
	while true do
		local first;
		for i, timer in ipairs(self.timers) do
			if timer.at <= until_ and (not first or timer.at < self.timers[first].at) then first = i; end
		end
		if not first then break; end
		local timer = table.remove(self.timers, first);
		self.time = math.max(self.time, timer.at);
		if timer.f then timer.f(); end
	end
	self.time = until_;
end

return world;
