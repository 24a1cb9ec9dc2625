-- Sends what waits in the queue, one request at a time: many events in one batch, a snapshot or a heartbeat by
-- itself. Time, randomness, timers and requests are passed in, so that all of it runs under plain Lua.
--
-- options
--   queue                     rollcall_queue.lib.lua
--   now()                     seconds
--   random()                  0 ≤ x < 1
--   timer(seconds, f)         calls f later; returns a function that prevents it
--   request(call, callback)   call: { method, path, body, key }; callback(code, body, retry_after_seconds);
--                             returns a function that gives up
--   timeout, first_delay, max_delay
--   on_state(up, why)         the server answers again / has stopped to
--   on_verdict(entry, verdict, body)
--                             verdict: a word of the server; "refused" for good by something before it; "aside"
--                             after too many tries; "missing" when the server is too old for this entry
--   on_divided(n, code)       a batch of n was answered with that code and is taken apart
--   on_room_again()           there is room again after something was given up

local max, min = math.max, math.min;
local t_concat = table.concat;

local lib; -- rollcall.lib.lua, handed in at the end of this file
local sender = {};
sender.__index = sender;

-- Failures in a row after which the server counts as unreachable.
local UNREACHABLE_AFTER = 3;
-- The longest pause while nothing answers: asking costs next to nothing, and everything waits for the answer.
local MAX_PAUSE_AWAY = 5;
-- Calls and bytes in one batch. With twice as many calls no more events go through, and Prosody is busy with each
-- batch for twice as long (npm run bench -- drain).
local BATCH_CALLS = 500;
local BATCH_BYTES = 4 * 1024 * 1024;
-- A batch and a snapshot take longer than a single event: so many times the timeout.
local PATIENCE = { single = 1, batch = 3, host = 6 };
-- Tries after which an entry that makes the server fail is set aside. It is the server's own word that the entry
-- is to blame ("error", where it would say "busy" for a full disk); with the pauses this takes a minute or two.
local TRIES_OF_A_CULPRIT = 10;
-- Seconds until an older server is asked again whether it takes batches by now.
local BATCH_AGAIN = 600;

local HOST_ENTRY = { sync = true, heartbeat = true, former = true };

local function new_sender(options)
	return setmetatable({
		options = options; queue = options.queue;
		failures = 0; up = true; tries = 0; defects = 0;
		limit = BATCH_CALLS; max_bytes = BATCH_BYTES; suspects = 0; no_batch_until = 0;
		counts = { answered = 0, retried = 0, refused = 0, aside = 0, snapshots = 0 };
		drained = {};
	}, sender);
end

-- ---------------------------------------------------------------------------------------------------------
-- What to ask next

local function single(e)
	local method, path, body, key = lib.call(e.json);
	return {
		kind = HOST_ENTRY[e.type] and "host" or "single", entries = { e };
		method = method, path = path, body = body, key = key;
	};
end

