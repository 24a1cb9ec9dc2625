-- What an answer means, and how long to wait.

return function (lib, test, check)
	local function body(status) return '{"status":"'..status..'","message":"m"}'; end

	test("the server's verdicts are final", function ()
		check.equal(lib.classify(200, body "success"), "success");
		check.equal(lib.classify(200, '{ "status" : "success" }'), "success");
		check.equal(lib.classify(400, body "duplicate"), "duplicate");
		check.equal(lib.classify(400, body "no-room"), "no-room");
		check.equal(lib.classify(404, body "no-room"), "no-room");
		check.equal(lib.classify(400, body "no-occupant"), "no-occupant");
		check.equal(lib.classify(422, body "invalid"), "invalid");
		check.equal(lib.classify(413, body "too-large"), "too-large");
		check.equal(lib.classify(415, body "unsupported"), "unsupported");
	end);

	test("network errors, 401, 429 and everything from 500 are asked again", function ()
		for _, answer in ipairs {
			{ 0, "connection refused" }, { 0 }, { nil, nil }, { 401, body "unauthorized" }, { 429, body "busy" },
			{ 500, body "error" }, { 502, "<html>" }, { 503, body "busy" }, { 599, "" }, { 503, body "success" },
		} do
			local verdict, why = lib.classify(answer[1], answer[2]);
			check.equal(verdict, nil, tostring(answer[1]));
			check.equal(type(why), "string");
		end
	end);

	test("what is not the server's own answer is asked again, a 200 page too", function ()
		for _, answer in ipairs {
			{ 200, "<html>Welcome</html>" }, { 200, "" }, { 204 }, { 100 }, { 301, "" }, { 302, body "success" },
			{ 403, "<html>" }, { 404, "<html>" }, { 404, body "not-found" }, { 400, body "success" }, { 200, body "duplicate" },
		} do
			check.equal(lib.classify(answer[1], answer[2]), nil, tostring(answer[1]));
		end
	end);

	test("what a proxy refuses about this very request is given up, not asked for ever", function ()
		for _, code in ipairs { 400, 413, 414, 422, 431 } do
			check.equal(lib.classify(code, "<html>"), "refused", code);
		end
	end);

	test("pauses double up to a cap, the upper half by chance", function ()
		local function least() return 0; end
		local function most() return 1; end
		check.equal(lib.backoff(1, 0.5, 30, least), 0.25);
		check.equal(lib.backoff(1, 0.5, 30, most), 0.5);
		check.equal(lib.backoff(3, 0.5, 30, most), 2);
		check.equal(lib.backoff(7, 0.5, 30, most), 30);
		check.equal(lib.backoff(7, 0.5, 30, least), 15);
		check.equal(lib.backoff(100000, 0.5, 30, most), 30);
	end);

	test("the room's codes say why someone was put out", function ()
		check.equal(lib.reason_of_code("307"), "kicked");
		check.equal(lib.reason_of_code("301"), "banned");
		check.equal(lib.reason_of_code("333"), "disconnected");
		check.equal(lib.reason_of_code("110"), nil);
	end);
end
