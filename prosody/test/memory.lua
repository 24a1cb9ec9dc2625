-- Memory: when too much waits, whole meetings are given up, the oldest first.

local world = dofile("world.lua");

return function (lib, test, check)
	local function meeting(w, room, at, people, over)
		local book = { jid = room, name = room, kind = "conference", session = room..at };
		w.sender:push(lib.create(book, at));
		for i = 1, people do
			w.sender:push(lib.join(room, { jid = room.."/"..i, nick = "n", role = "participant" }, at + i));
		end
		if over then w.sender:push(lib.ending(book, at + people + 1)); end
	end

	test("the oldest meeting goes first, and as a whole", function ()
		local w = world.new(lib, { max_events = 20, parallel = 1 });
		meeting(w, "busy", 50, 0); -- in flight
		meeting(w, "new", 300, 6);
		meeting(w, "old", 100, 6);
		meeting(w, "middle", 200, 5);
		check.equal(w.sender.size, 14, "before and after");
		check.equal(w.sender.counts.dropped, 7);
		check.equal(w.log[1], "drop old 7 live");
		w.at_once = { 200, '{"status":"success"}' };
		w:ok();
		check.equal(w.sender.size, 0);
		local sent = table.concat(w.log, "\n");
		check.equal(sent:find("create old") or sent:find("join old"), nil);
	end);

	test("the event in flight stays, and a meeting that the server knows gets its end", function ()
		local w = world.new(lib, { max_events = 14, parallel = 1 });
		meeting(w, "a", 1, 5, true);
		check.list(w:inflight(), { "create a" });
		meeting(w, "b", 100, 7);
		check.list(w.log, { "drop a 5 ended" });
		local rest = {};
		for _ = 1, 3 do local e = w:ok(); rest[#rest + 1] = e.type.." "..e.room; end
		check.list(rest, { "create a", "create b", "end a" });
	end);

	test("a meeting that alone is too much is given up as well", function ()
		local w = world.new(lib, { max_events = 10, parallel = 1 });
		meeting(w, "a", 1, 10);
		check.list(w.log, { "drop a 10 live" });
		check.equal(w.sender.size, 1);
	end);

	test("one event is always left to find out when the server is back", function ()
		local w = world.new(lib, { max_events = 10, parallel = 1 });
		meeting(w, "a", 1, 3);
		w:answer(0, "refused");
		check.equal(#w.open, 0, "in a pause, nothing in flight");
		meeting(w, "a", 10, 6); -- the last of these is one too many
		check.equal(w.sender.size, 1);
		for _ = 1, 100 do
			if w.sender.size == 0 then break; end
			w:pass(1);
			if #w.open > 0 then w:ok(); end
		end
		check.equal(table.concat(w.log, "\n"):find("room again") ~= nil, true);
	end);

	test("rooms that were given up are forgotten", function ()
		local w = world.new(lib, { max_events = 10, parallel = 1 });
		for i = 1, 1000 do meeting(w, "r"..i, i, 1); end
		local rooms = 0;
		for _ in pairs(w.sender.rooms) do rooms = rooms + 1; end
		check.equal(rooms <= 10, true, rooms);
		check.equal(w.sender.ready_last - w.sender.ready_first < 10, true, "turns");
	end);

	test("a later meeting in the same room is not the one that waited", function ()
		local w = world.new(lib, { max_events = 12, parallel = 1 });
		meeting(w, "busy", 500, 0);
		meeting(w, "a", 1, 3, true);
		meeting(w, "a", 100, 2, true);
		meeting(w, "b", 200, 3);
		check.equal(w.log[1], "drop a 5 ended");
		w.at_once = { 200, '{"status":"success"}' };
		w:ok();
		local sent = {};
		for _, line in ipairs(w.log) do if line:find(" a success") then sent[#sent + 1] = line:match("^%a+"); end end
		check.list(sent, { "create", "join", "join", "end" });
	end);

	test("when less than half is in use again, that is said once", function ()
		local w = world.new(lib, { max_events = 10, parallel = 1 });
		meeting(w, "a", 1, 4);
		meeting(w, "b", 100, 5);
		check.equal(w.log[1]:match("^drop a"), "drop a");
		local said = 0;
		while w.sender.size > 0 do
			local before = w.sender.size;
			w:ok();
			for i = #w.log, 1, -1 do if w.log[i] == "room again" then said = said + 1; table.remove(w.log, i); end end
			check.equal(said > 0, w.sender.size < 5, "at "..before);
		end
		check.equal(said, 1);
	end);

	test("100,000 meetings of one event each never wait all at once, and it stays quick", function ()
		local w = world.new(lib, { max_events = 1000, parallel = 1 });
		local started = os.clock();
		for i = 1, 100000 do
			meeting(w, "r"..i, i, 0);
			check.equal(w.sender.size <= 1000, true);
		end
		check.equal(os.clock() - started < 10, true, "seconds: "..(os.clock() - started));
		check.equal(w.sender.size + w.sender.counts.dropped, 100000);
	end);
end
