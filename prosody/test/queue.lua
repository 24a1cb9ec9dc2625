-- Too much waits: whole meetings are given up, the oldest first.

local world = dofile("world.lua");

return function (lib, test, check)
	-- Room for about that many events of these tests.
	local function with_room(events, options)
		options = options or {};
		options.max_bytes = events * 190;
		return world.new(lib, options);
	end

	test("the meeting that waited longest goes first, as a whole, and is gone from the file", function ()
		local w = with_room(20);
		w:create("busy"); -- in flight
		w:meeting("old", 6);
		w:meeting("middle", 5, true);
		w:meeting("new", 6);
		check.list(w.drops, { "old 7 live unknown" });
		check.equal(w.queue.dropped, 7);
		local _, list = w:crash();
		check.equal(table.concat(list, " "):find("old"), nil);
		check.equal(#list, w.queue.count);
		check.equal(table.concat(w:take_all(), " "):find("old"), nil);
		check.equal(w.queue.bytes, 0);
	end);

	test("the request in flight stays, and a meeting that the server knows gets its end", function ()
		local w = with_room(14);
		w:meeting("a", 5, true);
		check.list(w:inflight(), { "create a" });
		w:meeting("b", 8);
		check.list(w.drops, { "a 5 over known" });
		local sent = w:take_all();
		check.list({ sent[1], sent[2], sent[3] }, { "create a", "end a", "create b" });
		check.equal(#sent, 11);
	end);

	test("a meeting that was told before gets its end as well", function ()
		local w = with_room(12);
		w:create("a"); w:ok();
		w:create("busy"); w:ok(); w:heartbeat();
		for i = 1, 5 do w:join("a", i); end
		w:ending("a");
		w:meeting("b", 9);
		check.list(w.drops, { "a 5 over known" });
		check.equal(w:take_all()[2], "end a");
	end);

	test("what a snapshot in between has told of gets its end, and the snapshot stays", function ()
		local w = with_room(12);
		w:heartbeat();
		w:meeting("a", 3);
		w:sync();
		w:ending("a");
		w:meeting("b", 9);
		check.list(w.drops, { "a 4 over known" });
		local sent = w:take_all();
		check.list({ sent[1], sent[2], sent[3], sent[4] }, { "heartbeat", "sync", "end a", "create b" });
	end);

	test("a later meeting in the same room is not the one that waited", function ()
		local w = with_room(12);
		w:heartbeat();
		w:meeting("a", 3, true);
		w:meeting("a", 2, true);
		w:meeting("b", 6);
		check.list(w.drops, { "a 5 over unknown" });
		local sent = w:take_all();
		check.list({ sent[2], sent[3], sent[4], sent[5] }, { "create a", "join a", "join a", "end a" });
	end);

	test("a meeting that alone is too much is given up as well", function ()
		local w = with_room(10);
		w:meeting("a", 12);
		check.list(w.drops, { "a "..w.queue.dropped.." live known" });
		check.list(w:take_all()[1] == "create a" and { "create a" } or {}, { "create a" });
	end);

	test("a held creation that was given up is neither released nor replaced", function ()
		local w = with_room(10);
		w:heartbeat();
		local e = w:create("a", true);
		for i = 1, 20 do w:join("a", i); end
		check.equal(e.gone, true);
		local bytes = w.queue.bytes;
		w.queue:replace(e, { json = ("x"):rep(1000) });
		check.equal(w.queue.bytes, bytes);
		w:take_all();
		check.equal(w.queue.count, 0);
	end);

	test("when less than half is in use again, that is said once", function ()
		local w = with_room(20);
		w:heartbeat();
		for _ = 1, 4 do w:meeting("a", 4, true); end
		check.equal(#w.drops > 0, true);
		check.equal(table.concat(w.log, "\n"):find("room again"), nil);
		w:take_all();
		local said = 0;
		for _, line in ipairs(w.log) do if line == "room again" then said = said + 1; end end
		check.equal(said, 1);
		w:heartbeat(); w:ok();
		check.equal(w.log[#w.log], "heartbeat  success");
	end);

	test("a heartbeat finds out that there is room again when nothing else is left to ask", function ()
		local w = with_room(10);
		w:heartbeat();
		w:create("a");
		for _ = 1, 30 do
			if w.queue.count == 0 then break; end
			w:join("a", "x");
		end
		check.equal(w.queue.count, 0);
		w:ok();
		check.equal(w.log[#w.log], "room again");
	end);

	test("50,000 meetings of one event each never wait all at once, and it stays quick", function ()
		local w = with_room(2000);
		w:heartbeat();
		local started = os.clock();
		for i = 1, 50000 do
			w.time = i;
			w:create("r"..i);
			if i % 1000 == 0 then check.equal(w.queue.bytes <= 2000 * 190, true); end
		end
		check.equal(os.clock() - started < 20, true, "seconds: "..(os.clock() - started));
		check.equal(w.queue.count + w.queue.dropped, 50000);
		check.equal(w:text():find("r50000") ~= nil, true);
	end);
end
