-- The queues: order, parallelity, pauses, what happens when the server forgets a meeting.

local world = dofile("world.lua");

return function (lib, test, check)
	local function book(room) return { jid = room, name = room, kind = "conference", session = room.."-s" }; end
	local function who(jid) return { jid = jid, nick = jid, role = "participant" }; end
	local function create(w, room) w.sender:push(lib.create(book(room), 1)); end
	local function join(w, room, jid) w.sender:push(lib.join(room, who(jid), 2)); end
	local function leave(w, room, jid) w.sender:push(lib.leave(room, jid, "left", 3)); end
	local function ending(w, room) w.sender:push(lib.ending(book(room), 4)); end

	test("a room's events go out one after another, in order", function ()
		local w = world.new(lib);
		create(w, "a"); join(w, "a", "x"); leave(w, "a", "x"); ending(w, "a");
		local order = {};
		for _ = 1, 4 do
			check.equal(#w.open, 1);
			order[#order + 1] = w:ok().type;
		end
		check.list(order, { "create", "join", "leave", "end" });
		check.equal(w.sender.size, 0);
		check.equal(next(w.sender.rooms), nil, "a room that is over is forgotten");
	end);

	test("rooms go out in parallel, up to the limit, first come first served", function ()
		local w = world.new(lib, { parallel = 2 });
		for _, room in ipairs { "a", "b", "c", "d" } do create(w, room); join(w, room, "x"); end
		check.list(w:inflight(), { "create a", "create b" });
		w:ok("b");
		check.list(w:inflight(), { "create a", "create c" });
		w:ok("a"); w:ok("c");
		check.list(w:inflight(), { "create d", "join b" });
		for _ = 1, 5 do w:ok(); end
		check.equal(w.sender.size, 0);
		check.equal(w.most, 2);
	end);

	test("a retry has the same key and waits; the rest of the room waits behind it", function ()
		local w = world.new(lib);
		create(w, "a"); join(w, "a", "x");
		local first = w:answer(503, "busy");
		check.equal(#w.open, 0);
		w:pass(0.49);
		check.equal(#w.open, 0);
		w:pass(0.02);
		check.list(w:inflight(), { "create a" });
		local second = w:ok();
		check.equal(second.key, first.key);
		check.equal(w:ok().key ~= first.key, true);
		check.list(w.log, { "create a success 1", "join a success 0" });
	end);

	test("it asks for ever", function ()
		local w = world.new(lib);
		create(w, "a");
		for _ = 1, 200 do
			w:answer(0, "refused");
			for _ = 1, 31 do
				if #w.open == 0 then w:pass(1); end
			end
			check.equal(#w.open, 1);
		end
		w:ok();
		check.equal(w.log[#w.log], "create a success 200");
	end);

	test("Retry-After is respected, within the longest pause", function ()
		local w = world.new(lib);
		create(w, "a");
		w:answer(429, "busy", nil, 7);
		w:pass(6.9);
		check.equal(#w.open, 0);
		w:pass(0.2);
		w:answer(429, "busy", nil, 100000);
		w:pass(29);
		check.equal(#w.open, 0);
		w:pass(1.1);
		check.equal(#w.open, 1);
	end);

	test("no answer in time is a failure, and the late answer is ignored", function ()
		local w = world.new(lib);
		create(w, "a"); join(w, "a", "x");
		local request = w.open[1];
		w:pass(10.1);
		check.equal(request.cancelled, true);
		request.callback(200, '{"status":"success"}');
		check.equal(w.sender.size, 2, "the late answer has settled nothing");
		w:pass(1);
		check.list(w:inflight(), { "create a" });
		w:ok();
		request.callback(0, "cancelled");
		check.list(w:inflight(), { "join a" });
		check.equal(w.sender.inflight, 1);
	end);

	test("a failing room does not hold up the others", function ()
		local w = world.new(lib, { parallel = 1 });
		create(w, "bad");
		for i = 1, 20 do
			local room = "r"..i;
			create(w, room);
			if w:inflight()[1] == "create bad" then w:answer(500, "error"); end
			check.equal(w:ok(room).room, room);
			w:pass(0.6);
		end
		check.equal(w.sender.up, true);
	end);

	test("when the server is out of reach, one request at a time asks, ever more slowly, and it is said once", function ()
		local w = world.new(lib, { parallel = 5 });
		for i = 1, 50 do create(w, "r"..i); end
		while #w.open > 0 do w:answer(0, "refused"); end
		check.list(w.log, { "down refused" });
		local asked = 0;
		for _ = 1, 600 do
			w:pass(0.1);
			check.equal(#w.open <= 1, true, "more than one");
			if #w.open == 1 then asked = asked + 1; w:answer(0, "refused"); end
		end
		check.equal(asked >= 10 and asked <= 14, true, "asked "..asked.." times in a minute");
		check.list(w.log, { "down refused" });
		while #w.open == 0 do w:pass(0.1); end
		w:ok();
		check.equal(w.log[2], "up nil");
		check.equal(#w.open, 5, "all at once again");
		for _ = 1, 49 do w:ok(); end
		check.equal(w.sender.size, 0);
	end);

	test("nobody sits out a pause once the server answers again", function ()
		local w = world.new(lib, { parallel = 5, first_delay = 100, max_delay = 1000 });
		for _, room in ipairs { "a", "b", "c" } do create(w, room); end
		for _ = 1, 3 do w:answer(0, "refused"); end
		create(w, "d");
		w:pass(5.1);
		check.list(w:inflight(), { "create d" });
		w:ok();
		check.equal(#w:inflight(), 3);
	end);

	test("requests that fail at once do not pile up on the stack", function ()
		local w = world.new(lib, { parallel = 3, max_events = 1000000 });
		w.at_once = { 200, '{"status":"success"}' };
		for i = 1, 100000 do w.sender.stopped = true; create(w, "r"..i); w.sender.stopped = nil; end
		w.sender:pump();
		check.equal(w.sender.size, 0);
	end);

	test("duplicate on a retry, and no-occupant and no-room at the end, are done", function ()
		local w = world.new(lib);
		create(w, "a"); join(w, "a", "x"); leave(w, "a", "x"); ending(w, "a");
		w:answer(0, "lost"); w:pass(1);
		w:answer(400, "duplicate");
		w:answer(400, "duplicate");
		w:answer(400, "no-occupant");
		w:answer(404, "no-room");
		check.equal(w.sender.size, 0);
		check.equal(w.sender.counts.recovered, 0);
	end);

	test("a refused event is counted, and the next one goes on", function ()
		local w = world.new(lib);
		create(w, "a"); join(w, "a", "x"); join(w, "a", "y");
		w:ok(); w:answer(422, "invalid"); w:ok();
		check.equal(w.sender.counts.refused, 1);
		local _, present = w.sender:told("a");
		check.equal(present.x, nil);
		check.equal(present.y.jid, "y");
	end);

	test("a meeting that the server has closed goes on under a new session, with those who are in it", function ()
		local w = world.new(lib);
		create(w, "a"); join(w, "a", "x"); join(w, "a", "y"); leave(w, "a", "y"); join(w, "a", "z"); ending(w, "a");
		for _ = 1, 4 do w:ok(); end
		local refused = w:answer(400, "no-room");
		local again = w:ok();
		check.list({ again.type, again.session, tostring(again.at) }, { "create", "a-s-again", "2" });
		local first, second = w:ok(), w:ok();
		check.list({ first.type, first.jid, second.type, second.jid }, { "join", "x", "join", "z" });
		check.equal(second.key ~= refused.key, true, "the same key would get the same answer");
		local last = w:ok();
		check.list({ last.type, last.path }, { "end", "/api/v1/rooms/a-s-again" });
		check.equal(w.sender.counts.recovered, 1);
	end);

	test("the second no-room in a row is believed", function ()
		local w = world.new(lib);
		create(w, "a"); join(w, "a", "x");
		w:ok(); w:answer(400, "no-room"); w:ok(); w:answer(400, "no-room");
		check.equal(w.sender.size, 0);
		check.equal(w.log[#w.log], "join a no-room 0");
	end);

	test("a reload asks again under the same keys, and old answers are ignored", function ()
		local w = world.new(lib);
		create(w, "a"); join(w, "a", "x"); create(w, "b"); w:answer(0, "refused", "b");
		local old = w.open[1];
		local saved = w.sender:save();
		local v = world.new(lib);
		v.sender:restore(saved);
		check.equal(v.sender.size, 3);
		old.callback(200, '{"status":"success"}');
		w:pass(100);
		check.equal(w.sender.size, 3, "the old sender moves no more");
		check.equal(v:ok("a").key, old.event.key);
		check.equal(v:ok("a").type, "join");
		check.equal(v:ok("b").type, "create");
	end);

	test("a shutdown forgets the pauses and learns when everything is out", function ()
		local w = world.new(lib);
		create(w, "a"); w:answer(503, "busy");
		local done = 0;
		w.sender:when_drained(function () done = done + 1; end);
		check.equal(#w.open, 0);
		w.sender:hurry();
		check.equal(done, 0);
		w:ok();
		check.equal(done, 1);
		w.sender:when_drained(function () done = done + 1; end);
		check.equal(done, 2, "at once when nothing waits");
	end);
end
