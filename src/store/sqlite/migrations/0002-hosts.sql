-- The MUC host of a room, whether an end was concluded, and what is known of each host.

alter table rooms add column host text not null default '';
-- The end was concluded, not reported.
alter table rooms add column inferred integer not null default 0 check (inferred in (0, 1));
alter table occupants add column inferred integer not null default 0 check (inferred in (0, 1));

-- Up to the first slash, after the first @ (RFC 7622): as hostOf() says for all rooms from now on.
update rooms set host = substr(jid, 1, instr(jid || '/', '/') - 1);
update rooms set host = substr(host, instr(host, '@') + 1);
update rooms set inferred = 1 where end_reason = 'superseded';

-- The last room of a JID, and the live rooms of a host.
create index rooms_jid on rooms (jid);
create index rooms_live_host on rooms (host) where ended_at is null;

create table hosts (
  name           text primary key,
  -- The process whose snapshot was taken last.
  boot_id        text,
  contact_at     integer not null,
  heartbeat_at   integer,
  -- The last instant it is known to have been alive, by its own clock; the two above are the server's.
  alive_at       integer not null,
  in_sync        integer check (in_sync in (0, 1)),
  -- Milliseconds between what its last word tells of and its arrival.
  lag            integer,
  live_rooms     integer not null,
  live_occupants integer not null,
  received       integer not null,
  refused        integer not null,
  late           integer not null,
  repaired       integer not null
) strict, without rowid;

insert into hosts
select host, null, max(created_at), null, max(created_at), null, null, sum(ended_at is null),
  sum((select count(*) from occupants where room = rooms.id and left_at is null)), 0, 0, 0, 0
from rooms group by host;

-- Answers are JSON: not all of them are a single word.
update answers set answer = json_quote(answer);
