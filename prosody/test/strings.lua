-- What may be written into an event.

return function (lib, test, check)
	test("ordinary text of any script stays as it is", function ()
		for _, s in ipairs { "Ann", "Ann Müller", "漢字", "🙂 ok", "a\194\160b", "\\ \" / <b>" } do
			check.equal(lib.clean(s, 1023), s);
		end
	end);

	test("control characters, DEL and C1 become spaces, and spaces at the ends go", function ()
		check.equal(lib.clean("a\0b\tc\27d\127e\194\128f\194\159g", 100), "a b c d e f g");
		check.equal(lib.clean("\n Ann \r\n", 100), "Ann");
	end);

	test("what is empty, blank or no text is unknown", function ()
		for _, s in ipairs { "", "   ", "\0\1\2", "\194\133" } do check.equal(lib.clean(s, 10), nil, s); end
		check.equal(lib.clean(nil, 10), nil);
		check.equal(lib.clean({}, 10), nil);
		check.equal(lib.clean(7, 10), nil);
	end);

	test("broken UTF-8 is repaired byte by byte", function ()
		local r = "\239\191\189";
		check.equal(lib.clean("a\255b", 100), "a"..r.."b", "a stray byte");
		check.equal(lib.clean("a\195", 100), "a"..r, "a cut sequence");
		check.equal(lib.clean("\192\128x", 100), r..r.."x", "an overlong form");
		check.equal(lib.clean("\237\160\128x", 100), r..r..r.."x", "a surrogate");
		check.equal(lib.clean("\244\144\128\128x", 100), r..r..r..r.."x", "above U+10FFFF");
		check.equal(lib.clean("\224\128\128x", 100), r..r..r.."x", "an overlong form of three");
		check.equal(lib.clean("\240\128\128\128x", 100), r..r..r..r.."x", "an overlong form of four");
	end);

	test("text is cut to its limit in bytes, never inside a character", function ()
		check.equal(lib.clean(("x"):rep(2000), 1023), ("x"):rep(1023));
		check.equal(lib.clean(("漢"):rep(500), 1023), ("漢"):rep(341));
		check.equal(lib.clean(("漢"):rep(500), 1022), ("漢"):rep(340));
		check.equal(lib.clean("ab🙂", 5), "ab");
		check.equal(lib.clean("ab🙂", 6), "ab🙂");
		check.equal(lib.clean("ab cd", 3), "ab");
	end);

	test("a JID in a path is encoded so that decoding once gives it back", function ()
		check.equal(lib.encode("ann@meet.example.com/Ab 1"), "ann%40meet.example.com%2FAb%201");
		check.equal(lib.encode("caf%c3%a9@x/é"), "caf%25c3%25a9%40x%2F%C3%A9");
		check.equal(lib.encode("A-z_0.~"), "A-z_0.~");
		local all = {};
		for i = 0, 255 do all[#all + 1] = string.char(i); end
		all = table.concat(all);
		local decoded = lib.encode(all):gsub("%%(%x%x)", function (hex) return string.char(tonumber(hex, 16)); end);
		check.equal(decoded, all);
	end);

	test("health checks and breweries are no meetings, others are", function ()
		check.equal(lib.is_meeting("__jicofo-health-check-17", "conference.example.com"), false);
		check.equal(lib.is_meeting("jvbbrewery", "internal.auth.example.com"), false);
		check.equal(lib.is_meeting("jibribrewery", "internal-muc.meet.jitsi"), false);
		check.equal(lib.is_meeting("mybrewery", "conference.example.com"), true);
		check.equal(lib.is_meeting("standup", "internal.example.com"), true);
		check.equal(lib.is_meeting("[tenant]standup", "conference.example.com"), true);
		check.equal(lib.is_meeting(nil, "conference.example.com"), true);
	end);

	test("the kind of a room follows from the name of its host", function ()
		check.equal(lib.kind_of_host("breakout.example.com"), "breakout");
		check.equal(lib.kind_of_host("lobby.meet.jitsi"), "lobby");
		check.equal(lib.kind_of_host("conference.example.com"), "conference");
		check.equal(lib.kind_of_host("lobbying.example.com"), "conference");
	end);

	test("keys are in the order of time and differ", function ()
		local key = lib.keys(lib.boot_id(1763800000.5, "ab12"));
		local first, second = key(), key();
		check.equal(first < second, true);
		check.equal(first, "019aaaac27f4-ab12-0000000001");
		check.equal(lib.boot_id(1763800000, "f") < lib.boot_id(1763800001, "0"), true);
		for _ = 1, 8 do key(); end
		check.equal(second < key(), true, "after ten");
	end);

	test("an event says what the contract asks for", function ()
		local book = { jid = "r@c", name = "r", kind = "breakout", parent = "m@c", session = "s/1" };
		local e = lib.create(book, 5);
		check.list({ e.type, e.method, e.path, e.room }, { "create", "POST", "/api/v1/rooms", "r@c" });
		check.list({ e.body.name, e.body.session, e.body.jid, e.body.kind, e.body.parentJid, tostring(e.body.at) },
			{ "r", "s/1", "r@c", "breakout", "m@c", "5" });
		e = lib.ending(book, 6, "over");
		check.list({ e.method, e.path, e.body.jid, e.body.reason }, { "DELETE", "/api/v1/rooms/s%2F1", "r@c", "over" });
		e = lib.leave("r@c", "a@b/c", "left", 7);
		check.list({ e.method, e.path, e.body.roomJid, e.body.reason }, { "DELETE", "/api/v1/occupants/a%40b%2Fc", "r@c", "left" });
		e = lib.update("r@c", "a@b/c", { nick = "N" }, 8);
		check.list({ e.method, e.body.roomJid, e.body.nick, tostring(e.body.email) }, { "PUT", "r@c", "N", "nil" });
		e = lib.join("r@c", { jid = "a@b/c", nick = "N", role = "moderator", token_name = "T", client = true }, 9);
		check.list({ e.method, e.body.roomJid, e.body.jid, e.body.nick, e.body.role }, { "POST", "r@c", "a@b/c", "N", "moderator" });
		check.list({ tostring(e.body.token_name), tostring(e.body.client) }, { "nil", "nil" }, "what is nobody's business");
	end);
end
