-- When a snapshot is sent, and when not.

local encode = dofile("json.lua");

return function (lib, test, check)
	local function new()
		local w = { time = 1000, pushed = {}, log = {}, rejected = {}, waiting = {}, books = {}, lost = false };
		local agreement = lib.agreement {
			host = "host"; boot = "boot-2"; interval = 30; encode = encode;
			now = function () return w.time; end;
			log = function (level, text) if level ~= "debug" then table.insert(w.log, level..": "..text); end end;
			push = function (e) table.insert(w.pushed, e.type); end;
			reject = function (e) table.insert(w.rejected, e.type); end;
			queue = { waits = function (_, kind) return w.waiting[kind] or false; end };
			books = {
				any_lost = function () return w.lost; end;
				by_jid = function (jid) return w.books[jid]; end;
				settle_all = function () table.insert(w.pushed, "settled"); end;
				count = function () return 1, 2; end;
				snapshot = function () return {}; end;
			};
		};
		return agreement, w;
	end
	local function answer(agreement, kind, verdict, body)
		agreement:on_verdict({ type = kind, room = kind == "join" and "a" or "", key = "k", json = "{}" }, verdict, body or "");
	end
	local IN, OUT = '{"status":"success","inSync":true}', '{"status":"success","inSync":false}';

	test("a heartbeat out of sync asks for a snapshot, one in sync for nothing", function ()
		local agreement, w = new();
		answer(agreement, "heartbeat", "success", IN);
		check.equal(agreement.state, "yes");
		answer(agreement, "heartbeat", "success", OUT);
		check.equal(agreement.state, "no");
		check.list(w.pushed, { "sync" });
	end);

	test("while a snapshot waits there is no other, unless meetings were given up since", function ()
		local agreement, w = new();
		w.waiting.sync = true;
		agreement:snapshot();
		check.list(w.pushed, {});
		w.lost = true;
		agreement:snapshot();
		w.lost = false;
		agreement:snapshot(true);
		check.list(w.pushed, { "sync", "sync" });
	end);

	test("a heartbeat counts what is settled, and only one waits", function ()
		local agreement, w = new();
		agreement:heartbeat();
		w.waiting.heartbeat = true;
		agreement:heartbeat();
		check.list(w.pushed, { "settled", "heartbeat" });
	end);

	test("only a former process is spoken for", function ()
		local agreement, w = new();
		agreement:speak_for(nil);
		agreement:speak_for { boot = "boot-2"; rooms = 0; occupants = 0; at = 1 };
		check.list(w.pushed, {});
		agreement:speak_for { boot = "boot-1"; rooms = 0; occupants = 0; at = 1 };
		check.list(w.pushed, { "former" });
		answer(agreement, "former", "success", OUT);
		check.list(w.pushed, { "former" }, "what the server thinks of it changes nothing");
	end);

	test("a join into a meeting that the server does not know asks for a snapshot, once an interval", function ()
		local agreement, w = new();
		answer(agreement, "join", "no-room");
		check.list(w.pushed, {}, "over here as well");
		check.list(w.rejected, { "join" }, "but not lost");
		w.books.a = {};
		answer(agreement, "join", "no-room");
		answer(agreement, "join", "no-room");
		w.time = w.time + 29;
		answer(agreement, "join", "no-room");
		check.list(w.pushed, { "sync" });
		w.time = w.time + 2;
		answer(agreement, "join", "no-room");
		check.list(w.pushed, { "sync", "sync" });
		w.books.a.lost = "known";
		w.time = w.time + 100;
		answer(agreement, "join", "no-room");
		check.equal(#w.pushed, 2, "given up here");
	end);

	test("a snapshot that the server refuses is not repeated for a while", function ()
		for _, verdict in ipairs { "invalid", "aside", "refused" } do
			local agreement, w = new();
			answer(agreement, "sync", verdict);
			check.equal(#w.rejected, 0, "it would be out of date");
			answer(agreement, "heartbeat", "success", OUT);
			w.books.a = {};
			answer(agreement, "join", "no-room");
			check.list(w.pushed, {});
			w.time = w.time + 601;
			answer(agreement, "heartbeat", "success", OUT);
			check.list(w.pushed, { "sync" });
		end
	end);

	test("an older server is mentioned once", function ()
		local agreement, w = new();
		answer(agreement, "sync", "missing");
		answer(agreement, "heartbeat", "missing");
		answer(agreement, "heartbeat", "missing");
		check.equal(#w.log, 1);
		answer(agreement, "heartbeat", "success", OUT);
		check.list(w.pushed, { "sync" }, "and has everything once it is newer");
	end);

	test("a snapshot that mended something says so", function ()
		local agreement, w = new();
		answer(agreement, "sync", "success", '{"roomsCreated":0,"roomsEnded":0,"occupantsJoined":0,"occupantsLeft":0}');
		check.equal(#w.log, 0);
		answer(agreement, "sync", "success", '{"roomsCreated":0,"roomsEnded":0,"occupantsJoined":0,"occupantsLeft":1}');
		check.equal(#w.log, 1);
	end);

	test("a snapshot of nothing has lists, not objects", function ()
		check.equal(lib.sync("h", "b", {}, 5, encode).text, '{"at":5,"bootId":"b","host":"h","rooms":[]}');
		local room = { session = "s", jid = "r", name = "n", kind = "lobby", parent = "p", at = 4, occupants = {} };
		check.equal(lib.sync("h", "b", { room }, 5, encode).text:match('"rooms":(.*)}$'),
			'[{"at":4,"jid":"r","kind":"lobby","name":"n","parentJid":"p","session":"s","occupants":[]}]');
		room.occupants = { { jid = "a", nick = "A", role = "moderator", at = 3, token_name = "T", client = true, missing = 1 } };
		check.equal(lib.sync("h", "b", { room }, 5, encode).text:match('"occupants":(.*)}]}$'),
			'[{"at":3,"jid":"a","nick":"A","role":"moderator"}]');
	end);
end