-- The next request, or nil: nothing waits, or the first entry is held.
function sender:next_run()
	local queue = self.queue;
	local first = queue:peek(1);
	if not first or first.held then return nil; end
	if HOST_ENTRY[first.type] then return single(first); end
	local limit = self.no_batch_until > self.options.now() and 1 or self.limit;
	local entries, body, bytes = { first }, { '{"requests":[', first.json }, #first.json;
	while #entries < limit do
		local e = queue:peek(#entries + 1);
		if not e or e.held or HOST_ENTRY[e.type] or bytes + #e.json > self.max_bytes then break; end
		bytes = bytes + #e.json + 1;
		entries[#entries + 1] = e;
		body[#body + 1] = ",";
		body[#body + 1] = e.json;
	end
	if #entries == 1 then return single(first); end
	body[#body + 1] = "]}";
	return { kind = "batch", entries = entries, method = "POST", path = "/api/v1/batch", body = t_concat(body) };
end

function sender:pump()
	-- A request that fails at once calls back inside; without this the stack would grow.
	if self.pumping then return; end
	self.pumping = true;
	while not (self.stopped or self.run or self.pause) do
		local run = self:next_run();
		if not run then break; end
		self:ask(run);
	end
	self.pumping = false;
end

function sender:ask(run)
	local give_up, cancel_timer;
	self.run = run;
	self.queue.busy = #run.entries;
	local function answer(...)
		-- The client has no timeout of its own, so an answer can come after we gave up, or cancelling can
		-- call back; both are late, and the next try under the same keys gets the same answers.
		if self.run ~= run or self.stopped then return; end
		if cancel_timer then cancel_timer(); end
		self:answered(run, ...);
	end
	local timeout = self.options.timeout * PATIENCE[run.kind];
	cancel_timer = self.options.timer(timeout, function ()
		if self.run ~= run then return; end
		answer(0, "no answer within "..timeout.." s");
		if give_up then give_up(); end
	end);
	give_up = self.options.request(run, answer);
end

-- ---------------------------------------------------------------------------------------------------------
-- What the answer means

function sender:answered(run, code, body, retry_after)
	self.run = nil;
	self.queue.busy = 0;
	local pumping = self.pumping;
	self.pumping = true; -- nothing new before everything about this answer is settled
	local verdicts, why;
	if run.kind == "batch" then
		verdicts, why = lib.verdicts(code, body, #run.entries);
	else
		local verdict;
		verdict, why = lib.classify(code, body);
		if not verdict and run.kind == "host" and lib.is_missing(code, body) then verdict = "missing"; end
		if not verdict and lib.is_defect(code, body) then
			self.defects = self.defects + 1;
			if self.defects >= TRIES_OF_A_CULPRIT then verdict = "aside"; end
		end
		verdicts = verdict and { verdict };
	end
	if verdicts then
		self:reached();
		self:settle(run, verdicts, body);
	elseif not (run.kind == "batch" and self:divide(run, code, body)) then
		self:failed(code, why, retry_after);
	end
	self.pumping = pumping;
	self:pump();
end

-- Takes a batch apart where that may help; false where waiting is all there is to do.
function sender:divide(run, code, body)
	if lib.is_missing(code, body) then
		self.no_batch_until = self.options.now() + BATCH_AGAIN;
		return true;
	end
	local n = #run.entries;
	local half = max(1, math.floor(n / 2));
	local refused = lib.classify(code, body);
	if code == 413 then
		-- Too large for a proxy in between, whatever is in it.
		self.max_bytes = max(1, math.floor(#run.body / 2));
	elseif refused and refused ~= "success" or lib.is_defect(code, body) then
		-- One of the calls is to blame, and nothing was applied: look for it.
		self.suspects = n;
	else
		-- A server that is only slow gets less at once.
		if code == 0 and self.tries > 0 then self.limit = half; end
		return false;
	end
	self.limit = half;
	self.options.on_divided(n, code);
	return true;
end

function sender:settle(run, verdicts, body)
	self.tries, self.defects = 0, 0;
	self.suspects = max(0, self.suspects - #run.entries);
	if self.suspects == 0 then self.limit = min(BATCH_CALLS, self.limit * 2); end
	self.queue:pop(run.entries);
	local counts = self.counts;
	for i, e in ipairs(run.entries) do
		local verdict = verdicts[i];
		if e.type == "sync" then
			counts.snapshots = counts.snapshots + 1;
		elseif not HOST_ENTRY[e.type] then
			counts.answered = counts.answered + 1;
		end
		if verdict == "aside" then
			counts.aside = counts.aside + 1;
		elseif lib.is_refusal(verdict) then
			counts.refused = counts.refused + 1;
		end
		self.options.on_verdict(e, verdict, body);
	end
	if self.queue:has_room_again() then self.options.on_room_again(); end
	if self.queue.count == 0 then
		local drained = self.drained;
		self.drained = {};
		for _, done in ipairs(drained) do done(); end
	end
end

function sender:reached()
	self.failures = 0;
	if self.up then return; end
	self.up, self.why = true, nil;
	self.no_batch_until = 0; -- perhaps it was away to be updated
	self.options.on_state(true);
end

function sender:failed(code, why, retry_after)
	local options = self.options;
	self.tries = self.tries + 1;
	self.failures = self.failures + 1;
	self.counts.retried = self.counts.retried + 1;
	self.why = why;
	if self.up and self.failures >= UNREACHABLE_AFTER then
		self.up = false;
		options.on_state(false, why);
	end
	local away = code == 0 or code >= 502;
	local cap = away and min(MAX_PAUSE_AWAY, options.max_delay) or options.max_delay;
	local delay = lib.backoff(self.tries, options.first_delay, cap, options.random);
	if retry_after then delay = max(delay, min(retry_after, options.max_delay)); end
	self.pause = options.timer(delay, function ()
		self.pause = nil;
		self:pump();
	end);
end

-- ---------------------------------------------------------------------------------------------------------
-- The end

-- Calls back once nothing waits any more, at once when that is now.
function sender:when_drained(done)
	if self.queue.count == 0 then return done(); end
	self.drained[#self.drained + 1] = done;
end

-- Forgets the pause: at a shutdown there is no later.
function sender:hurry()
	if self.pause then self.pause(); end
	self.pause = nil;
	self:pump();
end

-- Stops for good: who comes next asks again, under the same keys.
function sender:stop()
	self.stopped = true;
	if self.pause then self.pause(); end
	return self.counts;
end

return function (rollcall_lib)
	lib = rollcall_lib;
	return new_sender;
end
