-- What is sent in which request, in order, with which pauses, and what is done about answers.

local world = dofile("world.lua");

return function (lib, test, check)
	local function count(list, what)
		local n = 0;
		for _, line in ipairs(list) do if line == what then n = n + 1; end end
		return n;
	end

	test("one event goes to its own endpoint, several in a batch, all in order and one request at a time", function ()
		local w = world.new(lib);
		w:create("a"); w:join("a", "x"); w:create("b"); w:leave("a", "x"); w:ending("a");
		check.equal(#w.open, 1);
		local one = w:ok();
		check.list({ one.call.method, one.call.path, one.call.key }, { "POST", "/api/v1/rooms", "boot-0000000001" });
		check.equal(one.call.body:match('"session":"([^"]+)"'), "a-s");
		check.equal(#w.open, 1);
		local batch = w:ok();
		check.equal(batch.call.path, "/api/v1/batch");
		check.list(world.calls(batch), { "join a", "create b", "leave a", "end a" });
		check.equal(w.queue.count, 0);
		check.equal(w.sender.counts.answered, 5);
	end);

	test("a batch has 500 calls and four megabytes at most", function ()
		local w = world.new(lib, { max_bytes = 1e9 });
		for i = 1, 1201 do w:create("r"..i); end
		w:ok();
		check.equal(#w:inflight(), 500);
		w:ok(); w:ok();
		check.equal(#w:inflight(), 200);
		w:ok();
		w:create("first");
		for _ = 1, 10 do w:join("a", ("x"):rep(1000000)); end
		w:ok();
		local body = w.open[1].call.body;
		check.equal(#body < 4 * 1024 * 1024 + 100, true, #body);
		check.equal(#w:inflight() > 1, true);
		check.equal(#w:take_all(), 10);
	end);

	test("snapshots and heartbeats go alone, in their place", function ()
		local w = world.new(lib);
		w:create("a");
		w:join("a", "x"); w:join("a", "y"); w:heartbeat(); w:leave("a", "x"); w:sync(); w:leave("a", "y"); w:ending("a");
		local order = {};
		while #w:inflight() > 0 do table.insert(order, table.concat(world.calls(w:ok()), "+")); end
		check.list(order, { "create a", "join a+join a", "heartbeat", "leave a", "sync", "leave a+end a" });
		check.equal(w.sender.counts.snapshots, 1);
		check.equal(w.sender.counts.answered, 6);
	end);

	test("a retry has the same keys and waits, and everything waits behind it", function ()
		local w = world.new(lib);
		w:create("a"); w:ok(); w:join("a", "x"); w:create("b"); w:ok();
		w:join("b", "y"); w:join("b", "z"); w:ok(); w:join("c", "z");
		local keys = table.concat(w:keys(), " ");
		w:respond { 503, "busy" };
		check.equal(#w.open, 0);
		w:pass(0.49);
		check.equal(#w.open, 0);
		w:pass(0.02);
		check.equal(table.concat(w:keys(), " "):sub(1, #keys), keys);
		w:ok();
		check.equal(w.queue.count, 0);
		check.equal(w.sender.counts.retried, 1);
	end);

	test("it asks for ever, every five seconds when nothing answers, and says once that it is away", function ()
		local w = world.new(lib);
		w:create("a");
		for _ = 1, 200 do
			w:respond { 0, "refused" };
			check.equal(w:wait() < 5.1, true);
		end
		check.list(w.log, { "down refused" });
		w:ok();
		check.list(w.log, { "down refused", "up nil", "create a success" });
	end);

	test("a server that answers, but not as it should, is asked ever more slowly", function ()
		local w = world.new(lib);
		w:create("a");
		for _ = 1, 8 do w:respond { 401, "unauthorized" }; w:wait(); end
		w:respond { 401, "unauthorized" };
		w:pass(29);
		check.equal(#w.open, 0);
	end);

	test("Retry-After is respected, within the longest pause", function ()
		local w = world.new(lib);
		w:create("a");
		w:respond { 503, "busy", 7 };
		w:pass(6.9);
		check.equal(#w.open, 0);
		w:pass(0.2);
		w:respond { 429, "busy", 100000 };
		w:pass(29);
		check.equal(#w.open, 0);
		w:pass(1.1);
		check.equal(#w.open, 1);
	end);

	test("no answer in time is a failure, and the late answer is ignored", function ()
		local w = world.new(lib);
		w:create("a"); w:join("a", "x");
		local request = w.open[1];
		w:pass(10.1);
		check.equal(request.cancelled, true);
		request.callback(200, '{"status":"success"}');
		check.equal(w.queue.count, 2, "the late answer has settled nothing");
		w:pass(1);
		w.open = { w.open[#w.open] };
		check.list(w:inflight(), { "create a", "join a" });
		request.callback(0, "cancelled");
		check.equal(w.queue.count, 2);
		w:ok();
		check.equal(w.queue.count, 0);
	end);

	test("a batch has three times the patience, a snapshot six times", function ()
		local w = world.new(lib);
		w:create("a"); w:ok(); w:sync();
		w:join("a", "x"); w:join("a", "y");
		w:pass(59.9);
		check.list(w:inflight(), { "sync" });
		w:ok();
		w:pass(29.9);
		check.list(w:inflight(), { "join a", "join a" });
		w:pass(0.2);
		check.equal(#w:inflight(), 0);
	end);

	test("requests that are answered at once do not pile up on the stack", function ()
		local w = world.new(lib, { max_bytes = 1e9 });
		w.sender.no_batch_until = 1e9;
		w.sender.run = {};
		for i = 1, 60000 do w:create("r"..i); end
		w.sender.run = nil;
		w.at_once = { 200, "success" };
		w.sender:pump();
		check.equal(w.queue.count, 0);
	end);

	test("each call of a batch has its own verdict", function ()
		local w = world.new(lib);
		w:create("first"); w:create("a"); w:join("a", "x"); w:join("a", "y"); w:leave("a", "z"); w:ending("b");
		w:create("c");
		w:ok();
		w:respond(function ()
			return { { 400, "duplicate" }, { 200, "success" }, { 422, "invalid" }, { 400, "no-occupant" }, { 404, "no-room" },
				{ 404, "not-found" } };
		end);
		check.list(w.log, { "create first success", "create a duplicate", "join a success", "join a invalid",
			"leave a no-occupant", "end b no-room", "create c refused" });
		check.equal(w.sender.counts.refused, 2);
		check.equal(w.queue.count, 0);
	end);

	test("a batch with another number of answers than calls is no answer", function ()
		local w = world.new(lib);
		w:create("first"); w:create("a"); w:join("a", "x"); w:ok();
		w:respond(function () return { { 200, "success" } }; end);
		check.equal(w.queue.count, 2);
		w:pass(1);
		check.equal(w.sender.why, "1 answers to 2 calls");
		check.equal(#w:take_all(), 2);
	end);

	test("an older server gets single requests, and is asked for batches again later", function ()
		local w = world.new(lib);
		w:create("first"); w:create("a"); w:join("a", "x"); w:join("a", "y"); w:ok();
		w:respond { 404, "not-found" };
		for _, call in ipairs { "create a", "join a", "join a" } do
			check.list(w:inflight(), { call });
			w:ok();
		end
		w:create("b"); w:join("b", "x"); w:join("b", "y"); w:ok();
		check.list(w:inflight(), { "join b" });
		w:pass(601);
		w:wait();
		check.list(w:inflight(), { "join b", "join b" });
	end);

	test("a page of a proxy is no word of an older server", function ()
		local w = world.new(lib);
		w:create("first"); w:create("a"); w:join("a", "x"); w:ok();
		table.remove(w.open).callback(404, "<html>not-found</html>");
		w:pass(1);
		check.list(w:inflight(), { "create a", "join a" });
	end);

	test("a heartbeat or snapshot that the server does not know is done with", function ()
		local w = world.new(lib);
		w:heartbeat(); w:sync(); w:create("a");
		w:respond { 404, "not-found" };
		w:respond { 404, "not-found" };
		w:ok();
		check.list(w.log, { "heartbeat  missing", "sync  missing", "create a success" });
	end);

	-- A server with a defect that one call meets.
	local function defect(w, culprit, code, status)
		for _ = 1, 200 do
			local calls = w:inflight();
			if #calls == 0 then return; end
			if count(calls, culprit) > 0 then w:respond { code, status }; w:wait(); else w:ok(); end
		end
	end

	test("a call that makes the server fail is found, set aside after ten tries, and takes nothing with it", function ()
		local w = world.new(lib);
		w:create("first");
		for i = 1, 400 do w:create(i == 137 and "bad" or "r"..i); end
		w:ok();
		defect(w, "create bad", 500, "error");
		check.equal(w.queue.count, 0);
		check.equal(count(w.log, "create bad aside"), 1);
		check.equal(w.sender.counts.aside, 1);
		check.equal(w.sender.counts.answered, 401);
		for i = 1, 400 do
			if i ~= 137 then check.equal(count(w.log, "create r"..i.." success"), 1); end
		end
		check.equal(w.sender.counts.retried, 9, "the search itself does not wait");
	end);

	test("batches are whole again afterwards", function ()
		local w = world.new(lib);
		w:create("first");
		for i = 1, 40 do w:create(i == 7 and "bad" or "r"..i); end
		w:ok();
		defect(w, "create bad", 500, "error");
		w:create("x");
		for i = 1, 100 do w:create("y"..i); end
		w:ok();
		local largest = 0;
		while #w:inflight() > 0 do largest = math.max(largest, #w:inflight()); w:ok(); end
		check.equal(largest >= 64, true, largest);
	end);

	test("a busy server is no defect: nothing is divided or set aside", function ()
		local w = world.new(lib);
		w:create("first"); w:create("a"); w:join("a", "x"); w:ok();
		for _ = 1, 50 do
			check.equal(#w:inflight(), 2);
			w:respond { 503, "busy" };
			w:wait();
		end
		check.equal(#w:take_all(), 2);
		w:create("b");
		for _ = 1, 50 do w:respond { 503, "busy" }; w:wait(); end
		w:ok();
		check.equal(w.sender.counts.aside, 0);
	end);

	test("a batch that is not understood is taken apart until the one that is to blame is alone", function ()
		local w = world.new(lib);
		w:create("first");
		for i = 1, 20 do w:create(i == 5 and "bad" or "r"..i); end
		w:ok();
		defect(w, "create bad", 422, "invalid");
		check.equal(count(w.log, "create bad invalid"), 1);
		check.equal(w.sender.counts.refused, 1);
		check.equal(w.sender.counts.answered, 21);
	end);

	test("batches that are too large for a proxy get smaller, and stay so", function ()
		local w = world.new(lib);
		w:create("first");
		for i = 1, 400 do w:create("r"..i); end
		w:ok();
		local refused = 0;
		for _ = 1, 200 do
			if #w.open == 0 then break; end
			if #w.open[1].call.body > 20000 then
				refused = refused + 1;
				table.remove(w.open).callback(413, "<html>");
			else
				w:ok();
			end
		end
		check.equal(w.queue.count, 0);
		check.equal(refused <= 3, true, refused);
	end);

	test("batches that time out again and again get smaller", function ()
		local w = world.new(lib);
		w:create("first");
		for i = 1, 100 do w:create("r"..i); end
		w:ok();
		for _ = 1, 3 do w:respond { 0, "no answer" }; w:wait(); end
		check.equal(#w:inflight() < 100, true);
		check.equal(#w:take_all(), 100);
	end);

	test("a shutdown forgets the pause and learns when everything is out", function ()
		local w = world.new(lib);
		w:create("a"); w:respond { 503, "busy" };
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

	test("a sender that was stopped moves no more, and ignores old answers", function ()
		local w = world.new(lib);
		w:create("a"); w:join("a", "x");
		local old = w.open[1];
		w.sender:stop();
		old.callback(200, '{"status":"success"}');
		w:pass(100);
		check.equal(w.queue.count, 2);
		w:create("b");
		check.equal(#w.open, 1);
		local v = w:crash();
		v.sender:pump();
		check.list(v:inflight(), { "create a", "join a", "create b" });
	end);
end
