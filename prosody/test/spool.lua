-- The file: what is in it after a crash, whatever happened to it.

local world = dofile("world.lua");

return function (lib, test, check)
	local function waiting(options) -- four events, none answered
		local w = world.new(lib, options);
		w:create("a"); w:join("a", "x"); w:leave("a", "x"); w:ending("a");
		return w;
	end
	local ALL = { "create a", "join a", "leave a", "end a" };

	test("an event is in the file as soon as it is pushed", function ()
		local w = world.new(lib);
		w:create("a");
		check.equal(w:text():match("^E\tcreate\t1000\ta\t{.*}\n$") ~= nil, true, w:text());
		local _, list = w:crash();
		check.list(list, { "create a" });
	end);

	test("after a crash everything without an answer is there, in order, under its old keys", function ()
		local w = waiting();
		w:ok(); -- the create alone; the rest is one batch by now
		local keys = w:keys();
		local v, list, facts = w:crash();
		check.list(list, { "join a", "leave a", "end a" });
		check.equal(facts.broken, 0);
		v.sender:pump();
		check.list(v:inflight(), { "join a", "leave a", "end a" });
		check.list(v:keys(), keys);
		v:ok();
		local _, rest = v:crash();
		check.list(rest, {});
	end);

	test("a line torn by the crash is cut off, and what comes next is readable", function ()
		for cut = 1, 40 do
			local w = waiting();
			local text = w:text();
			w:write(text:sub(1, -cut - 1));
			local v, list, facts = w:crash();
			-- Without the line break alone, the last line is whole.
			check.list(list, cut == 1 and ALL or { "create a", "join a", "leave a" }, cut);
			check.equal(facts.torn, true, "torn");
			check.equal(facts.broken, 0, "broken");
			v:create("b");
			local _, again = v:crash();
			check.equal(again[#again], "create b", "after a cut of "..cut);
			check.equal(#again, #list + 1);
		end
	end);

	test("a torn acknowledgement is none: the event is sent again", function ()
		local w = waiting();
		w:ok();
		w:write((w:text():sub(1, -3)));
		local _, list, facts = w:crash();
		check.list(list, ALL);
		check.equal(facts.broken, 0);
	end);

	test("what is broken in the middle is left out and counted", function ()
		local w = waiting();
		local lines = {};
		for line in w:text():gmatch("[^\n]+") do lines[#lines + 1] = line; end
		local damages = { "", "garbage", lines[2]:sub(1, -10), lines[2]:sub(20), (lines[2]:gsub("join", "jo n", 1)) };
		if _VERSION ~= "Lua 5.1" then -- which cannot read them
			table.insert(damages, ("\0"):rep(50));
			table.insert(damages, (lines[2]:gsub('"nick":"x"', '"nick":"\0\0"')));
		end
		for _, damage in ipairs(damages) do
			w:write(table.concat({ lines[1], damage, lines[3], lines[4] }, "\n").."\n");
			local v, list, facts = w:crash();
			check.list(list, { "create a", "leave a", "end a" }, damage);
			check.equal(facts.broken, 1);
			local _, again, facts_again = v:crash();
			check.list(again, list);
			check.equal(facts_again.broken, 0, "the file was mended");
		end
	end);

	test("a broken line does not shift what is acknowledged", function ()
		local w = waiting();
		w:ok();
		local text = w:text():gsub("^[^\n]*", "garbage", 1); -- the one that has its answer
		w:write(text);
		local _, list = w:crash();
		check.list(list, { "join a", "leave a", "end a" }, "nothing that waits is taken for answered");
	end);

	test("a held event is replaced under its key, and sent as it is after a crash before that", function ()
		local w = world.new(lib);
		local e = w:create("a", true);
		w:join("a", "x");
		check.list(w:inflight(), {}, "held");
		local v, list = w:crash();
		check.list(list, { "create a", "join a" });
		v.sender:pump();
		check.list(v:inflight(), { "create a", "join a" });
		local other = { jid = "a", name = "a", session = "meeting-id" };
		w.queue:replace(e, lib.entry(lib.create(other, 1), e.key, dofile("json.lua")));
		w.sender:pump();
		check.equal(w.open[1].call.body:find("meeting-id", 1, true) ~= nil, true, "sent");
		local u = w:crash();
		u.sender:pump();
		check.equal(u.open[1].call.body:find("meeting-id", 1, true) ~= nil, true, "in the file");
		check.equal(u.open[1].call.body:find("a-s", 1, true), nil);
		check.equal(u:keys()[1], e.key);
	end);

	test("a released event is sent, and nothing is written for that", function ()
		local w = world.new(lib);
		local e = w:create("a", true);
		local size = w.spool.size;
		w.queue:release(e);
		w.sender:pump();
		check.list(w:inflight(), { "create a" });
		check.equal(w.spool.size, size);
	end);

	test("a heartbeat is never in the file", function ()
		local w = world.new(lib);
		w:create("a"); w:heartbeat(); w:join("a", "x");
		local _, list = w:crash();
		check.list(list, { "create a", "join a" });
		w:ok(); w:ok();
		check.list(w:inflight(), { "join a" });
		_, list = w:crash();
		check.list(list, { "join a" });
	end);

	test("with everything answered a large file is emptied, a small one is left alone", function ()
		local w = world.new(lib);
		w:meeting("a", 10, true);
		w:take_all();
		check.equal(w.spool.size > 1000, true);
		for i = 1, 300 do w:meeting("r"..i, 2, true); end
		w:take_all();
		check.equal(w.queue.count, 0);
		check.equal(w:text(), "");
		w:create("b");
		local _, list = w:crash();
		check.list(list, { "create b" });
	end);

	test("what was answered is cut off when it is large, and what waits stays", function ()
		local w = world.new(lib, { max_bytes = 100 * 1024 * 1024 });
		w:create("a");
		local long = ("x"):rep(10000);
		for i = 1, 4000 do w:join("a", i..long); end
		w:create("z");
		local before = w.spool.size;
		check.equal(before > 40 * 1024 * 1024, true);
		repeat
			before = w.spool.size;
			w:ok();
		until w.spool.size < before;
		check.equal(w.spool.size, w.queue.bytes, "the file is what waits");
		local v, list = w:crash();
		check.equal(list[#list], "create z");
		check.equal(v.queue.count, w.queue.count);
		check.equal(v.queue.bytes, w.queue.bytes);
	end);

	test("a full disk is said once, costs nothing but safety, and is over when there is room", function ()
		local w = world.new(lib);
		w:create("a");
		w.disk.full = true;
		w:join("a", "x"); w:leave("a", "x");
		w:ok();
		check.list(w.log, { "file error", "create a success" });
		check.equal(w.spool.failures, 1);
		check.list(w:inflight(), { "join a", "leave a" });
		w.time = w.time + 11;
		w.spool:mend(w.queue);
		check.equal(w.spool.failures, 2);
		check.equal(#w.log, 2, "said once");
		w.disk.full = false;
		w.spool:mend(w.queue);
		check.equal(w.spool.broken ~= nil, true, "not at once again");
		w.time = w.time + 11;
		w.spool:mend(w.queue);
		check.equal(w.log[3], "file info");
		w:ending("a");
		local _, list, facts = w:crash();
		check.list(list, { "join a", "leave a", "end a" });
		check.equal(facts.broken, 0);
	end);

	test("without a place for the file it goes on in memory", function ()
		local w = world.new(lib, { path = "/nowhere/at/all" });
		check.equal(select(2, w.queue:load()).broken, 0);
		w:create("a"); w:join("a", "x");
		check.list(w:take_all(), { "create a", "join a" });
		check.equal(w.queue.count, 0);
	end);

	test("a file that cannot be read is moved aside, not overwritten", function ()
		local w = waiting();
		local text = w:text();
		local v = world.new(lib, { path = w.path, disk = { open = function (path, mode)
			if mode == "rb" then return nil, "Permission denied", 13; end
			return io.open(path, mode);
		end } });
		local entries, why = v.queue:load();
		check.equal(entries, nil);
		check.equal(why, "Permission denied");
		v.spool:failed(why);
		v:create("b");
		v.time = v.time + 11;
		v.spool:mend(v.queue);
		v.path = w.path..".unread";
		check.equal(v:text(), text);
		os.remove(v.path);
		local _, list = w:crash();
		check.list(list, { "create b" });
	end);

	test("closing with nothing waiting leaves nothing personal behind", function ()
		local w = waiting();
		w:ok();
		w.queue:close();
		check.equal(w:text() ~= "", true);
		local v = w:crash();
		v.sender:pump();
		v:take_all();
		v.queue:close();
		check.equal(w:text(), "");
	end);

	test("the alive file holds the last line, and what is no line is nothing", function ()
		local w = world.new(lib);
		local function alive() return lib.alive { path = w.path, private = function (f, ...) return f(...); end }; end
		check.equal(alive():read(), nil);
		local one = alive();
		check.equal(one:write("boot-1", 1700000000123, 12, 345), true);
		local size = #w:text();
		check.equal(one:write("boot-1", 1700000001123, 2, 3), true);
		check.equal(#w:text(), size);
		local was = alive():read();
		check.list({ was.boot, ("%.0f"):format(was.at), was.rooms, was.occupants }, { "boot-1", "1700000001123", 2, 3 });
		w:write(w:text():sub(1, -5));
		check.equal(alive():read(), nil);
		check.equal((lib.alive { path = "/nowhere/at/all", private = function (f, ...) return f(...); end }:write("b", 1, 0, 0)), nil);
	end);
end
